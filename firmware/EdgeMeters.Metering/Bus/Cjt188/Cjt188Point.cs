using EdgeMeters.Wire;

namespace EdgeMeters.Metering.Bus.Cjt188;

/// <summary>A register of a CJ/T 188 meter: one of the numbers of four bytes, each with its unit, at the begin of an answer.</summary>
/// <remarks>Water and gas to 901F: 0 now, 1 on the settlement day. Heat: 0 heat on the settlement day, 1 heat now, 2 power, 3 flow, 4 volume.</remarks>
public sealed class Cjt188Point : IdentifierPoint
{
    public const byte FieldMax = 4;

    private const int NumberBytes = 4;

    public Cjt188Point()
    {
        Bytes = Cjt188Frame.FieldBytes;
        Identifier = Cjt188Frame.Current;
    }

    /// <summary>Number of the field, from 0.</summary>
    public byte Field
    {
        get { return (byte)(Offset / Cjt188Frame.FieldBytes); }
        set { Offset = Cjt188Frame.FieldBytes * value; }
    }

    /// <summary>Unit that the meter must name, such as 2C for cubic metres, 05 for kWh.</summary>
    public byte UnitCode { get; set; }

    public override bool IsOf(BusProtocol protocol)
    {
        return protocol == BusProtocol.Cjt188;
    }

    public override void Write(ByteWriter writer)
    {
        writer.UInt16((ushort)Identifier);
        writer.Byte(Field);
        writer.Byte(UnitCode);
    }

    public override void Read(ByteReader reader)
    {
        Identifier = reader.UInt16();
        Field = reader.Byte();
        UnitCode = reader.Byte();
    }

    public override bool IsWithinLimits()
    {
        return Field <= FieldMax;
    }

    public override BusResult Take(byte[] kept, int offset, byte variant, out long register)
    {
        bool isUnitFirst = (variant & Cjt188Meter.UnitFirst) != 0;
        register = 0;
        if (kept[offset + (isUnitFirst ? 0 : NumberBytes)] != UnitCode)
            return BusResult.WrongUnitOfMeasure;
        return Bcd.TryRead(kept, offset + (isUnitFirst ? 1 : 0), NumberBytes, Bcd.Unsigned, out register) ? BusResult.Ok : BusResult.NotANumber;
    }
}
