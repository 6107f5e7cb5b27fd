using System.Diagnostics;
using EdgeMeters.HostNode;
using EdgeMeters.HostNode.Serial;
using EdgeMeters.Metering.Bus;
using EdgeMeters.Metering.Bus.Modbus;
using EdgeMeters.Metering.Configuration;
using EdgeMeters.Metering.Ports;
using EdgeMeters.Metering.Registers;
using EdgeMeters.Wire;

namespace EdgeMeters.Benchmarks.Bus;

/// <summary>The node's own scheduler over the host node's serial port.</summary>
internal sealed class OurScheduler : IBusContender
{
    private const int RateMaxPerHour = 80_000;
    private const int ListenMsMax = 50;

    public string Name => "EdgeMeters";

    public IReadOnlyList<BusRound> Read(string port, int baudRate, int timeoutMs, IReadOnlyList<BusRead> reads, int rounds)
    {
        using SerialPortLine line = new(new SerialLineSettings(port, baudRate));
        INodeClock clock = new HostClock(TimeProvider.System, isTrusted: true);
        LineTable table = new() { BaudRate = baudRate, TimeoutMs = timeoutMs, LateAnswerMsMax = Math.Max(2000, timeoutMs) };
        var readings = new RegisterReadings([.. reads.Select(_ => new ChannelLayout { RateMaxPerHour = RateMaxPerHour })]);
        var factory = new BusFactory(1, baudRate);
        // Each read is a meter of its own, as a rival has it: nothing is merged.
        MeterReading[] meters = [.. reads.Select((read, i) => new MeterReading(factory.NewMeter(TableOf(read), [PointOf(read)]), [(byte)i], readings))];
        var scheduler = new BusScheduler(new BusLine(line, clock, table), clock, meters);
        var made = new List<BusRound>();
        for (int round = 0; round < rounds; round++)
        {
            long began = Stopwatch.GetTimestamp();
            scheduler.BeginRound();
            while (scheduler.IsBusy)
                scheduler.Step(0, ListenMsMax);
            double ms = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
            made.Add(new BusRound(ms, [.. reads.Select((_, i) => readings.Results[i] == BusResult.Ok ? (long?)readings.Registers[i] : null)]));
        }
        return made;
    }

    private static MeterTable TableOf(BusRead read) => new() { Address = [read.Unit] };

    private static ModbusPoint PointOf(BusRead read) =>
        new() { Function = ModbusFrame.ReadInputRegisters, Address = read.Address, Type = RegisterType.U32, Order = WordOrder.Abcd };
}
