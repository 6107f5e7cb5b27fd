using EdgeMeters.Gateway.Core;

namespace EdgeMeters.Gateway.Tests.Web;

/// <summary>A store whose points cannot be listed before a gate opens, as with very many of them.</summary>
internal sealed class SlowQueries(IReadingQueries behind, ManualResetEventSlim gate) : IReadingQueries
{
    public IReadOnlyList<PointStatus> Points(PointSearch search, string afterId, int max)
    {
        gate.Wait();
        return behind.Points(search, afterId, max);
    }

    public int PointCount() => behind.PointCount();

    public PointStatus? Point(string id) => behind.Point(id);

    public IReadOnlyList<IntervalReading> Intervals(string id, uint fromUtcSeconds, uint toUtcSeconds) => behind.Intervals(id, fromUtcSeconds, toUtcSeconds);

    public IReadOnlyList<ConsumptionPeriod> Consumption(string id, uint fromUtcSeconds, uint toUtcSeconds, int periodSeconds, int offsetSeconds) =>
        behind.Consumption(id, fromUtcSeconds, toUtcSeconds, periodSeconds, offsetSeconds);

    public IReadOnlyList<UnassignedMeter> UnassignedMeters(int max) => behind.UnassignedMeters(max);

    public IReadOnlyList<NodeEvent> Events(int max) => behind.Events(max);

    public StoreStatus Status() => behind.Status();
}
