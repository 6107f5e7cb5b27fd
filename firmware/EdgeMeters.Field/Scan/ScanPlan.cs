using EdgeMeters.Metering.Bus;
using EdgeMeters.Metering.Bus.MBus;
using EdgeMeters.Metering.Bus.Modbus;

namespace EdgeMeters.Field.Scan;

/// <summary>What is tried and in which order: the settings that meters are met with most come first, and at each what is usual there.</summary>
internal sealed class ScanPlan
{
    private const byte None = 0;
    private const byte Odd = 1;
    private const byte Even = 2;

    /// <summary>The longest primary address of an M-Bus meter.</summary>
    private const byte MBusAddressMax = 250;

    /// <summary>A few milliseconds that a machine takes for an exchange beside what the line takes.</summary>
    private const int OverheadMs = 3;

    // Factory settings by how often the profiles and the field name them: Modbus meters, then DL/T 645 and CJ/T 188, then the norm's own of Modbus.
    private static readonly ScanSetting[] Likely =
    [
        new(9600, None, 1), new(2400, Even, 1), new(9600, Even, 1), new(19200, Even, 1), new(19200, None, 1), new(1200, Even, 1),
        new(4800, Even, 1), new(4800, None, 1), new(2400, None, 1), new(115200, None, 1), new(38400, None, 1), new(9600, None, 2),
    ];

    private const int QuickSettings = 7;

    private static readonly int[] Bauds = [9600, 2400, 19200, 4800, 1200, 38400, 115200, 57600, 600, 300];
    private static readonly (byte Parity, byte StopBits)[] Framings = [(None, 1), (Even, 1), (Odd, 1), (None, 2)];

    public ScanPlan(ScanRange range)
    {
        Range = range;
        Stages = [.. Settings(range).SelectMany(setting => StagesAt(setting, range))];
        Probes = Stages.Sum(s => s.Probes.Count);
    }

    public ScanRange Range { get; }

    public IReadOnlyList<ScanStage> Stages { get; }

    public int Probes { get; }

    /// <summary>How long it takes when nobody answers.</summary>
    public TimeSpan Duration => TimeSpan.FromMilliseconds(Stages.Sum(s => s.Probes.Sum(p => (double)DurationMs(s.Setting, p))));

    private int DurationMs(ScanSetting setting, ScanProbe probe) =>
        RtuTiming.BytesMs(setting.Baud, probe.RequestBytes + probe.AnswerBytesMax) + RtuTiming.SilenceMicroseconds(setting.Baud) / 1000
        + Range.TimeoutMs + OverheadMs;

    private static IEnumerable<ScanSetting> Settings(ScanRange range)
    {
        // The setting of a line behind a network is its converter's affair: there is one, and it is the one that is there.
        if (range.IsNetwork)
            return [Likely[0] with { Baud = range.Baud ?? Likely[0].Baud }];
        IEnumerable<ScanSetting> all = Bauds.SelectMany(baud => Framings.Select(f => new ScanSetting(baud, f.Parity, f.StopBits)));
        IEnumerable<ScanSetting> tried = range.IsFull || range.Baud != null || range.Parity != null ? Likely.Union(all) : Likely[..QuickSettings];
        tried = tried.Where(s => (range.Baud == null || s.Baud == range.Baud) && (range.Parity == null || s.Parity == range.Parity));
        if (range.IsFull)
            return tried;
        // With the rate or the parity known there are few left; a second stop bit is for the full search.
        return tried.Where(s => s.StopBits == 1 && (s.Parity != Odd || range.Parity == Odd)).Take(QuickSettings);
    }

    private static IEnumerable<ScanStage> StagesAt(ScanSetting setting, ScanRange range)
    {
        bool isSlowEven = setting.Parity == Even && setting.Baud <= 4800;
        ScanStage[] wild = [.. Wild(setting, range)];
        ScanStage[] modbus = range.Has(BusProtocol.Modbus)
            ? [new ScanStage(setting, BusProtocol.Modbus, [.. range.Units.SelectMany(unit => ModbusProbes(unit, range))])]
            : [];
        return isSlowEven ? [.. wild, .. modbus] : [.. modbus, .. wild];
    }

    private static IEnumerable<ScanProbe> ModbusProbes(byte unit, ScanRange range)
    {
        yield return ScanProbe.Modbus(unit, ModbusFrame.ReadHoldingRegisters);
        // Some meters are silent for a function that they do not know, instead of refusing it.
        if (range.IsFull)
            yield return ScanProbe.Modbus(unit, ModbusFrame.ReadInputRegisters);
    }

    /// <summary>The protocols that have a question for whoever is there.</summary>
    private static IEnumerable<ScanStage> Wild(ScanSetting setting, ScanRange range)
    {
        if (range.IsModbusTcp)
            yield break;
        if (range.Has(BusProtocol.Dlt645))
            yield return new ScanStage(setting, BusProtocol.Dlt645, [ScanProbe.Dlt645(BusProtocol.Dlt645)]);
        if (range.Has(BusProtocol.Cjt188))
            yield return new ScanStage(setting, BusProtocol.Cjt188, [ScanProbe.Cjt188(isHighFirst: false), ScanProbe.Cjt188(isHighFirst: true)]);
        if (range.Has(BusProtocol.Dlt645Of1997))
            yield return new ScanStage(setting, BusProtocol.Dlt645Of1997, [ScanProbe.Dlt645(BusProtocol.Dlt645Of1997)]);
        // EN 13757-2, 5.3: M-Bus is always 8E1.
        if (range.Has(BusProtocol.MBus) && (setting.Parity == Even || range.IsNetwork))
            yield return new ScanStage(setting, BusProtocol.MBus, [.. MBusProbes(range)]);
    }

    private static IEnumerable<ScanProbe> MBusProbes(ScanRange range)
    {
        yield return ScanProbe.MBus(MBusFrame.AnyAnswering);
        for (int address = 0; range.IsFull && address <= MBusAddressMax; address++)
            yield return ScanProbe.MBus((byte)address);
    }
}
