using EdgeMeters.Metering.Bus.Cjt188;
using EdgeMeters.Metering.Bus.Dlt645;
using EdgeMeters.Metering.Bus.MBus;
using EdgeMeters.Metering.Bus.Modbus;
using EdgeMeters.Metering.Configuration;

namespace EdgeMeters.Metering.Bus;

/// <summary>Makes the points and meters of each protocol: the one place that knows them all. One for each line.</summary>
public sealed class BusFactory
{
    private readonly ModbusPlan _plan;

    /// <param name="pointsMax">Registers of the meter that has the most.</param>
    /// <param name="baudRate">Of the line.</param>
    public BusFactory(int pointsMax, int baudRate)
    {
        _plan = new ModbusPlan(pointsMax, baudRate);
    }

    /// <summary>An empty point of a protocol; null for a protocol that this node does not speak.</summary>
    public static BusPoint? NewPoint(BusProtocol protocol)
    {
        switch (protocol)
        {
            case BusProtocol.Modbus:
                return new ModbusPoint();
            case BusProtocol.Dlt645:
            case BusProtocol.Dlt645Of1997:
                return new Dlt645Point();
            case BusProtocol.Cjt188:
                return new Cjt188Point();
            case BusProtocol.MBus:
                return new MBusPoint();
            default:
                return null;
        }
    }

    /// <summary>True for an address that the protocol has and that is one meter's alone.</summary>
    public static bool IsAddress(BusProtocol protocol, byte[] address)
    {
        long digits;
        switch (protocol)
        {
            case BusProtocol.Modbus:
                return address.Length == 1 && address[0] >= 1 && address[0] <= 247;
            case BusProtocol.Dlt645:
            case BusProtocol.Dlt645Of1997:
                // Twelve digits; twelve nines are all meters.
                return address.Length == Dlt645Frame.AddressBytes && Bcd.TryRead(address, 0, address.Length, Bcd.Unsigned, out digits)
                    && digits != 999999999999;
            case BusProtocol.Cjt188:
                return address.Length == Cjt188Frame.AddressBytes && !Has(address, 0, SumFrame.Any);
            case BusProtocol.MBus:
                return address.Length == 1 && address[0] >= 1 && address[0] <= MBusFrame.PrimaryMax
                    || address.Length == MBusFrame.SecondaryBytes && Bcd.TryRead(address, 0, 4, Bcd.Unsigned, out digits)
                    && !Has(address, 4, MBusFrame.Any);
            default:
                return false;
        }
    }

    /// <summary>A meter of a table that is within its limits.</summary>
    /// <param name="points">Its registers, at least one.</param>
    public BusMeter NewMeter(MeterTable table, BusPoint[] points)
    {
        switch (table.Protocol)
        {
            case BusProtocol.Modbus:
                return new ModbusMeter(table, points, _plan);
            case BusProtocol.Cjt188:
                return new Cjt188Meter(table, points);
            case BusProtocol.MBus:
                return new MBusMeter(table, points);
            default:
                return new Dlt645Meter(table, points);
        }
    }

    private static bool Has(byte[] address, int from, byte wildcard)
    {
        for (int i = from; i < address.Length; i++)
        {
            if (address[i] == wildcard)
                return true;
        }
        return false;
    }
}
