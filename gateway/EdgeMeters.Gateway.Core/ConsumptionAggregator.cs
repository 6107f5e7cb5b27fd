namespace EdgeMeters.Gateway.Core;

/// <summary>Sums intervals to hours or days.</summary>
public static class ConsumptionAggregator
{
    /// <summary>Sums intervals by the period in which they end.</summary>
    /// <param name="intervals">Oldest first.</param>
    /// <param name="periodSeconds">3,600 or 86,400.</param>
    /// <param name="offsetSeconds">Where the periods are cut, east of UTC: 28,800 makes days of China.</param>
    public static IReadOnlyList<ConsumptionPeriod> Sum(
        IReadOnlyList<IntervalReading> intervals, int periodSeconds, int offsetSeconds)
    {
        var periods = new List<ConsumptionPeriod>();
        for (int first = 0; first < intervals.Count;)
        {
            uint end = PeriodEnd(intervals[first].EndUtcSeconds, periodSeconds, offsetSeconds);
            int next = first;
            long? sum = null;
            long covered = 0;
            var quality = IntervalQuality.Valid;
            for (; next < intervals.Count && PeriodEnd(intervals[next].EndUtcSeconds, periodSeconds, offsetSeconds) == end; next++)
            {
                var interval = intervals[next];
                quality |= interval.Quality;
                if (interval.Consumption is not { } consumption)
                    continue;
                sum = (sum ?? 0) + consumption;
                // A label that lies before the one of the reading before takes nothing away from what the others cover.
                covered += Math.Max(interval.Seconds, 0);
            }
            periods.Add(new ConsumptionPeriod(
                end, periodSeconds, sum, next - first, (int)Math.Min(covered, periodSeconds), quality));
            first = next;
        }
        return periods;
    }

    // End-labelled: an interval that ends at midnight belongs to the day that ends there.
    private static uint PeriodEnd(uint endUtcSeconds, int periodSeconds, int offsetSeconds)
    {
        long local = (long)endUtcSeconds + offsetSeconds;
        return (uint)((local + periodSeconds - 1) / periodSeconds * periodSeconds - offsetSeconds);
    }
}
