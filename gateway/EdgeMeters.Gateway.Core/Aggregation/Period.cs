namespace EdgeMeters.Gateway.Core.Aggregation;

/// <summary>A stretch of time, cut as intervals are labelled: what ends at its begin lies before it, what ends at its end lies in it.</summary>
/// <param name="BeginUtcSeconds">Begin, UTC; not part of it.</param>
/// <param name="EndUtcSeconds">End, UTC; part of it.</param>
public readonly record struct Period(long BeginUtcSeconds, long EndUtcSeconds)
{
    /// <summary>All of the time that a label can state, with a year to either side for the zones.</summary>
    public static readonly Period Always = new(-366L * 86_400, uint.MaxValue + 366L * 86_400);

    public long Seconds => EndUtcSeconds - BeginUtcSeconds;

    /// <summary>True when an interval with this label belongs to it.</summary>
    public bool Holds(long endUtcSeconds) => endUtcSeconds > BeginUtcSeconds && endUtcSeconds <= EndUtcSeconds;

    /// <summary>What of it lies in another one; without length when nothing does.</summary>
    public Period Within(Period other)
    {
        long begin = Math.Max(BeginUtcSeconds, other.BeginUtcSeconds);
        return new Period(begin, Math.Max(begin, Math.Min(EndUtcSeconds, other.EndUtcSeconds)));
    }
}
