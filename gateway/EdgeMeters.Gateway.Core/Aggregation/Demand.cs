namespace EdgeMeters.Gateway.Core.Aggregation;

/// <summary>The mean power or flow of one window.</summary>
/// <param name="Window">The window.</param>
/// <param name="Consumption">What was consumed in it, in base units (Wh, varh, litre).</param>
/// <param name="EstimatedSeconds">How much of it is estimated.</param>
/// <param name="Quality">All that was judged of its intervals, together.</param>
public readonly record struct Demand(Period Window, long Consumption, long EstimatedSeconds, IntervalQuality Quality)
{
    /// <summary>In W, var or L/h; rounded to the nearest, a half upwards.</summary>
    public long PerHour => Rate.PerHour(Consumption, Window.Seconds);
}
