namespace EdgeMeters.Gateway.Core;

/// <summary>What pages, the API and exports ask of the store. Reads only; safe from any thread.</summary>
public interface IReadingQueries
{
    /// <summary>So many metering points of the registry behind an id, in the order of their ids.</summary>
    /// <param name="afterId">Empty for the first ones.</param>
    IReadOnlyList<PointStatus> Points(PointSearch search, string afterId, int max);

    /// <summary>How many metering points the registry has.</summary>
    int PointCount();

    /// <summary>One point; null if the registry has none of that id.</summary>
    PointStatus? Point(string pointId);

    /// <summary>Intervals of a point that end after <paramref name="fromUtcSeconds"/> and not after <paramref name="toUtcSeconds"/>, oldest first.</summary>
    /// <exception cref="KeyNotFoundException">The registry has no such point.</exception>
    IReadOnlyList<IntervalReading> Intervals(string pointId, uint fromUtcSeconds, uint toUtcSeconds);

    /// <summary>Hours or days of a point, cut at <paramref name="offsetSeconds"/> east of UTC (28,800 in China), over the same range.</summary>
    /// <param name="periodSeconds">3,600 or 86,400.</param>
    /// <exception cref="KeyNotFoundException">The registry has no such point.</exception>
    IReadOnlyList<ConsumptionPeriod> Consumption(
        string pointId, uint fromUtcSeconds, uint toUtcSeconds, int periodSeconds, int offsetSeconds);

    /// <summary>So many of the meters that send readings but serve no point of the registry, by their serial numbers. Their readings are kept and wait.</summary>
    IReadOnlyList<UnassignedMeter> UnassignedMeters(int max);

    /// <summary>The newest events of all nodes, newest first.</summary>
    IReadOnlyList<NodeEvent> Events(int max);

    /// <summary>What the gateway holds and how far each forwarder has come.</summary>
    StoreStatus Status();
}
