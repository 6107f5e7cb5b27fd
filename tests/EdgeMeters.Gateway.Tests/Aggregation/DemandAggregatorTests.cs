using CsCheck;
using EdgeMeters.Gateway.Core;
using EdgeMeters.Gateway.Core.Aggregation;
using EdgeMeters.Gateway.Core.LoadProfile;
using static EdgeMeters.Gateway.Tests.Aggregation.Profile;

namespace EdgeMeters.Gateway.Tests.Aggregation;

public sealed class DemandAggregatorTests
{
    private static readonly Period Day1 = new(Midnight, Midnight + Day);

    [Fact]
    public void A_quarter_of_an_hour_with_250_Wh_is_1000_W()
    {
        var found = DemandAggregator.OfBlocks(Row(Midnight, Quarter, [100, 250, 249]), Quarter, Day1, Zones.China);
        Assert.Equal(new Demand(new Period(Midnight + Quarter, Midnight + 2 * Quarter), 250, 0, IntervalQuality.Valid), found.Maximum);
        Assert.Equal((1_000L, null, 3, 93), (found.Maximum!.Value.PerHour, found.Doubtful, found.Windows, found.IncompleteWindows));
    }

    [Fact]
    public void A_sliding_window_sees_the_peak_that_lies_across_two_blocks()
    {
        var intervals = Row(Midnight, Quarter, [10, 10, 10, 400, 400, 10, 10, 10]);
        var blocks = DemandAggregator.OfBlocks(intervals, 1_800, Day1, Zones.China);
        Assert.Equal((820L, Midnight + 1_800L), (blocks.Maximum!.Value.PerHour, blocks.Maximum.Value.Window.BeginUtcSeconds));
        var sliding = DemandAggregator.OfSlidingWindow(intervals, 1_800, Day1);
        Assert.Equal((1_600L, Midnight + 2_700L, 7, 0), (sliding.Maximum!.Value.PerHour, sliding.Maximum.Value.Window.BeginUtcSeconds, sliding.Windows, sliding.IncompleteWindows));
    }

    [Fact]
    public void Of_equal_windows_the_earliest_counts()
    {
        var intervals = Row(Midnight, Quarter, [5, 9, 9, 5, 9]);
        Assert.Equal(Midnight + 2 * Quarter, DemandAggregator.OfBlocks(intervals, Quarter, Day1, Zones.China).Maximum!.Value.Window.EndUtcSeconds);
        Assert.Equal(Midnight + 2 * Quarter, DemandAggregator.OfSlidingWindow(intervals, Quarter, Day1).Maximum!.Value.Window.EndUtcSeconds);
    }

    [Fact]
    public void A_window_that_is_not_covered_does_not_count()
    {
        var intervals = Row(Midnight, Quarter, [1, 1, 900, 900, 2, 2]);
        intervals[3] = intervals[3] with { Consumption = null, Quality = IntervalQuality.Missing };
        var blocks = DemandAggregator.OfBlocks(intervals, 1_800, Day1, Zones.China);
        Assert.Equal((4L, 2, 46), (blocks.Maximum!.Value.Consumption, blocks.Windows, blocks.IncompleteWindows));
        var sliding = DemandAggregator.OfSlidingWindow(intervals, 1_800, Day1);
        Assert.Equal((901L, 3, 2), (sliding.Maximum!.Value.Consumption, sliding.Windows, sliding.IncompleteWindows));
        Assert.Null(DemandAggregator.OfBlocks([], 1_800, Day1, Zones.China).Maximum);
        Assert.Null(DemandAggregator.OfSlidingWindow([At(Midnight + Hour, 9_999, Hour)], Quarter, Day1).Maximum);
    }

    [Fact]
    public void A_window_of_the_month_before_is_none_of_the_months()
    {
        var intervals = Row(Midnight - Quarter, Quarter, [900, 900, 1, 1]);
        Assert.Equal(901, DemandAggregator.OfSlidingWindow(intervals, 1_800, Day1).Maximum!.Value.Consumption);
        Assert.Equal(901, DemandAggregator.OfBlocks(intervals, 1_800, Day1, Zones.China).Maximum!.Value.Consumption);
    }

    [Fact]
    public void A_spike_bills_nobody_and_is_told()
    {
        var intervals = Row(Midnight, Quarter, [10, 53_700_000, 11]);
        intervals[1] = intervals[1] with { Quality = IntervalQuality.TooHigh };
        foreach (var found in new[] { DemandAggregator.OfBlocks(intervals, Quarter, Day1, Zones.China), DemandAggregator.OfSlidingWindow(intervals, Quarter, Day1) })
            Assert.Equal((11L, 53_700_000L, 3), (found.Maximum!.Value.Consumption, found.Doubtful!.Value.Consumption, found.Windows));
        intervals[1] = intervals[1] with { Consumption = 9 };
        Assert.Null(DemandAggregator.OfBlocks(intervals, Quarter, Day1, Zones.China).Doubtful);
        intervals[1] = intervals[1] with { Consumption = 11 };
        Assert.Null(DemandAggregator.OfBlocks(intervals, Quarter, Day1, Zones.China).Doubtful);
    }

    [Fact]
    public void Of_several_doubtful_windows_the_largest_is_told()
    {
        var intervals = Row(Midnight, Quarter, [5, 12, 11]);
        intervals[1] = intervals[1] with { Quality = IntervalQuality.Suspect };
        intervals[2] = intervals[2] with { Quality = IntervalQuality.ClockDoubt };
        var found = DemandAggregator.OfSlidingWindow(intervals, Quarter, Day1);
        Assert.Equal((5L, 12L, IntervalQuality.Suspect), (found.Maximum!.Value.Consumption, found.Doubtful!.Value.Consumption, found.Doubtful.Value.Quality));
    }

    [Fact]
    public void Half_an_hour_between_changed_clocks_is_no_block_of_an_hour()
    {
        var day = new PeriodCalendar(PeriodKind.Day, Zone("Australia/Lord_Howe")).PeriodOf(Utc("2026-10-04T12:00+11:00"));
        var intervals = Row(day.BeginUtcSeconds, 1_800, Enumerable.Repeat(7L, 47));
        var found = DemandAggregator.OfBlocks(intervals, Hour, day, Zone("Australia/Lord_Howe"));
        Assert.Equal((14L, 23, 0), (found.Maximum!.Value.Consumption, found.Windows, found.IncompleteWindows));
    }

    [Fact]
    public void Time_that_is_claimed_twice_makes_no_window()
    {
        var intervals = Row(Midnight, Quarter, [100, 100, 1, 1]);
        var twice = At(Midnight + 1_000, 5_000, 500, quality: IntervalQuality.ClockDoubt);
        var found = DemandAggregator.OfBlocks([.. intervals, twice], Quarter, Day1, Zones.China);
        Assert.Equal((1L, 2), (found.Maximum!.Value.Consumption, found.Windows));
        Assert.Null(found.Doubtful);
    }

    [Fact]
    public void How_much_of_a_demand_is_estimated_is_told()
    {
        var intervals = Row(Midnight, Quarter, [100, 100]);
        intervals[1] = intervals[1] with { Source = ProfileSource.ByHistory };
        Assert.Equal(900, DemandAggregator.OfBlocks(intervals, 1_800, Day1, Zones.China).Maximum!.Value.EstimatedSeconds);
    }

    [Theory]
    [InlineData(1, 7_200, 1)]
    [InlineData(1, 7_201, 0)]
    [InlineData(-1, 7_200, 0)]
    [InlineData(-1, 7_199, -1)]
    [InlineData(-3, 7_200, -1)]
    [InlineData(0, 900, 0)]
    [InlineData(25, 900, 100)]
    public void Rates_are_rounded_to_the_nearest_and_a_half_upwards(long consumption, int seconds, long perHour)
    {
        Assert.Equal(perHour, new Demand(new Period(0, seconds), consumption, 0, IntervalQuality.Valid).PerHour);
    }

    [Fact]
    public void Hours_of_a_half_hour_zone_are_its_own_blocks()
    {
        long begin = Utc("2026-03-01T00:00+05:30");
        var found = DemandAggregator.OfBlocks(Row(begin, 1_800, [1, 9, 9, 1]), Hour, new Period(begin, begin + Day), Zone("Asia/Kolkata"));
        Assert.Equal((10L, 2, begin + Hour), (found.Maximum!.Value.Consumption, found.Windows, found.Maximum.Value.Window.EndUtcSeconds));
    }

    [Fact]
    public void Windows_of_no_length_or_that_do_not_divide_a_day_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => DemandAggregator.OfBlocks([], 0, Day1, Zones.China));
        Assert.Throws<ArgumentOutOfRangeException>(() => DemandAggregator.OfBlocks([], 7 * 60, Day1, Zones.China));
        Assert.Throws<ArgumentOutOfRangeException>(() => DemandAggregator.OfSlidingWindow([], 0, Day1));
        Assert.Throws<ArgumentOutOfRangeException>(() => DemandAggregator.OfSlidingWindow([], Day + 1, Day1));
    }

    [Fact]
    public void The_largest_is_the_one_that_trying_every_window_finds_in_whatever_order_intervals_come()
    {
        var step = Gen.Select(Gen.OneOf(900, 900, 900, 1_800, 450), Gen.Long[0, 50], Gen.Int[0, 12]);
        Gen.Select(step.Array[0, 60], Gen.OneOf(900, 1_800, 3_600), Gen.Int).Sample((steps, window, seed) =>
        {
            long end = Midnight;
            // Of twelve, one states nothing, one is suspect and one is not there at all.
            ProfileInterval[] intervals =
            [
                .. steps.Select(s => (What: s.Item3, Interval: At(
                    end += s.Item1, s.Item3 == 0 ? null : s.Item2, s.Item1, quality: s.Item3 == 1 ? IntervalQuality.Suspect : IntervalQuality.Valid)))
                    .Where(s => s.What != 2).Select(s => s.Interval),
            ];
            var shuffled = intervals.ToArray();
            new Random(seed).Shuffle(shuffled);
            var sliding = DemandAggregator.OfSlidingWindow(shuffled, window, Day1);
            Assert.Equal(Slowly(intervals, window, 1), (sliding.Maximum?.Window.EndUtcSeconds, sliding.Maximum?.Consumption, sliding.Windows));
            var blocks = DemandAggregator.OfBlocks(shuffled, window, Day1, Zones.China);
            Assert.Equal(Slowly(intervals, window, window), (blocks.Maximum?.Window.EndUtcSeconds, blocks.Maximum?.Consumption, blocks.Windows));
            Assert.Equal(Day / window, blocks.Windows + blocks.IncompleteWindows);
        }, iter: 1_000);
    }

    private static (long? End, long? Consumption, int Windows) Slowly(ProfileInterval[] intervals, int windowSeconds, int everySeconds)
    {
        (long? End, long? Consumption, int Windows) found = default;
        foreach (long end in intervals.Select(i => (long)i.EndUtcSeconds))
        {
            var inside = intervals.Where(i => i.EndUtcSeconds <= end && i.EndUtcSeconds > end - windowSeconds).ToArray();
            if ((end - Midnight) % everySeconds != 0 || end - windowSeconds < Midnight || inside.Sum(i => i.Seconds) != windowSeconds
                || inside.Any(i => i.Consumption == null || i.EndUtcSeconds - i.Seconds < end - windowSeconds))
                continue;
            found.Windows++;
            if (inside.All(i => i.Quality == IntervalQuality.Valid) && (found.End == null || inside.Sum(i => i.Consumption) > found.Consumption))
                (found.End, found.Consumption) = (end, inside.Sum(i => i.Consumption));
        }
        return found;
    }
}
