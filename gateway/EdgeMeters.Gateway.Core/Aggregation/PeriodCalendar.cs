namespace EdgeMeters.Gateway.Core.Aggregation;

/// <summary>Cuts time into hours, days, months or years by the clocks of a zone.</summary>
/// <remarks>
/// A day begins when the clocks first show its midnight; so it has 23 or 25 hours where they are changed. An hour ends where the clocks show a full hour
/// or are changed: zones that lie half an hour from UTC have their own hours, and an hour that is shown twice is two.
/// </remarks>
/// <param name="kind">What into.</param>
/// <param name="zone">The zone; <see cref="Zones.China"/> unless another was asked for.</param>
public sealed class PeriodCalendar(PeriodKind kind, TimeZoneInfo zone)
{
    /// <summary>More are not made at once: eleven years of hours.</summary>
    public const int PeriodsMax = 100_000;

    private readonly LocalClock _clock = new(zone);

    /// <summary>The period to which an interval with this label belongs.</summary>
    public Period PeriodOf(long endUtcSeconds)
    {
        if (!Period.Always.Holds(endUtcSeconds))
            throw new ArgumentOutOfRangeException(nameof(endUtcSeconds), endUtcSeconds, "No label can state this time.");
        long second = endUtcSeconds - 1;
        if (kind == PeriodKind.Hour)
            return _clock.PartOf(second, LocalClock.HourSeconds);
        var first = FirstDay(LocalClock.DateOf(_clock.LocalSeconds(second)));
        long begin = _clock.BeginOf(first);
        var next = NextAfter(first);
        long end = _clock.BeginOf(next);
        // Clocks that are set back over midnight show the day before once more, when its successor has begun.
        for (; end <= second; end = _clock.BeginOf(next))
        {
            next = NextAfter(next);
            begin = end;
        }
        return new Period(begin, end);
    }

    /// <summary>All periods, whole, that a stretch of time touches, oldest first.</summary>
    /// <exception cref="ArgumentOutOfRangeException">More than <see cref="PeriodsMax"/>, or a time that no label can state.</exception>
    public IReadOnlyList<Period> Touching(Period stretch)
    {
        var periods = new List<Period>();
        for (long at = stretch.BeginUtcSeconds; at < stretch.EndUtcSeconds; at = periods[^1].EndUtcSeconds)
        {
            if (periods.Count == PeriodsMax)
                throw new ArgumentOutOfRangeException(nameof(stretch), stretch, $"More than {PeriodsMax} periods: ask for a shorter time or longer periods.");
            periods.Add(PeriodOf(at + 1));
        }
        return periods;
    }

    private DateOnly FirstDay(DateOnly day) => kind switch
    {
        PeriodKind.Day => day,
        PeriodKind.Month => new DateOnly(day.Year, day.Month, 1),
        PeriodKind.Year => new DateOnly(day.Year, 1, 1),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Not a period that consists of days."),
    };

    private DateOnly NextAfter(DateOnly first) => kind switch
    {
        PeriodKind.Day => first.AddDays(1),
        PeriodKind.Month => first.AddMonths(1),
        _ => first.AddYears(1),
    };
}
