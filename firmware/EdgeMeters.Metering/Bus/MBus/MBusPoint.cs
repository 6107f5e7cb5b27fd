using EdgeMeters.Wire;

namespace EdgeMeters.Metering.Bus.MBus;

/// <summary>A register of an M-Bus meter, chosen by what its record says of itself: quantity, storage, tariff, direction; of the meter itself, not of a part.</summary>
/// <remarks>A record in floating point is passed over: it cannot tell one unit from the next once the dial is high.</remarks>
public sealed class MBusPoint : BusPoint
{
    /// <summary>Furthest power of ten in which a register may count: 10^-9 to 10^9 of the base unit.</summary>
    public const int ExponentMax = 9;

    public MBusQuantity Quantity { get; set; }

    /// <summary>0 now.</summary>
    public ushort Storage { get; set; }

    public byte Tariff { get; set; }

    /// <summary>Raw counts in 10^exponent of the base unit: Wh, J or m³.</summary>
    public sbyte Exponent { get; set; }

    /// <summary>0 as a rule. For a meter that counts both ways 3B, only what flowed forwards, or 3C, only backwards.</summary>
    public byte Extension { get; set; }

    public override bool IsOf(BusProtocol protocol)
    {
        return protocol == BusProtocol.MBus;
    }

    public override void Write(ByteWriter writer)
    {
        writer.Byte((byte)Quantity);
        writer.UInt16(Storage);
        writer.Byte(Tariff);
        writer.Byte((byte)Exponent);
        writer.Byte(Extension);
    }

    public override void Read(ByteReader reader)
    {
        Quantity = (MBusQuantity)reader.Byte();
        Storage = reader.UInt16();
        Tariff = reader.Byte();
        Exponent = (sbyte)reader.Byte();
        Extension = reader.Byte();
    }

    public override bool IsWithinLimits()
    {
        return Quantity >= MBusQuantity.EnergyWh && Quantity <= MBusQuantity.Volume && Exponent >= -ExponentMax && Exponent <= ExponentMax
            && Extension < 0x80;
    }

    /// <summary>True when the record the walk stands at is this register; what it says is then in <paramref name="result"/>.</summary>
    public bool TryTake(MBusRecords records, out BusResult result, out long register)
    {
        int exponent;
        register = 0;
        result = BusResult.NotANumber;
        if (!records.TryExponent(Quantity, out exponent) || records.Coding == MBusRecords.Real
            || records.Extension != Extension || records.Function != 0 || records.Subunit != 0 || records.Storage != Storage || records.Tariff != Tariff)
            return false;
        long number;
        if (!records.TryNumber(out number))
            return true;
        for (; exponent > Exponent; exponent--)
        {
            if (number > long.MaxValue / 10 || number < long.MinValue / 10)
                return true;
            number *= 10;
        }
        result = BusResult.WrongUnitOfMeasure;
        for (; exponent < Exponent; exponent++)
        {
            // What the register would lose is not rounded away.
            if (number % 10 != 0)
                return true;
            number /= 10;
        }
        register = number;
        result = BusResult.Ok;
        return true;
    }
}
