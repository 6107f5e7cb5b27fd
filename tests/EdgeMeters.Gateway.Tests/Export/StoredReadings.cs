using EdgeMeters.Gateway.Core;

namespace EdgeMeters.Gateway.Tests.Export;

/// <summary>Readings in memory, as the contract of the queries says; what an export does not ask for is not here.</summary>
internal sealed class StoredReadings(params (PointStatus Status, IntervalReading[] Intervals)[] points) : IReadingQueries
{
    public IReadOnlyList<PointStatus> Points(PointSearch search, string afterId, int max)
    {
        Assert.Equal(PointSearch.All, search);
        return [.. points.Select(point => point.Status).Where(status => string.CompareOrdinal(status.Point.Id, afterId) > 0).Take(max)];
    }

    public PointStatus? Point(string pointId) => points.FirstOrDefault(point => point.Status.Point.Id == pointId).Status;

    public IReadOnlyList<IntervalReading> Intervals(string pointId, uint fromUtcSeconds, uint toUtcSeconds)
    {
        // The export promises not to hold more than about a year of a point at once.
        Assert.InRange(toUtcSeconds - fromUtcSeconds, 1u, 366u * 86_400);
        return [.. points.Single(point => point.Status.Point.Id == pointId).Intervals
            .Where(interval => interval.EndUtcSeconds > fromUtcSeconds && interval.EndUtcSeconds <= toUtcSeconds)];
    }

    public IReadOnlyList<ConsumptionPeriod> Consumption(
        string pointId, uint fromUtcSeconds, uint toUtcSeconds, int periodSeconds, int offsetSeconds) => throw new NotSupportedException();

    public int PointCount() => throw new NotSupportedException();

    public IReadOnlyList<UnassignedMeter> UnassignedMeters(int max) => throw new NotSupportedException();

    public IReadOnlyList<NodeEvent> Events(int max) => throw new NotSupportedException();

    public StoreStatus Status() => throw new NotSupportedException();
}
