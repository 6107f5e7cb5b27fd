using EdgeMeters.Bench.Bus;
using EdgeMeters.Bench.Meters;
using EdgeMeters.Metering.Bus;
using EdgeMeters.Metering.Configuration;
using EdgeMeters.Wire;

namespace EdgeMeters.Firmware.Tests.Bus;

/// <summary>One line in virtual time with virtual meters on one end and the node's scheduler on the other, which reads them round after round.</summary>
internal sealed class BusStreet
{
    private const int ListenMsMax = 50;
    private const int RateMaxPerHour = 80_000;

    private readonly IReadOnlyList<StreetMeter> _meters;
    private readonly RegisterReadings _readings;
    private readonly BusScheduler _scheduler;

    public BusStreet(VirtualTime time, LineTable table, IReadOnlyList<StreetMeter> meters, int seed, params IBusListener[] others)
    {
        Time = time;
        _meters = meters;
        Bus = new VirtualBus(time, new LineSetting(table.BaudRate, table.Parity, table.StopBits), seed, [.. meters, .. others]);
        ChannelLayout[] layouts = [.. meters.SelectMany(meter => meter.Device.Faces).Select(LayoutOf)];
        _readings = new RegisterReadings(layouts);
        BusFactory factory = new(meters.Max(meter => meter.Sheet.Registers.Length), table.BaudRate);
        MeterReadings = [.. meters.Select(meter => new MeterReading(
            factory.NewMeter(
                NodeSide.TableOf(meter.Sheet, meter.Address, meter.Setting), [.. meter.Sheet.Registers.Select(register => NodeSide.PointOf(meter.Sheet, register))]),
            [.. Enumerable.Range(meter.FirstChannel, meter.Sheet.Registers.Length).Select(channel => (byte)channel)],
            _readings))];
        _scheduler = new BusScheduler(new BusLine(Bus, time, table), time, MeterReadings);
    }

    public VirtualTime Time { get; }

    public VirtualBus Bus { get; }

    public MeterReading[] MeterReadings { get; }

    public BusTally Tally { get; } = new();

    /// <summary>Reads all meters and judges what came of each register.</summary>
    /// <returns>Milliseconds that it took.</returns>
    public long ReadRound(int msToRound = 900_000)
    {
        foreach (StreetMeter meter in _meters)
            meter.AskedUtc = null;
        long startMs = Time.MonotonicMs;
        _scheduler.BeginRound();
        while (_scheduler.IsBusy)
            Step(msToRound);
        long tookMs = Time.MonotonicMs - startMs;
        foreach (StreetMeter meter in _meters)
        {
            for (int i = 0; i < meter.Device.Faces.Count; i++)
                Judge(meter, i);
        }
        return tookMs;
    }

    /// <summary>Lets the node do between two rounds what it does there.</summary>
    public void Rest(int ms)
    {
        long endMs = Time.MonotonicMs + ms;
        while (Time.MonotonicMs < endMs)
            Step((int)(endMs - Time.MonotonicMs));
    }

    public string Describe(int channel)
    {
        StreetMeter meter = _meters.Last(candidate => candidate.FirstChannel <= channel);
        return $"{meter.Device.Name} register {channel - meter.FirstChannel}";
    }

    private void Step(int msToRound)
    {
        long before = Time.Microseconds;
        _scheduler.Step(msToRound, ListenMsMax);
        // Nothing to do now: a node sleeps.
        if (Time.Microseconds == before)
            Time.Advance(TimeSpan.FromMilliseconds(1));
    }

    private void Judge(StreetMeter meter, int register)
    {
        int channel = meter.FirstChannel + register;
        BusResult result = _readings.Results[channel];
        Tally.Count(result);
        if (result != BusResult.Ok)
            return;
        long raw = _readings.Registers[channel];
        DateTimeOffset toUtc = Time.GetUtcNow();
        if (meter.AskedUtc != null && meter.Device.Faces[register].Showed(raw, meter.AskedUtc.Value, toUtc))
            return;
        bool isAnothers = _meters.Any(other => other.Device.Faces.Where((_, i) => other != meter || i != register)
            .Any(face => face.Showed(raw, toUtc.AddSeconds(-60), toUtc)));
        Tally.AddWrong(isAnothers, $"{Describe(channel)} at {Time.MonotonicMs} ms: {raw}, its dial shows {meter.Device.Faces[register].Now}");
    }

    private static ChannelLayout LayoutOf(DialFace face) => new() { RateMaxPerHour = RateMaxPerHour, Modulus = face.Modulus };
}
