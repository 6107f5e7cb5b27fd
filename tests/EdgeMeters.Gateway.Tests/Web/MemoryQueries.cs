using EdgeMeters.Gateway.Core;
using EdgeMeters.Gateway.Core.LoadProfile;
using EdgeMeters.Gateway.Core.Registry;
using EdgeMeters.Gateway.Core.Validation;
using EdgeMeters.Wire;

namespace EdgeMeters.Gateway.Tests.Web;

/// <summary>The port's test double: a registry and its intervals in memory, and a switch that makes the store unreadable.</summary>
internal sealed class MemoryQueries : IReadingQueries, IProfileQueries, IEditStore
{
    private readonly SortedDictionary<string, (MeteringPoint Point, Unit Unit, int PeriodSeconds, List<IntervalReading> Intervals)> _points =
        new(StringComparer.Ordinal);

    public List<NodeEvent> Told { get; } = [];

    public List<UnassignedMeter> Unassigned { get; } = [];

    public List<(string Point, KeptEdit Edit)> Kept { get; } = [];

    /// <summary>Load profile of every point, where it is not to be made of the intervals.</summary>
    public List<ProfileInterval> Profiled { get; } = [];

    public List<RegisteredPoint> Children { get; } = [];

    public List<Correction> Corrected { get; } = [];

    public List<ForwarderStatus> Forwarders { get; } = [];

    public volatile string? Trouble;

    public volatile IntegrityStatus? Integrity;

    /// <summary>While set, every question fails with it.</summary>
    public volatile Exception? Failure;

    public void Add(MeteringPoint point, Unit unit, int periodSeconds, IEnumerable<IntervalReading> intervals) =>
        _points.Add(point.Id, (point, unit, periodSeconds, [.. intervals]));

    public IReadOnlyList<PointStatus> Points(PointSearch search, string afterId, int max) =>
    [
        .. Ready().Keys.Where(id => string.CompareOrdinal(id, afterId) > 0).Select(id => Point(id)!)
            .Where(s => (search.Carrier == null || s.Point.Carrier == search.Carrier)
                && new[] { s.Point.Id, s.Point.Name, s.Point.MeterSerial, s.Node ?? "" }.Any(t => t.Contains(search.Text, StringComparison.OrdinalIgnoreCase)))
            .Take(max),
    ];

    public int PointCount() => Ready().Count;

    public PointStatus? Point(string pointId)
    {
        if (!Ready().TryGetValue(pointId, out var found))
            return null;
        bool isHeardOf = found.Intervals.Count > 0;
        return new PointStatus(
            found.Point, isHeardOf ? found.Unit : null, isHeardOf ? found.PeriodSeconds : 0,
            found.Intervals.LastOrDefault(), isHeardOf ? found.Intervals[0].Id.Node : null);
    }

    public IReadOnlyList<IntervalReading> Intervals(string pointId, uint fromUtcSeconds, uint toUtcSeconds) =>
        [.. Ready()[pointId].Intervals.Where(interval => interval.EndUtcSeconds > fromUtcSeconds && interval.EndUtcSeconds <= toUtcSeconds)];

    public IReadOnlyList<ConsumptionPeriod> Consumption(
        string pointId, uint fromUtcSeconds, uint toUtcSeconds, int periodSeconds, int offsetSeconds) =>
        ConsumptionAggregator.Sum(Intervals(pointId, fromUtcSeconds, toUtcSeconds), periodSeconds, offsetSeconds);

    public PointProfile Profile(string pointId, uint fromUtcSeconds, uint toUtcSeconds, bool withEdits = true) => new(Ready()[pointId].PeriodSeconds,
    Profiled.Count > 0 ? [.. Profiled.Where(i => i.EndUtcSeconds > fromUtcSeconds && i.EndUtcSeconds <= toUtcSeconds)] :
    [
        .. Intervals(pointId, fromUtcSeconds, toUtcSeconds).Where(i => i.Seconds > 0)
            .Select(i => new ProfileInterval(i.EndUtcSeconds, (int)i.Seconds, i.Consumption, i.Quality, Findings.None, ProfileSource.Measured)),
    ]);

    public IReadOnlyList<KeptEdit> Edits(string pointId, uint fromUtcSeconds, uint toUtcSeconds) =>
        [.. Kept.Where(e => e.Point == pointId && e.Edit.Interval.EndUtcSeconds > fromUtcSeconds && e.Edit.Interval.EndUtcSeconds <= toUtcSeconds).Select(e => e.Edit)];

    public IReadOnlyList<Service> Services(string pointId)
    {
        var point = Ready()[pointId].Point;
        return [new Service(pointId, point.MeterSerial, point.Register, "", null, 0, Service.OpenEnd, null, null, Service.One, 0)];
    }

    public IReadOnlyList<RegisteredPoint> Below(string pointId) => [.. Ready().ContainsKey(pointId) ? Children : []];

    public IReadOnlyList<RegisteredPoint> Registered(string afterId, int max) =>
    [
        .. Ready().Values.Select(p => new RegisteredPoint(p.Point.Id, p.Point.Name, p.Point.Carrier, PointKind.Billing, "grid", "", ""))
            .Where(p => string.CompareOrdinal(p.Id, afterId) > 0).Take(max),
    ];

    public CorrectionPage Corrections(long sinceEntry) => new([.. Corrected.Where(c => c.Entry > sinceEntry)], Math.Max(sinceEntry, 7), true);

    public Task<Receipt> AppendEditAsync(ProfileEdit edit, CancellationToken cancel)
    {
        foreach (var interval in edit.Intervals)
            Kept.Add((edit.Point, new KeptEdit(Kept.Count + 1, 1, interval, edit.Who, edit.Why)));
        return Task.FromResult(new Receipt(Kept.Count, false));
    }

    public IReadOnlyList<UnassignedMeter> UnassignedMeters(int max) => [.. Ready().Count >= 0 ? Unassigned.Take(max) : []];

    public IReadOnlyList<NodeEvent> Events(int max) => [.. Ready().Count >= 0 ? Told.Take(max) : []];

    public StoreStatus Status() => new(
        7, Ready().Values.Sum(point => (long)point.Intervals.Count), 2, 1, [.. Forwarders], Trouble, Integrity: Integrity);

    private SortedDictionary<string, (MeteringPoint Point, Unit Unit, int PeriodSeconds, List<IntervalReading> Intervals)> Ready() =>
        Failure is null ? _points : throw Failure;
}
