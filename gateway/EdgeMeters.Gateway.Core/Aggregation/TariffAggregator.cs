using EdgeMeters.Gateway.Core.LoadProfile;

namespace EdgeMeters.Gateway.Core.Aggregation;

/// <summary>Adds up a load profile by tariff periods.</summary>
public static class TariffAggregator
{
    /// <summary>One total a tariff period of the calendar, in its order. Together they are the sum of all intervals that end in the period asked for.</summary>
    /// <param name="intervals">In any order.</param>
    /// <param name="calendar">The tariff.</param>
    /// <param name="period">The period that is billed.</param>
    /// <exception cref="ArgumentException">An interval that is there twice.</exception>
    /// <exception cref="OverflowException">A total that 64 bits cannot state.</exception>
    public static IReadOnlyList<TariffTotal> Sum(IReadOnlyList<ProfileInterval> intervals, TariffCalendar calendar, Period period) =>
        Sum(intervals, calendar, [period])[0];

    /// <summary>The totals of each of several periods, in one pass.</summary>
    /// <param name="intervals">In any order. Those that end in none of the periods are left out.</param>
    /// <param name="calendar">The tariff.</param>
    /// <param name="periods">Oldest first, without overlaps; see <see cref="PeriodCalendar.Touching"/>.</param>
    /// <exception cref="ArgumentException">An interval that is there twice, or periods that overlap or are out of order.</exception>
    /// <exception cref="OverflowException">A total that 64 bits cannot state.</exception>
    public static IReadOnlyList<IReadOnlyList<TariffTotal>> Sum(
        IReadOnlyList<ProfileInterval> intervals, TariffCalendar calendar, IReadOnlyList<Period> periods)
    {
        var ordered = OrderedProfile.Of(intervals);
        var totals = new IReadOnlyList<TariffTotal>[periods.Count];
        int next = 0;
        for (int i = 0; i < periods.Count; i++)
        {
            if (i > 0 && periods[i].BeginUtcSeconds < periods[i - 1].EndUtcSeconds)
                throw new ArgumentException("Periods come oldest first and do not overlap.", nameof(periods));
            while (next < ordered.Count && ordered[next].EndUtcSeconds <= periods[i].BeginUtcSeconds)
                next++;
            int begin = next;
            while (next < ordered.Count && periods[i].Holds(ordered[next].EndUtcSeconds))
                next++;
            totals[i] = SumAll(ordered.Skip(begin).Take(next - begin), calendar);
        }
        return totals;
    }

    private static IReadOnlyList<TariffTotal> SumAll(IEnumerable<ProfileInterval> intervals, TariffCalendar calendar)
    {
        var tallies = Array.ConvertAll(new SourceTally[calendar.Names.Count], _ => new SourceTally());
        int[] crossing = new int[tallies.Length];
        long[] crossingConsumption = new long[tallies.Length];
        foreach (var interval in intervals)
        {
            var (name, isCrossing) = calendar.Of(new Period(OrderedProfile.BeginOf(interval), interval.EndUtcSeconds));
            tallies[name].Add(interval, Math.Max(interval.Seconds, 0));
            if (!isCrossing || interval.Consumption is not { } consumption)
                continue;
            crossing[name]++;
            crossingConsumption[name] = checked(crossingConsumption[name] + consumption);
        }
        return
        [
            .. tallies.Select((tally, i) => new TariffTotal(
                calendar.Names[i], tally.Consumption, tally.Intervals, crossing[i], crossingConsumption[i], tally.Quality, tally.Shares())),
        ];
    }
}
