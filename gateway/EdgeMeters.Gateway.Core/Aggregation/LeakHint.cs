namespace EdgeMeters.Gateway.Core.Aggregation;

/// <summary>A leak is likely. A hint to a person, no alarm: a cooling tower and a night shift look the same.</summary>
/// <param name="Rule">What makes it likely.</param>
/// <param name="Stretch">From the begin of the first hour that it rests on to the end of the last.</param>
/// <param name="LitresPerHour">How much leaks at most: the lowest hour among those.</param>
public sealed record LeakHint(LeakRule Rule, Period Stretch, long LitresPerHour);
