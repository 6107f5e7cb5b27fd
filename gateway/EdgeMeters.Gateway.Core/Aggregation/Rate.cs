namespace EdgeMeters.Gateway.Core.Aggregation;

/// <summary>Consumption in a time as a rate.</summary>
internal static class Rate
{
    private const int HourSeconds = 3_600;

    /// <summary>Base units in an hour; rounded to the nearest, a half upwards.</summary>
    /// <exception cref="OverflowException">A rate that 64 bits cannot state.</exception>
    public static long PerHour(long consumption, long seconds)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(seconds);
        Int128 doubled = (Int128)consumption * HourSeconds * 2 + seconds;
        Int128 rate = doubled / (2 * seconds);
        if (doubled < 0 && rate * 2 * seconds != doubled)
            rate -= 1;
        return checked((long)rate);
    }
}
