using EdgeMeters.Metering.Registers;
using EdgeMeters.Wire;

namespace EdgeMeters.Metering.Bus.Modbus;

/// <summary>A register of a Modbus meter.</summary>
public sealed class ModbusPoint : BusPoint
{
    public const int FloatScaleMax = 1000000;

    /// <summary>Furthest decimal exponent of a scale register: 10^9 times a 32-bit count still fits.</summary>
    public const int ExponentMax = 9;

    private const byte ScaleShift = 4;

    /// <summary>3 holding registers, 4 input registers.</summary>
    public byte Function { get; set; }

    /// <summary>Wire address, from 0.</summary>
    public ushort Address { get; set; }

    public RegisterType Type { get; set; }

    public WordOrder Order { get; set; } = WordOrder.Abcd;

    /// <summary>Raw counts in one unit of a float, 1 to 1,000,000: 1000 turns kWh into Wh. 1 for integers.</summary>
    public int FloatScale { get; set; } = 1;

    /// <summary>Bits of <see cref="RegisterNulls"/>.</summary>
    public byte Nulls { get; set; }

    public ScaleKind Scale { get; set; }

    /// <summary>Wire address of the signed 16-bit register that scales this one, with the same function.</summary>
    public ushort ScaleAddress { get; set; }

    /// <summary><see cref="ScaleKind.Expected"/>: what it must say. <see cref="ScaleKind.PowerOfTen"/>: the least exponent, in which raw counts.</summary>
    public short ScaleFirst { get; set; }

    /// <summary><see cref="ScaleKind.PowerOfTen"/>: the greatest exponent.</summary>
    public short ScaleLast { get; set; }

    public override bool IsOf(BusProtocol protocol)
    {
        return protocol == BusProtocol.Modbus;
    }

    public override void Write(ByteWriter writer)
    {
        writer.Byte(Function);
        writer.UInt16(Address);
        writer.Byte((byte)Type);
        writer.Byte((byte)Order);
        writer.VarUInt((ulong)FloatScale);
        writer.Byte((byte)(Nulls | ((int)Scale << ScaleShift)));
        if (Scale == ScaleKind.None)
            return;
        writer.UInt16(ScaleAddress);
        writer.UInt16((ushort)ScaleFirst);
        writer.UInt16((ushort)ScaleLast);
    }

    public override void Read(ByteReader reader)
    {
        Function = reader.Byte();
        Address = reader.UInt16();
        Type = (RegisterType)reader.Byte();
        Order = (WordOrder)reader.Byte();
        ulong floatScale = reader.VarUInt();
        FloatScale = floatScale > FloatScaleMax ? 0 : (int)floatScale;
        byte flags = reader.Byte();
        Nulls = (byte)(flags & ((1 << ScaleShift) - 1));
        Scale = (ScaleKind)(flags >> ScaleShift);
        if (Scale == ScaleKind.None)
            return;
        ScaleAddress = reader.UInt16();
        ScaleFirst = (short)reader.UInt16();
        ScaleLast = (short)reader.UInt16();
    }

    public override bool IsWithinLimits()
    {
        return (Function == ModbusFrame.ReadHoldingRegisters || Function == ModbusFrame.ReadInputRegisters)
            && Type >= RegisterType.U16 && Type <= RegisterType.Bcd64
            && Order >= WordOrder.Abcd && Order <= WordOrder.Dcba
            && FloatScale >= 1 && FloatScale <= FloatScaleMax
            && Address + RegisterDecoder.WordsOf(Type) <= 65536
            && Nulls <= RegisterNulls.All && Scale <= ScaleKind.PowerOfTen
            && (Scale != ScaleKind.PowerOfTen || ScaleFirst >= -ExponentMax && ScaleFirst <= ScaleLast && ScaleLast <= ExponentMax);
    }

    /// <summary>Applies what the scale register says.</summary>
    public BusResult Apply(short scale, ref long register)
    {
        if (Scale == ScaleKind.Expected)
            return scale == ScaleFirst ? BusResult.Ok : BusResult.WrongUnitOfMeasure;
        if (scale < ScaleFirst || scale > ScaleLast)
            return BusResult.WrongUnitOfMeasure;
        for (int exponent = ScaleFirst; exponent < scale; exponent++)
        {
            if (register > long.MaxValue / 10 || register < long.MinValue / 10)
                return BusResult.NotANumber;
            register *= 10;
        }
        return BusResult.Ok;
    }
}
