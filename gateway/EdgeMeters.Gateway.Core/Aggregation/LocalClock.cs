namespace EdgeMeters.Gateway.Core.Aggregation;

/// <summary>What the clocks of a zone show. Local times are seconds since 1970 as those clocks count them.</summary>
/// <remarks>Relies on one thing: within two days the clocks of a zone are changed once at most.</remarks>
internal sealed class LocalClock(TimeZoneInfo zone)
{
    public const int HourSeconds = 3_600;
    public const int DaySeconds = 86_400;

    // Most bills go by a fixed distance from UTC, and a year is asked for it a hundred thousand times.
    private readonly long? _fixedSeconds = zone.GetAdjustmentRules().Length == 0 ? (long)zone.BaseUtcOffset.TotalSeconds : null;

    public long OffsetSeconds(long utcSeconds) => _fixedSeconds ?? (long)zone.GetUtcOffset(DateTime.UnixEpoch.AddSeconds(utcSeconds)).TotalSeconds;

    public long LocalSeconds(long utcSeconds) => utcSeconds + OffsetSeconds(utcSeconds);

    public static DateOnly DateOf(long localSeconds) => DateOnly.FromDateTime(DateTime.UnixEpoch.AddSeconds(localSeconds));

    /// <summary>The day's begin: the first moment at which the clocks show its midnight, or a later time if they skip it.</summary>
    public long BeginOf(DateOnly day)
    {
        long midnight = (day.DayNumber - DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber) * (long)DaySeconds;
        long before = OffsetSeconds(midnight - DaySeconds);
        long after = OffsetSeconds(midnight + DaySeconds);
        if (before == after)
            return midnight - before;
        long change = ChangeBetween(midnight - DaySeconds, midnight + DaySeconds);
        return midnight - before < change ? midnight - before : Math.Max(change, midnight - after);
    }

    /// <summary>
    /// The part of the local day, cut into parts of equal length from midnight on, in which a second lies. Where the clocks are changed within a part it
    /// ends there and another begins.
    /// </summary>
    /// <param name="utcSeconds">The second that begins then.</param>
    /// <param name="partSeconds">Divides a day.</param>
    public Period PartOf(long utcSeconds, int partSeconds)
    {
        long local = LocalSeconds(utcSeconds);
        long begin = utcSeconds - (local % partSeconds + partSeconds) % partSeconds;
        return Unchanged(utcSeconds, new Period(begin, begin + partSeconds));
    }

    /// <summary>What of a period around a second, two days at most, lies between the changes of the clocks.</summary>
    public Period Unchanged(long utcSeconds, Period period)
    {
        long offset = OffsetSeconds(utcSeconds);
        long begin = OffsetSeconds(period.BeginUtcSeconds) == offset ? period.BeginUtcSeconds : ChangeBetween(period.BeginUtcSeconds, utcSeconds);
        long end = OffsetSeconds(period.EndUtcSeconds - 1) == offset ? period.EndUtcSeconds : ChangeBetween(utcSeconds, period.EndUtcSeconds - 1);
        return new Period(begin, end);
    }

    // The first second under the offset that is in force at the end.
    private long ChangeBetween(long beginUtcSeconds, long endUtcSeconds)
    {
        long offset = OffsetSeconds(beginUtcSeconds);
        while (endUtcSeconds - beginUtcSeconds > 1)
        {
            long middle = beginUtcSeconds + (endUtcSeconds - beginUtcSeconds) / 2;
            if (OffsetSeconds(middle) == offset)
                beginUtcSeconds = middle;
            else
                endUtcSeconds = middle;
        }
        return endUtcSeconds;
    }
}
