using EdgeMeters.Metering.Configuration;

namespace EdgeMeters.Metering.Bus.Cjt188;

/// <summary>A water, gas or heat meter of CJ/T 188-2004. Each request bears another number, so that a late answer is not taken for the next.</summary>
public sealed class Cjt188Meter : IdentifierMeter
{
    /// <summary>Of the table's variants: the identifier goes high byte first.</summary>
    public const byte HighFirst = 1;

    /// <summary>Of the table's variants: the unit comes before its number.</summary>
    public const byte UnitFirst = 2;

    private byte _number;
    private uint _identifier;

    public Cjt188Meter(MeterTable table, BusPoint[] points)
        : base(table, points, SumFrame.FlowHeadBytes, Cjt188Frame.EchoedBytes, 0)
    {
    }

    public override BusResult Judge(byte[] frame, int count)
    {
        BusResult result = base.Judge(frame, count);
        int at = AnswerStart + SumFrame.FlowHeadBytes;
        if (result != BusResult.Ok || _identifier != Cjt188Frame.Current)
            return result;
        // Where the numbers lie follows from the meter's type alone: another length is another layout.
        return frame[at - 1] == (Cjt188Frame.IsHeat(frame[AnswerStart + 1]) ? Cjt188Frame.HeatBytes : Cjt188Frame.FlowBytes)
            ? BusResult.Ok
            : BusResult.WrongLength;
    }

    protected override int WriteRequest(byte[] frame, uint identifier, int sequence)
    {
        return Write(frame, Cjt188Frame.Read, identifier);
    }

    protected override int WriteAddressRequest(byte[] frame)
    {
        return Write(frame, Cjt188Frame.ReadAddress, Cjt188Frame.Address);
    }

    protected override bool IsFollowed(byte[] frame)
    {
        return false;
    }

    private int Write(byte[] frame, byte control, uint identifier)
    {
        _identifier = identifier;
        return Cjt188Frame.Write(frame, Table.Address, control, identifier, (Table.Variant & HighFirst) != 0, _number++);
    }
}
