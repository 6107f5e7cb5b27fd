using EdgeMeters.Gateway.Core;

namespace EdgeMeters.Gateway.Tests.Web;

/// <summary>A store in which the last register of one point grows while a page looks on.</summary>
internal sealed class GrowingQueries(IReadingQueries behind, string pointId) : IReadingQueries
{
    private long _extraRegister;

    public long ExtraRegister
    {
        get => Interlocked.Read(ref _extraRegister);
        set => Interlocked.Exchange(ref _extraRegister, value);
    }

    public IReadOnlyList<PointStatus> Points(PointSearch search, string afterId, int max) => [.. behind.Points(search, afterId, max).Select(Grown)];

    public int PointCount() => behind.PointCount();

    public PointStatus? Point(string id) => behind.Point(id) is { } status ? Grown(status) : null;

    public IReadOnlyList<IntervalReading> Intervals(string id, uint fromUtcSeconds, uint toUtcSeconds) =>
        behind.Intervals(id, fromUtcSeconds, toUtcSeconds);

    public IReadOnlyList<ConsumptionPeriod> Consumption(
        string id, uint fromUtcSeconds, uint toUtcSeconds, int periodSeconds, int offsetSeconds) =>
        behind.Consumption(id, fromUtcSeconds, toUtcSeconds, periodSeconds, offsetSeconds);

    public IReadOnlyList<UnassignedMeter> UnassignedMeters(int max) => behind.UnassignedMeters(max);

    public IReadOnlyList<NodeEvent> Events(int max) => behind.Events(max);

    public StoreStatus Status() => behind.Status();

    private PointStatus Grown(PointStatus status) => status.Point.Id == pointId && status.Last is { } last
        ? status with { Last = last with { Register = last.Register + ExtraRegister } }
        : status;
}
