using EdgeMeters.Metering.Bus;
using EdgeMeters.Wire;

namespace EdgeMeters.Firmware.Tests.Bus;

/// <summary>Takes a point through the bytes of a node's table.</summary>
internal static class PointTable
{
    public static T Copy<T>(T point, T empty)
        where T : BusPoint
    {
        byte[] table = new byte[64];
        var writer = new ByteWriter();
        writer.Start(table, 0, table.Length);
        point.Write(writer);
        Assert.False(writer.Overflowed);
        var reader = new ByteReader();
        reader.Start(table, 0, writer.Position);
        empty.Read(reader);
        Assert.False(reader.Failed);
        Assert.Equal(0, reader.Remaining);
        return empty;
    }
}
