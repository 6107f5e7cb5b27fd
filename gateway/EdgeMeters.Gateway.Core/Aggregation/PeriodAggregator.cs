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

    /// <summary>The totals of several points together: of a utility, or of a sum point that has no meter of its own.</summary>
    /// <param name="points">The totals of each, by the same periods; one point at least.</param>
    /// <returns>One total a period; whole when all of them are, and reaching back as far as the one that reaches furthest.</returns>
    /// <exception cref="ArgumentException">No points, or different periods.</exception>
    /// <exception cref="OverflowException">A total that 64 bits cannot state.</exception>
    public static IReadOnlyList<PeriodTotal> Together(IReadOnlyList<IReadOnlyList<PeriodTotal>> points)
    {
        ArgumentOutOfRangeException.ThrowIfZero(points.Count, nameof(points));
        var together = points[0];
        for (int i = 1; i < points.Count; i++)
        {
            if (!points[i].Select(t => t.Period).SequenceEqual(together.Select(t => t.Period)))
                throw new ArgumentException("Points are added up by different periods: they have no sum.", nameof(points));
            together = [.. together.Zip(points[i], Add)];
        }
        return together;
    }

    private static PeriodTotal Add(PeriodTotal a, PeriodTotal b) => new(
        a.Period,
        a.Consumption == null ? b.Consumption : checked(a.Consumption + (b.Consumption ?? 0)),
        a.Intervals + b.Intervals,
        a.Completeness + b.Completeness,
        Math.Max(a.CarriedSeconds, b.CarriedSeconds),
        a.Quality | b.Quality,
        [
            .. a.Sources.Concat(b.Sources).GroupBy(s => s.Source).OrderBy(g => g.Key).Select(g => new SourceShare(
                g.Key, g.Sum(s => s.Intervals), g.Sum(s => s.Seconds), g.Sum(s => s.Consumption))),
        ]);

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
