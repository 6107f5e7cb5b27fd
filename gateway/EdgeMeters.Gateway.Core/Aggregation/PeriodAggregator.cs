using EdgeMeters.Gateway.Core.LoadProfile;

namespace EdgeMeters.Gateway.Core.Aggregation;

/// <summary>Adds up a load profile by periods.</summary>
public static class PeriodAggregator
{
    /// <summary>One total a period, also where no interval ends in it, so that the totals of several points stand beside each other.</summary>
    /// <param name="intervals">In any order. Those that end in none of the periods are left out.</param>
    /// <param name="periods">Oldest first, without overlaps; see <see cref="PeriodCalendar.Touching"/>.</param>
    /// <param name="expected">
    /// When consumption is expected at all: since the point is in service, until the last reading that is due. Outside of it nothing counts as covered
    /// or as not covered.
    /// </param>
    /// <exception cref="ArgumentException">An interval that is there twice, or periods that overlap or are out of order.</exception>
    /// <exception cref="OverflowException">A total that 64 bits cannot state.</exception>
    public static IReadOnlyList<PeriodTotal> Sum(IReadOnlyList<ProfileInterval> intervals, IReadOnlyList<Period> periods, Period expected)
    {
        for (int i = 0; i < periods.Count; i++)
        {
            if (periods[i].Seconds <= 0 || i > 0 && periods[i].BeginUtcSeconds < periods[i - 1].EndUtcSeconds)
                throw new ArgumentException("Periods have a length, come oldest first and do not overlap.", nameof(periods));
        }
        var ordered = OrderedProfile.Of(intervals);
        var totals = new PeriodTotal[periods.Count];
        int next = ordered.Count - 1;
        for (int i = periods.Count - 1; i >= 0; i--)
        {
            while (next >= 0 && ordered[next].EndUtcSeconds > periods[i].EndUtcSeconds)
                next--;
            totals[i] = SumLast(ordered, ref next, periods[i], expected);
        }
        return totals;
    }

    // From the latest end back: what lies between the earliest begin so far and the next end is covered already, so the union needs one number.
    private static PeriodTotal SumLast(IReadOnlyList<ProfileInterval> ordered, ref int next, Period period, Period expected)
    {
        var tally = new SourceTally();
        var counted = period.Within(expected);
        long covered = 0;
        long coveredFrom = counted.EndUtcSeconds;
        long earliest = period.BeginUtcSeconds;
        for (; next >= 0 && period.Holds(ordered[next].EndUtcSeconds); next--)
        {
            var interval = ordered[next];
            var lies = new Period(OrderedProfile.BeginOf(interval), interval.EndUtcSeconds).Within(counted);
            tally.Add(interval, lies.Seconds);
            if (interval.Consumption == null)
                continue;
            earliest = Math.Min(earliest, OrderedProfile.BeginOf(interval));
            covered += Math.Max(Math.Min(lies.EndUtcSeconds, coveredFrom) - lies.BeginUtcSeconds, 0);
            coveredFrom = Math.Min(coveredFrom, lies.BeginUtcSeconds);
        }
        return new PeriodTotal(
            period, tally.Consumption, tally.Intervals, new Completeness(covered, counted.Seconds), period.BeginUtcSeconds - earliest, tally.Quality,
            tally.Shares());
    }
}
