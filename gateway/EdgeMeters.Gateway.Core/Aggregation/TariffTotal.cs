namespace EdgeMeters.Gateway.Core.Aggregation;

/// <summary>What was consumed in a tariff period: the sum of the intervals whose last second lies in it.</summary>
/// <param name="Name">Name of the tariff period.</param>
/// <param name="Consumption">In base units (Wh, varh, litre); null when no interval states one.</param>
/// <param name="Intervals">Intervals, with a consumption or without.</param>
/// <param name="CrossingIntervals">Those of them with a consumption that began in another tariff period, or passed through one.</param>
/// <param name="CrossingConsumption">Their consumption: at most so much belongs elsewhere.</param>
/// <param name="Quality">All that was judged of them, together.</param>
/// <param name="Sources">Where the consumption comes from; the parts add up to it.</param>
public sealed record TariffTotal(
    string Name, long? Consumption, int Intervals, int CrossingIntervals, long CrossingConsumption, IntervalQuality Quality,
    IReadOnlyList<SourceShare> Sources)
{
    /// <summary>What of the consumption is an estimate.</summary>
    public long EstimatedConsumption => Sources.Where(s => s.IsEstimated).Sum(s => s.Consumption);
}
