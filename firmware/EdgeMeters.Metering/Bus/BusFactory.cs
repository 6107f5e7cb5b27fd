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
        return protocol == BusProtocol.Modbus ? new ModbusPoint() : null;
    }

    /// <summary>True for an address that the protocol has and that is one meter's alone.</summary>
    public static bool IsAddress(BusProtocol protocol, byte[] address)
    {
        return protocol == BusProtocol.Modbus && address.Length == 1 && address[0] >= 1 && address[0] <= 247;
    }

    /// <summary>A meter of a table that is within its limits.</summary>
    /// <param name="points">Its registers, at least one.</param>
    public BusMeter NewMeter(MeterTable table, BusPoint[] points)
    {
        return new ModbusMeter(table, points, _plan);
    }
}
