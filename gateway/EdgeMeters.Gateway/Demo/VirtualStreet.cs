using System.Text.Json;
using EdgeMeters.Bench;
using EdgeMeters.Bench.Bus;
using EdgeMeters.Bench.Meters;
using EdgeMeters.Gateway.Core;
using EdgeMeters.Wire;

namespace EdgeMeters.Gateway.Demo;

/// <summary>Four nodes with twelve meters of water, power, gas and heat: real pseudo-terminals and GPIO wires, dials that know the truth.</summary>
public sealed class VirtualStreet : IDisposable
{
    public const int IntervalSeconds = 2;

    private const string PowerImport = "1-0:1.8.0";
    private const string PowerExport = "1-0:2.8.0";
    private const string WaterVolume = "8-0:1.0.0";
    private const string GasVolume = "7-0:3.0.0";
    private const string HeatEnergy = "6-0:1.0.0";

    private readonly string _folder;
    private readonly TimeProvider _time;
    private readonly int _mqttPort;
    private readonly Random _random;
    private readonly List<IDisposable> _parts = [];
    private readonly List<VirtualMeter> _meters = [];
    private readonly List<StreetNode> _nodes = [];

    /// <param name="folder">Takes the nodes' configurations, keys and journals.</param>
    /// <param name="time">Drives the dials.</param>
    /// <param name="mqttPort">Where the gateway listens.</param>
    /// <param name="seed">Of all consumption and bounce.</param>
    public VirtualStreet(string folder, TimeProvider time, int mqttPort, int seed)
    {
        _folder = folder;
        _time = time;
        _mqttPort = mqttPort;
        _random = new Random(seed);
        // Means; consumption swings up to twice as high, which must stay below what the meters' profiles believe.
        AddNode("node-market", "Market hall 菜市场", 36_000, 65_000, [Gas(30), Heat(900_000)]);
        AddNode("node-school", "School 学校", 18_000, null, [Water(9_000), Heat(1_400_000)]);
        AddNode("node-well", "Farm well 机井", 7_500, 900_000, [Gas(14)]);
        AddNode("node-homes", "Homes 居民楼", 31_000, null, [Water(14_000)]);
        Freeze();
    }

    public IReadOnlyList<VirtualMeter> Meters => _meters;

    public IReadOnlyList<StreetNode> Nodes => _nodes;

    /// <summary>True once every node has taken up its GPIO wire: from then on no pulse is lost to it.</summary>
    public bool IsWired => _nodes.All(n => n.Wire.NodeCount > 0);

    /// <summary>True when no contact has a pulse left to make.</summary>
    public bool IsResting => _meters.All(m => m.Pulses is null || m.Pulses.IsResting);

    public void Run()
    {
        foreach (var meter in _meters)
            meter.Dial.Run();
    }

    public void Freeze()
    {
        foreach (var meter in _meters)
            meter.Dial.Freeze();
    }

    public void Dispose()
    {
        for (int i = _parts.Count - 1; i >= 0; i--)
            _parts[i].Dispose();
    }

    private static PulseMeter Water(double perHour) => new("pulse-water-10l", Carrier.Water, WaterVolume, Unit.Litre, 10, perHour);

    private static PulseMeter Gas(double cubicMetresPerHour) =>
        new("pulse-gas-10l", Carrier.Gas, GasVolume, Unit.Litre, 10, cubicMetresPerHour * 1000);

    private static PulseMeter Heat(double perHour) => new("pulse-heat-1kwh", Carrier.Heat, HeatEnergy, Unit.Wh, 1000, perHour);

    private void AddNode(string name, string place, double watts, double? waterLitresPerHour, PulseMeter[] pulseMeters)
    {
        int number = _nodes.Count + 1;
        var terminal = Keep(new PseudoTerminal());
        var onBus = new List<IVirtualMeter>();
        var meters = new List<object>();
        AddPowerMeter(number, place, watts, onBus, meters);
        if (waterLitresPerHour is { } perHour)
            AddFlowMeter(number, place, perHour, onBus, meters);
        Keep(new LineServer(terminal, [.. onBus.Select(meter => new ModbusDevice(meter))]));
        var outputs = new List<PulseOutput>();
        var pulses = new List<object>();
        foreach (var meter in pulseMeters)
            AddPulseMeter(number, place, meter, outputs, pulses);
        string socket = Path.Combine(_folder, name + ".gpio");
        var wire = Keep(new GpioWireServer(socket));
        Keep(new ContactPanel(wire, _time, [.. outputs]));
        WriteConfiguration(name, terminal.Path, socket, meters, pulses);
        _nodes.Add(new StreetNode(name, Path.Combine(_folder, name + ".json"), Path.Combine(_folder, name + ".key"), wire));
    }

    private void AddPowerMeter(int number, string place, double watts, List<IVirtualMeter> onBus, List<object> meters)
    {
        string serial = $"SDM630-2200{number:00}17";
        // Below 8,000 kWh single precision still tells one watt-hour from the next.
        var import = NewDial(Unit.Wh, _random.Next(1_000_000, 5_000_000), watts);
        var export = NewDial(Unit.Wh, _random.Next(10_000, 900_000), watts / 5);
        onBus.Add(new VirtualSdm630(1, import, export));
        meters.Add(new { serial, profile = VirtualSdm630.Profile, line = "rs485-1", unit = 1 });
        Add($"BJ-{number:00}-P", $"{place} power", Carrier.Power, serial, PowerImport, import, 1, null);
        Add($"BJ-{number:00}-PX", $"{place} solar feed-in", Carrier.Power, serial, PowerExport, export, 1, null);
    }

    private void AddFlowMeter(int number, string place, double litresPerHour, List<IVirtualMeter> onBus, List<object> meters)
    {
        string serial = $"TUF-07{number:00}4411";
        var volume = NewDial(Unit.Litre, _random.Next(1_000_000, 90_000_000), litresPerHour);
        onBus.Add(new VirtualTuf2000M(2, volume));
        meters.Add(new { serial, profile = VirtualTuf2000M.Profile, line = "rs485-1", unit = 2 });
        Add($"BJ-{number:00}-WM", $"{place} water main", Carrier.Water, serial, WaterVolume, volume, 1000, null);
    }

    private void AddPulseMeter(int number, string place, PulseMeter meter, List<PulseOutput> outputs, List<object> pulses)
    {
        string code = meter.Carrier.ToString()[..1];
        string serial = $"{code}PM-31{number:00}08{meter.UnitsPerPulse % 97:00}";
        int pin = 17 + outputs.Count;
        long start = _random.Next(10_000, 900_000) * meter.UnitsPerPulse;
        var dial = NewDial(meter.Unit, start, meter.PerHour);
        var output = new PulseOutput(dial, PulseContact.Reed, pin, meter.UnitsPerPulse, _random.Next());
        outputs.Add(output);
        pulses.Add(new { serial, profile = meter.Profile, pin, startRegister = start });
        Add($"BJ-{number:00}-{code}", $"{place} {meter.Carrier.ToString().ToLowerInvariant()}", meter.Carrier, serial, meter.Register,
            dial, meter.UnitsPerPulse, output);
    }

    private void WriteConfiguration(string name, string port, string socket, List<object> meters, List<object> pulses)
    {
        byte[] key = new byte[32];
        _random.NextBytes(key);
        File.WriteAllText(Path.Combine(_folder, name + ".key"), Convert.ToHexString(key));
        var configuration = new
        {
            node = name,
            intervalSeconds = IntervalSeconds,
            checkpointSeconds = 1,
            clock = "trusted",
            gateway = new { host = "127.0.0.1", port = _mqttPort },
            macKeyFile = name + ".key",
            journal = new { file = name + ".journal", sizeKiB = 4096 },
            lines = new[] { new { name = "rs485-1", port, baud = 9600, parity = "none", stopBits = 1, timeoutMs = 300, lateAnswerMsMax = 600 } },
            meters,
            gpio = new { driver = "simulated", wire = socket },
            pulses,
        };
        File.WriteAllText(Path.Combine(_folder, name + ".json"), JsonSerializer.Serialize(configuration));
    }

    private void Add(string id, string name, Carrier carrier, string serial, string register, Dial dial, long step, PulseOutput? pulses) =>
        _meters.Add(new VirtualMeter(new MeteringPoint(id, name, carrier, serial, register), dial, step, pulses));

    private Dial NewDial(Unit unit, long start, double perHour) => new(_time, unit, start, perHour, _random.Next());

    private T Keep<T>(T part)
        where T : IDisposable
    {
        _parts.Add(part);
        return part;
    }

    private sealed record PulseMeter(string Profile, Carrier Carrier, string Register, Unit Unit, long UnitsPerPulse, double PerHour);
}
