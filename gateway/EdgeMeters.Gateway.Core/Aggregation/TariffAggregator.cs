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
    public static IReadOnlyList<TariffTotal> Sum(IReadOnlyList<ProfileInterval> intervals, TariffCalendar calendar, Period period)
    {
        var tallies = Array.ConvertAll(new SourceTally[calendar.Names.Count], _ => new SourceTally());
        int[] crossing = new int[tallies.Length];
        long[] crossingConsumption = new long[tallies.Length];
        foreach (var interval in OrderedProfile.Of(intervals))
        {
            if (!period.Holds(interval.EndUtcSeconds))
                continue;
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
