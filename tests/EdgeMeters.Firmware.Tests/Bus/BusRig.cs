using EdgeMeters.Firmware.Tests.Support;
using EdgeMeters.Metering.Bus;
using EdgeMeters.Metering.Bus.Modbus;
using EdgeMeters.Metering.Configuration;
using EdgeMeters.Metering.Registers;
using EdgeMeters.Wire;

namespace EdgeMeters.Firmware.Tests.Bus;

/// <summary>A line with one Modbus meter's reading on it, in virtual time.</summary>
internal sealed class BusRig
{
    public const int TimeoutMs = 500;
    public const int LateAnswerMsMax = 2000;

    public BusRig(params ModbusPoint[] points)
        : this(new MeterTable(), points)
    {
    }

    public BusRig(MeterTable table, params ModbusPoint[] points)
    {
        Line = new ScriptedLine(Clock);
        Meter = new ModbusMeter(table, points, new ModbusPlan(points.Length, Line.BaudRate));
        Readings = new RegisterReadings([.. points.Select(_ => new ChannelLayout { RateMaxPerHour = 1_000_000 })]);
        Reading = new MeterReading(Meter, [.. Enumerable.Range(0, points.Length).Select(i => (byte)i)], Readings);
        Owner = new BusLine(Line, Clock, new LineTable { TimeoutMs = TimeoutMs, LateAnswerMsMax = LateAnswerMsMax });
        Bus = new BusScheduler(Owner, Clock, [Reading]);
    }

    public VirtualClock Clock { get; } = new();

    public ScriptedLine Line { get; }

    public BusLine Owner { get; }

    public ModbusMeter Meter { get; }

    public RegisterReadings Readings { get; }

    public MeterReading Reading { get; }

    public BusScheduler Bus { get; }

    public static ModbusPoint U32(ushort address) => new() { Function = 4, Address = address, Type = RegisterType.U32 };

    /// <summary>A rig that has read its meter once and doubts nothing.</summary>
    public static BusRig Settled(params ModbusPoint[] points)
    {
        BusRig rig = new(points);
        rig.Line.Asked = frame => rig.Line.Arrive(30, Answer(frame, _ => 9));
        Assert.Equal(BusResult.Ok, rig.Read());
        Assert.False(rig.Reading.IsInDoubt);
        rig.Line.Asked = null;
        rig.Line.Requests.Clear();
        return rig;
    }

    /// <summary>Reads the meter once.</summary>
    public BusResult Read(int point = 0)
    {
        Bus.BeginRound();
        while (Bus.IsBusy)
            Bus.Step(0, 50);
        return Readings.Results[point];
    }

    /// <summary>One exchange, without the scheduler's judgement.</summary>
    public BusResult Ask(int shape = 0)
    {
        Meter.Begin(0);
        return Owner.Exchange(Meter, 0, shape, TimeoutMs);
    }

    /// <summary>What a good meter answers to a request, its registers being a function of their address.</summary>
    public static byte[] Answer(byte[] request, Func<int, int> register)
    {
        int address = (request[2] << 8) | request[3];
        int quantity = (request[4] << 8) | request[5];
        byte[] words = [.. Enumerable.Range(address, quantity).Select(register).SelectMany(w => new[] { (byte)(w >> 8), (byte)w })];
        return Answer(request[0], request[1], words);
    }

    public static byte[] Answer(byte unit, byte function, params byte[] words) => WithCrc([unit, function, (byte)words.Length, .. words]);

    public static byte[] WithCrc(byte[] body)
    {
        ushort crc = Crc16.Compute(body, 0, body.Length);
        return [.. body, (byte)crc, (byte)(crc >> 8)];
    }
}
