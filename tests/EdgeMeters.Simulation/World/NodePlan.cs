using EdgeMeters.Bench;
using EdgeMeters.Bench.Bus;
using EdgeMeters.Bench.Faults;
using EdgeMeters.Bench.Meters;
using EdgeMeters.Metering.Bus.Modbus;
using EdgeMeters.Metering.Configuration;
using EdgeMeters.Metering.Registers;
using EdgeMeters.Wire;

namespace EdgeMeters.Simulation.World;

/// <summary>What hangs at a node: contacts, and perhaps a line with meters; and what outlives the node's starts.</summary>
internal sealed class NodePlan
{
    private const int PulsesPerSecondMax = 10;
    private const int RateMaxPerHour = 20_000;
    private const string PowerRegister = "1-0:1.8.0";
    private const string WaterRegister = "8-0:1.0.0";

    private readonly int _contacts;
    private readonly int _onLine;
    private readonly int _days;
    private BusDevice[] _devices = [];

    public NodePlan(string name, int contacts, int onLine, int days, int intervalSeconds)
    {
        IntervalSeconds = intervalSeconds;
        Name = name;
        _contacts = contacts;
        _onLine = onLine;
        _days = days;
        Lag = new long[contacts + onLine];
    }

    public string Name { get; }

    public int IntervalSeconds { get; }

    /// <summary>By channel: contacts first.</summary>
    public MeterPlan[] Meters { get; private set; } = [];

    public VirtualBus? Bus { get; private set; }

    /// <summary>Counts up with every exchange of a meter.</summary>
    public int Generation { get; private set; }

    /// <summary>The meters of each generation, by channel.</summary>
    public List<MeterPlan[]> Generations { get; } = [];

    /// <summary>By channel, pulses that the register is behind its dial, each of them stated.</summary>
    public long[] Lag { get; }

    public void Build(VirtualTime time, Random random, FaultTable faults)
    {
        var meters = new List<MeterPlan>();
        for (int i = 0; i < _contacts; i++)
            meters.Add(new MeterPlan($"{Name}.{i}", $"{Name}W{i}", new PulseDial(random.Next(1_000_000), _days, random), null, 0));
        _devices = [.. Enumerable.Range(0, _onLine).Select(i => MakeDevice(time, (byte)(i + 1), random))];
        for (int i = 0; i < _onLine; i++)
            meters.Add(new MeterPlan($"{Name}.{_contacts + i}", $"{Name}E{i}", null, _devices[i].Faces[0], _devices[i].Faces[0].Modulus));
        Meters = [.. meters];
        Generations.Add(Meters);
        if (_onLine == 0)
            return;
        Fault[] bad = [.. Fault.All(faults.BusFault).Where(f => f.Kind is not (FaultKind.Restart or FaultKind.Exchange or FaultKind.Rollover))];
        foreach (var device in _devices.Where(_ => random.NextDouble() < faults.RolloversPerMeter))
            device.StartBeforeRollover(random.Next(20_000));
        IBusListener[] listeners = [.. _devices.Select(d => new FaultyDevice(d, time, bad, random.Next()))];
        Bus = new VirtualBus(time, LineSetting.Usual, random.Next(), listeners) { Faults = new LineFaults(LineSetting.Usual, bad, random.Next()) };
    }

    /// <summary>Puts another meter at a channel: its own number, its own register.</summary>
    public void Exchange(int channel, Random random)
    {
        var before = Meters[channel];
        string serial = $"{before.Serial.Split('x')[0]}x{Generation + 1}";
        var after = before with { Serial = serial };
        if (before.Pulses != null)
            after = after with { Pulses = new PulseDial(random.Next(1000), _days, random) };
        else
            _devices[channel - _contacts].Exchange(random);
        Meters = [.. Meters.Select((m, i) => i == channel ? after : m)];
        Lag[channel] = 0;
        Generation++;
        Generations.Add(Meters);
    }

    /// <summary>The node's configuration; a contact's register begins as its dial stands now.</summary>
    public NodeTable Table(long nowMs) => new()
    {
        Version = (uint)(Generation + 1),
        Node = Name,
        GatewayHost = "gateway",
        GatewayPort = 8883,
        IntervalSeconds = IntervalSeconds,
        CheckpointSeconds = 3600,
        Lines = Bus == null ? [] : [new LineTable()],
        Meters = [.. _devices.Select((_, i) => new MeterTable { Address = [(byte)(i + 1)] })],
        Channels = [.. Meters.Select((m, i) => ChannelOf(m, i, nowMs))],
    };

    public static string RegisterOf(MeterPlan meter) => meter.Pulses != null ? WaterRegister : PowerRegister;

    private ChannelTable ChannelOf(MeterPlan meter, int i, long nowMs) => meter.Pulses != null
        ? new ChannelTable
        {
            Layout = new ChannelLayout { MeterSerial = meter.Serial, Register = WaterRegister, Unit = Unit.Litre },
            Kind = ChannelKind.Pulse, Input = (byte)i, Contact = ContactKind.Counter, PulsesPerSecondMax = PulsesPerSecondMax,
            StartPulses = meter.Pulses.At(nowMs),
        }
        : new ChannelTable
        {
            Layout = new ChannelLayout
            {
                MeterSerial = meter.Serial, Register = PowerRegister, Unit = Unit.Wh, Modulus = meter.Modulus, RateMaxPerHour = RateMaxPerHour,
            },
            Kind = ChannelKind.Bus, Meter = (byte)(i - _contacts), Point = new ModbusPoint { Function = 3, Type = RegisterType.U32 },
        };

    private static BusDevice MakeDevice(VirtualTime time, byte unit, Random random)
    {
        var dial = new Dial(time, Unit.Wh, random.Next(1_000_000), random.Next(50, 5_000), random.Next());
        var face = new DialFace(dial, modulus: 1L << 32);
        var tables = new ModbusTables(unit);
        tables.PutDial(3, 0, new RegisterCoding("u32"), face);
        return new ModbusDevice(tables) { Faces = [face], TurnaroundMicroseconds = random.Next(2_000, 60_000) };
    }
}
