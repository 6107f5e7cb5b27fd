namespace EdgeMeters.Gateway.Core;

/// <summary>Consumption of an hour or a day.</summary>
/// <param name="EndUtcSeconds">End of the period, UTC.</param>
/// <param name="Seconds">Length of the period.</param>
/// <param name="Consumption">Sum of the intervals that end in the period, in base units; null when there is none with a consumption.</param>
/// <param name="Intervals">Intervals that end in the period.</param>
/// <param name="CoveredSeconds">How much of the period those intervals cover. Less than the whole means it is incomplete.</param>
/// <param name="Quality">All that was judged of them, together.</param>
public sealed record ConsumptionPeriod(
    uint EndUtcSeconds, int Seconds, long? Consumption, int Intervals, int CoveredSeconds, IntervalQuality Quality);
