using EdgeMeters.Wire;

namespace EdgeMeters.Metering.Journal;

/// <summary>What stands, twice, at the begin of every sector (FORMAT.md, "Journal").</summary>
internal sealed class SectorHead
{
    public const int Bytes = 36;

    private const uint Magic = 0x314A4D45;

    /// <summary>Counts sectors as they are begun; the highest is the one written to.</summary>
    public uint Serial;

    /// <summary>The journal's lifetime, a random number; part of every reading's identity.</summary>
    public uint Epoch;

    public uint LayoutId;

    /// <summary>Sequence of the first row to be written after the sector was begun; likewise for events.</summary>
    public uint NextRow;
    public uint NextEvent;

    /// <summary>Highest sequence in the gateway's custody when the sector was begun; likewise for events.</summary>
    public uint ReleasedRow;
    public uint ReleasedEvent;

    public void Write(ByteWriter writer, byte[] buffer)
    {
        writer.Start(buffer, 0, Bytes);
        writer.UInt32(Magic);
        writer.UInt32(Serial);
        writer.UInt32(Epoch);
        writer.UInt32(LayoutId);
        writer.UInt32(NextRow);
        writer.UInt32(NextEvent);
        writer.UInt32(ReleasedRow);
        writer.UInt32(ReleasedEvent);
        writer.UInt32(Crc32C.Compute(buffer, 0, writer.Position));
    }

    /// <summary>True for what begins as a head does, whole or not.</summary>
    public static bool HasMark(ByteReader reader, byte[] buffer)
    {
        reader.Start(buffer, 0, Bytes);
        return reader.UInt32() == Magic;
    }

    public bool TryRead(ByteReader reader, byte[] buffer)
    {
        reader.Start(buffer, 0, Bytes);
        uint magic = reader.UInt32();
        Serial = reader.UInt32();
        Epoch = reader.UInt32();
        LayoutId = reader.UInt32();
        NextRow = reader.UInt32();
        NextEvent = reader.UInt32();
        ReleasedRow = reader.UInt32();
        ReleasedEvent = reader.UInt32();
        uint crc = Crc32C.Compute(buffer, 0, reader.Position);
        return magic == Magic && reader.UInt32() == crc && Serial != 0 && Epoch != 0;
    }
}
