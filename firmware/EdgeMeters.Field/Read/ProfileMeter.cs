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

    private readonly BusPoint[] _points;
    private readonly ChannelLayout[] _layouts;
    private readonly RecordingMeter _meter;
    private readonly RegisterReadings _readings;
    private readonly BusScheduler _scheduler;

    public ProfileMeter(LineSession session, MeterProfile profile, MeterTable table)
    {
        Profile = profile;
        _points = ProfileFiles.PointsOf(profile);
        _layouts = [.. profile.Registers.Select(r => r.Scale.ChannelOf("meter"))];
        _meter = new RecordingMeter(new BusFactory(_points.Length, session.Table.BaudRate).NewMeter(table, _points));
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

    private ReadRow Row(int point)
    {
        ChannelLayout layout = _layouts[point];
        BusResult result = _readings.Results[point];
        byte[]? raw = result == BusResult.Timeout ? null : RawBytes.Of(_points[point], _meter);
        return result == BusResult.Ok
            ? ReadRow.OfNumber(layout.Register, raw ?? [], BaseUnits(point, _readings.Registers[point]), Name(layout.Unit))
            : ReadRow.Failed(layout.Register, Trouble.Of(result, _meter.Table.Protocol, _meter.RefusalCode)!, raw);
    }
}
