using EdgeMeters.Gateway.Core.LoadProfile;

namespace EdgeMeters.Gateway.Core.Aggregation;

/// <summary>Looks for leaks in the load profile of a water meter.</summary>
/// <remarks>
/// A hint rests on measured hours only: an hour of which a part is missing, estimated, edited, claimed twice or doubted ends a run, since an estimate
/// spreads flow over hours in which none may have been. The rule of 24 hours and the lowest hour as the rate are those of Badger Meter's AquaCUE
/// (helpaquacue.com); hours and number of nights are this project's.
/// </remarks>
public static class LeakHints
{
    /// <summary>Nights running unless another number is asked for.</summary>
    public const int NightsDefault = 3;

    private const int SteadyHours = 24;
    private const int NightBeginHour = 2;
    private const int NightEndHour = 4;
    private const IntervalQuality Doubts = IntervalQuality.Suspect | IntervalQuality.TooHigh | IntervalQuality.ClockDoubt | IntervalQuality.Decreased;

    /// <summary>Nights running in which the lowest hour between 02:00 and 04:00 is above 0; one hint a run.</summary>
    /// <param name="intervals">In litres, in any order.</param>
    /// <param name="stretch">The days that are looked at: all that it touches.</param>
    /// <param name="zone">By whose clocks it is night.</param>
    /// <param name="nights">How many make a hint; 1 or more.</param>
    /// <exception cref="ArgumentException">An interval that is there twice, or a stretch of more than <see cref="PeriodCalendar.PeriodsMax"/> hours.</exception>
    public static IReadOnlyList<LeakHint> NightFlow(
        IReadOnlyList<ProfileInterval> intervals, Period stretch, TimeZoneInfo zone, int nights = NightsDefault)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(nights, 1);
        var clock = new LocalClock(zone);
        var lowest = Hours(intervals, stretch, zone)
            .Select(hour => (Hour: hour, Local: clock.LocalSeconds(hour.Period.BeginUtcSeconds)))
            .Where(h => h.Local / LocalClock.HourSeconds % 24 is >= NightBeginHour and < NightEndHour)
            .GroupBy(h => LocalClock.DateOf(h.Local))
            .Select(night => (
                new Period(night.First().Hour.Period.BeginUtcSeconds, night.Last().Hour.Period.EndUtcSeconds),
                night.All(h => LitresPerHour(h.Hour) != null) ? night.Min(h => LitresPerHour(h.Hour)) : null));
        return Runs(LeakRule.NightFlow, lowest, nights);
    }

    /// <summary>Hours running, 24 at least, in every one of which water flowed; one hint a run.</summary>
    /// <param name="intervals">In litres, in any order.</param>
    /// <param name="stretch">The days that are looked at: all that it touches.</param>
    /// <param name="zone">By whose clocks hours are cut.</param>
    /// <exception cref="ArgumentException">An interval that is there twice, or a stretch of more than <see cref="PeriodCalendar.PeriodsMax"/> hours.</exception>
    public static IReadOnlyList<LeakHint> SteadyFlow(IReadOnlyList<ProfileInterval> intervals, Period stretch, TimeZoneInfo zone) =>
        Runs(LeakRule.SteadyFlow, Hours(intervals, stretch, zone).Select(h => (h.Period, LitresPerHour(h))), SteadyHours);

    private static IReadOnlyList<PeriodTotal> Hours(IReadOnlyList<ProfileInterval> intervals, Period stretch, TimeZoneInfo zone)
    {
        var days = new PeriodCalendar(PeriodKind.Day, zone).Touching(stretch);
        if (days.Count == 0)
            return [];
        var whole = new Period(days[0].BeginUtcSeconds, days[^1].EndUtcSeconds);
        return PeriodAggregator.Sum(intervals, new PeriodCalendar(PeriodKind.Hour, zone).Touching(whole), Period.Always);
    }

    private static long? LitresPerHour(PeriodTotal hour)
    {
        bool isMeasured = hour.IsWhole && hour.OverlapSeconds == 0 && (hour.Quality & Doubts) == 0
            && hour.Sources.All(s => s.Source == ProfileSource.Measured);
        return isMeasured ? Rate.PerHour(hour.Consumption!.Value, hour.Period.Seconds) : null;
    }

    private static List<LeakHint> Runs(LeakRule rule, IEnumerable<(Period Period, long? Lowest)> flows, int lengthMin)
    {
        var hints = new List<LeakHint>();
        LeakHint? run = null;
        int length = 0;
        foreach (var (period, lowest) in flows)
        {
            if (lowest is not { } flow || flow <= 0)
            {
                run = null;
                length = 0;
                continue;
            }
            run = run == null
                ? new LeakHint(rule, period, flow)
                : run with { Stretch = new Period(run.Stretch.BeginUtcSeconds, period.EndUtcSeconds), LitresPerHour = Math.Min(run.LitresPerHour, flow) };
            if (++length == lengthMin)
                hints.Add(run);
            else if (length > lengthMin)
                hints[^1] = run;
        }
        return hints;
    }
}
