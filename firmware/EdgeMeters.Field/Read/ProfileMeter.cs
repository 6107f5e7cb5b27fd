using EdgeMeters.Field.Line;
using EdgeMeters.HostNode.Profiles;
using EdgeMeters.Metering.Bus;
using EdgeMeters.Metering.Configuration;
using EdgeMeters.Wire;

namespace EdgeMeters.Field.Read;

/// <summary>A meter with a profile, read by the node's own scheduler: what is shown here is what a node would have put into its journal.</summary>
internal sealed class ProfileMeter
{
    private const int ListenMs = 50;

    /// <summary>Two samples of a moment are close when they differ by no more than an eighth.</summary>
    private const int CloseShare = 8;

    private const int Tries = 3;

    private readonly LineSession _session;
    private readonly RecordingMeter? _samples;
    private readonly BusPoint[] _points;
    private readonly ChannelLayout[] _layouts;
    private readonly RecordingMeter _meter;
    private readonly RegisterReadings _readings;
    private readonly BusScheduler _scheduler;

    public ProfileMeter(LineSession session, MeterProfile profile, MeterTable table)
    {
        _session = session;
        Profile = profile;
        _points = ProfileFiles.PointsOf(profile);
        _layouts = [.. profile.Registers.Select(r => r.Scale.ChannelOf("meter"))];
        BusFactory factory = new(Math.Max(_points.Length, profile.Samples.Count), session.Table.BaudRate);
        _meter = new RecordingMeter(factory.NewMeter(table, _points));
        if (profile.Samples.Count > 0)
            _samples = new RecordingMeter(factory.NewMeter(table, [.. profile.Samples.Select(s => s.Point)]));
        _readings = new RegisterReadings(_layouts);
        MeterReading reading = new(_meter, [.. Enumerable.Range(0, _points.Length).Select(i => (byte)i)], _readings);
        _scheduler = new BusScheduler(session.Bus, session.Clock, [reading]);
    }

    public MeterProfile Profile { get; }

    public MeterTable Table => _meter.Table;

    public IReadOnlyList<BusPoint> Points => _points;

    /// <summary>By point, how the last reading ended.</summary>
    public IReadOnlyList<BusResult> Results => _readings.Results;

    /// <summary>By point, the last reading's register in raw counts.</summary>
    public IReadOnlyList<long> Registers => _readings.Registers;

    public static string Name(Unit unit) => unit == Unit.Litre ? "L" : unit.ToString();

    /// <summary>A count of a register in its base unit.</summary>
    public decimal BaseUnits(int point, decimal count) => count * _layouts[point].Numerator / _layouts[point].Denominator;

    public IReadOnlyList<ReadRow> Read(CancellationToken cancellation)
    {
        _scheduler.BeginRound();
        while (_scheduler.IsBusy)
        {
            cancellation.ThrowIfCancellationRequested();
            _scheduler.Step(int.MaxValue, ListenMs);
        }
        return [.. Enumerable.Range(0, _points.Length).Select(Row)];
    }

    /// <summary>What the profile knows of the moment. Behind a sum of eight bits it is believed when two readings are close.</summary>
    public IReadOnlyList<ReadRow> ReadSamples(CancellationToken cancellation)
    {
        if (_samples == null)
            return [];
        ReadRow[] rows = ReadSamplesOnce(_samples);
        if (!_samples.IsDoubtful)
            return rows;
        cancellation.ThrowIfCancellationRequested();
        return [.. rows.Zip(ReadSamplesOnce(_samples)).Select(pair => pair.First.IsGood && pair.Second.IsGood && !AreClose(pair.First, pair.Second)
            ? pair.Second.Doubted("unsteady: it differed each time that it was read")
            : pair.Second)];
    }

    private ReadRow[] ReadSamplesOnce(RecordingMeter meter)
    {
        BusResult asked = _session.Ask(meter, Tries, out _);
        return [.. Profile.Samples.Select((sample, at) =>
        {
            long count = 0;
            BusResult result = asked is BusResult.Ok or BusResult.Refused ? meter.Take(at, out count) : asked;
            return result == BusResult.Ok
                ? ReadRow.OfNumber(sample.Name, RawBytes.Of(sample.Point, meter) ?? [], count * FaceCheck.FaceReading.PowerOfTen(sample.Exponent), sample.Unit)
                : ReadRow.Failed(sample.Name, Trouble.Of(result, meter.Table.Protocol, meter.RefusalCode)!);
        })];
    }

    private static bool AreClose(ReadRow left, ReadRow right)
    {
        decimal one = decimal.Parse(left.Shown!, System.Globalization.CultureInfo.InvariantCulture);
        decimal other = decimal.Parse(right.Shown!, System.Globalization.CultureInfo.InvariantCulture);
        return Math.Abs(one - other) * CloseShare <= Math.Max(Math.Abs(one), Math.Abs(other));
    }

    private ReadRow Row(int point)
    {
        ChannelLayout layout = _layouts[point];
        string name = Profile.Registers[point].Name;
        BusResult result = _readings.Results[point];
        byte[]? raw = result == BusResult.Timeout ? null : RawBytes.Of(_points[point], _meter);
        return result == BusResult.Ok
            ? ReadRow.OfNumber(layout.Register, raw ?? [], BaseUnits(point, _readings.Registers[point]), Name(layout.Unit)) with { Name = name }
            : ReadRow.Failed(layout.Register, Trouble.Of(result, _meter.Table.Protocol, _meter.RefusalCode)!, raw) with { Name = name };
    }
}
