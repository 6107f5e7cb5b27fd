namespace EdgeMeters.Gateway.Core.Aggregation;

/// <summary>How much of the time for which consumption is expected is covered by intervals that state one.</summary>
/// <param name="CoveredSeconds">Covered; what two intervals cover is counted once. Never more than expected.</param>
/// <param name="ExpectedSeconds">Expected.</param>
public readonly record struct Completeness(long CoveredSeconds, long ExpectedSeconds)
{
    public bool IsWhole => CoveredSeconds >= ExpectedSeconds;

    /// <summary>Parts per thousand, rounded down: 1,000 is said of the whole only, and of nothing where nothing is expected.</summary>
    public int PerThousand => ExpectedSeconds == 0 ? 1000 : (int)((Int128)CoveredSeconds * 1000 / ExpectedSeconds);

    public static Completeness operator +(Completeness a, Completeness b) =>
        new(checked(a.CoveredSeconds + b.CoveredSeconds), checked(a.ExpectedSeconds + b.ExpectedSeconds));
}
