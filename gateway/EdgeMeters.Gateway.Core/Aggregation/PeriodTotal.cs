namespace EdgeMeters.Gateway.Core.Aggregation;

/// <summary>What was consumed in a period: the sum of the intervals that end in it.</summary>
/// <param name="Period">The period.</param>
/// <param name="Consumption">In base units (Wh, varh, litre); null when no interval states one.</param>
/// <param name="Intervals">Intervals that end in it, with a consumption or without.</param>
/// <param name="Completeness">How much of it they cover.</param>
/// <param name="CarriedSeconds">
/// How far the first of them reaches back before the period. Above 0, the consumption has some of the period before in it: a gap that nobody split.
/// </param>
/// <param name="Quality">All that was judged of them, together.</param>
/// <param name="Sources">Where the consumption comes from; the parts add up to it.</param>
public sealed record PeriodTotal(
    Period Period, long? Consumption, int Intervals, Completeness Completeness, long CarriedSeconds, IntervalQuality Quality,
    IReadOnlyList<SourceShare> Sources)
{
    /// <summary>What of the consumption is an estimate.</summary>
    public long EstimatedConsumption => Sources.Where(s => s.IsEstimated).Sum(s => s.Consumption);

    /// <summary>Seconds that more than one interval claims, as after a clock was set back. No consumption is counted twice for it: registers say how much.</summary>
    public long OverlapSeconds => Sources.Sum(s => s.Seconds) - Completeness.CoveredSeconds;

    /// <summary>True when the consumption is that of the period: all of it, and nothing of the time before.</summary>
    public bool IsWhole => Consumption != null && Completeness.IsWhole && CarriedSeconds == 0;
}
