using EdgeMeters.Metering.Configuration;

namespace EdgeMeters.Metering.Bus.Dlt645;

/// <summary>An electricity meter of DL/T 645-2007 or -1997.</summary>
/// <remarks>
/// Limits: a register of 2007 may lie in the first frame or four that follow; of 1997 in the first only, since its frames that follow bear no
/// number, and one asked for twice could not be told from the next.
/// </remarks>
public sealed class Dlt645Meter : IdentifierMeter
{
    public Dlt645Meter(MeterTable table, BusPoint[] points)
        : base(table, points, SumFrame.PowerHeadBytes, IdentifierBytesOf(table.Protocol), Dlt645Frame.Bias)
    {
    }

    /// <summary>Four bytes name a register in 2007, two did in 1997.</summary>
    public static int IdentifierBytesOf(BusProtocol protocol)
    {
        return protocol == BusProtocol.Dlt645Of1997 ? 2 : 4;
    }

    // The meters of at least one maker end with it (icprog/dlt698.45, libDlt645/dlt645.c).
    public override bool IsFill(byte b)
    {
        return b == 0xFF;
    }

    protected override int WriteRequest(byte[] frame, uint identifier, int sequence)
    {
        return Dlt645Frame.WriteRead(frame, Table.Address, identifier, IdentifierBytesOf(Table.Protocol), sequence);
    }

    protected override int WriteAddressRequest(byte[] frame)
    {
        return Dlt645Frame.WriteReadAddress(frame, Table.Address);
    }

    protected override bool IsFollowed(byte[] frame)
    {
        return Table.Protocol == BusProtocol.Dlt645 && Dlt645Frame.IsFollowed(frame, AnswerStart);
    }
}
