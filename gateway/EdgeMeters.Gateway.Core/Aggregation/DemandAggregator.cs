using EdgeMeters.Gateway.Core.LoadProfile;

namespace EdgeMeters.Gateway.Core.Aggregation;

/// <summary>Finds the largest demand in a load profile: the mean over blocks of time, or over a window that slides.</summary>
/// <remarks>
/// Windows are compared by their consumption, not by the rounded rate. They lie wholly in the period, as a meter that is reset at its begin counts them.
/// </remarks>
public static class DemandAggregator
{
    /// <summary>The longest window.</summary>
    public const int WindowSecondsMax = LocalClock.DaySeconds;

    private const IntervalQuality Doubts = IntervalQuality.Suspect | IntervalQuality.TooHigh | IntervalQuality.ClockDoubt;

    /// <summary>The largest demand of the blocks into which the clocks of a zone cut the day.</summary>
    /// <param name="intervals">In any order.</param>
    /// <param name="blockSeconds">Length of a block, e.g. 900; divides a day.</param>
    /// <param name="period">The period that is asked for.</param>
    /// <param name="zone">Where blocks are cut.</param>
    /// <exception cref="ArgumentException">A length that does not divide a day, or an interval that is there twice.</exception>
    public static DemandMaximum OfBlocks(IReadOnlyList<ProfileInterval> intervals, int blockSeconds, Period period, TimeZoneInfo zone)
    {
        if (blockSeconds is < 1 or > WindowSecondsMax || WindowSecondsMax % blockSeconds != 0)
            throw new ArgumentOutOfRangeException(nameof(blockSeconds), blockSeconds, "The blocks of a demand divide the day, as 900, 1,800 and 3,600 seconds do.");
        var clock = new LocalClock(zone);
        int blocks = 0;
        for (long at = period.BeginUtcSeconds; at < period.EndUtcSeconds;)
        {
            var part = clock.PartOf(at, blockSeconds);
            // Where clocks are changed within a block, the parts of it are none.
            if (part.Seconds == blockSeconds && part == part.Within(period))
                blocks++;
            at = part.EndUtcSeconds;
        }
        return Largest(OrderedProfile.Of(intervals), blockSeconds, period, blocks, window => clock.PartOf(window.BeginUtcSeconds, blockSeconds) == window);
    }

    /// <summary>The largest demand of a window that is moved on from the end of one interval to that of the next.</summary>
    /// <param name="intervals">In any order.</param>
    /// <param name="windowSeconds">Length of the window.</param>
    /// <param name="period">The period that is asked for.</param>
    /// <exception cref="ArgumentException">A length below 1 or above <see cref="WindowSecondsMax"/>, or an interval that is there twice.</exception>
    public static DemandMaximum OfSlidingWindow(IReadOnlyList<ProfileInterval> intervals, int windowSeconds, Period period)
    {
        if (windowSeconds is < 1 or > WindowSecondsMax)
            throw new ArgumentOutOfRangeException(nameof(windowSeconds), windowSeconds, "The window of a demand is a day long at most.");
        var ordered = OrderedProfile.Of(intervals);
        int windows = ordered.Select(i => i.EndUtcSeconds).Distinct()
            .Count(end => period.Holds(end) && end - (long)windowSeconds >= period.BeginUtcSeconds);
        return Largest(ordered, windowSeconds, period, windows, _ => true);
    }

    private static DemandMaximum Largest(
        IReadOnlyList<ProfileInterval> ordered, int windowSeconds, Period period, int windows, Func<Period, bool> counts)
    {
        Demand? maximum = null;
        Demand? doubtful = null;
        int complete = 0;
        foreach (var (first, last, consumption) in CompleteWindows(ordered, windowSeconds))
        {
            var window = new Period(ordered[last].EndUtcSeconds - (long)windowSeconds, ordered[last].EndUtcSeconds);
            if (window != window.Within(period) || !counts(window))
                continue;
            complete++;
            if (consumption <= maximum?.Consumption)
                continue;
            var demand = Judge(ordered, first, last, window, consumption);
            if ((demand.Quality & Doubts) == 0)
                maximum = demand;
            else if (doubtful == null || consumption > doubtful.Value.Consumption)
                doubtful = demand;
        }
        if (doubtful?.Consumption <= maximum?.Consumption)
            doubtful = null;
        return new DemandMaximum(maximum, doubtful, complete, windows - complete);
    }

    // Intervals that lie end to end, none of them claimed twice, from exactly the window's begin on.
    private static IEnumerable<(int First, int Last, long Consumption)> CompleteWindows(IReadOnlyList<ProfileInterval> ordered, int windowSeconds)
    {
        bool[] isOverlapping = OrderedProfile.Overlapping(ordered);
        int first = 0;
        long sum = 0;
        for (int last = 0; last < ordered.Count; last++)
        {
            var interval = ordered[last];
            if (interval.Consumption is not { } consumption || isOverlapping[last] || interval.Seconds <= 0)
            {
                first = last + 1;
                sum = 0;
                continue;
            }
            if (last > first && OrderedProfile.BeginOf(interval) != ordered[last - 1].EndUtcSeconds)
            {
                first = last;
                sum = 0;
            }
            sum = checked(sum + consumption);
            long begin = interval.EndUtcSeconds - (long)windowSeconds;
            for (; first <= last && OrderedProfile.BeginOf(ordered[first]) < begin; first++)
                sum -= ordered[first].Consumption!.Value;
            if (first <= last && OrderedProfile.BeginOf(ordered[first]) == begin)
                yield return (first, last, sum);
        }
    }

    private static Demand Judge(IReadOnlyList<ProfileInterval> ordered, int first, int last, Period window, long consumption)
    {
        var tally = new SourceTally();
        for (int i = first; i <= last; i++)
            tally.Add(ordered[i], ordered[i].Seconds);
        return new Demand(window, consumption, tally.Shares().Where(s => s.IsEstimated).Sum(s => s.Seconds), tally.Quality);
    }
}
