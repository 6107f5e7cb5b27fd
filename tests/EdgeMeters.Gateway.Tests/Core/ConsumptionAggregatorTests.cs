using CsCheck;
using EdgeMeters.Gateway.Core;

namespace EdgeMeters.Gateway.Tests.Core;

public sealed class ConsumptionAggregatorTests
{
    private const int ChinaSeconds = 28_800;
    private const int Hour = 3_600;
    private const int Day = 86_400;

    /// <summary>2026-03-01T00:00:00+08:00.</summary>
    private const uint Midnight = 1_772_294_400;

    [Fact]
    public void An_interval_that_ends_at_midnight_belongs_to_the_day_that_ends_there()
    {
        var days = ConsumptionAggregator.Sum([At(Midnight - 900, 1), At(Midnight, 2), At(Midnight + 900, 4)], Day, ChinaSeconds);
        Assert.Equal([(Midnight, 3L, 2), (Midnight + Day, 4L, 1)], days.Select(d => (d.EndUtcSeconds, d.Consumption!.Value, d.Intervals)));
    }

    [Fact]
    public void Days_are_cut_where_the_offset_says()
    {
        var intervals = Enumerable.Range(1, 192).Select(i => At(Midnight + 900 * (uint)i, 1)).ToArray();
        var china = ConsumptionAggregator.Sum(intervals, Day, ChinaSeconds);
        Assert.Equal([(Midnight + Day, 96L), (Midnight + 2 * Day, 96L)], china.Select(d => (d.EndUtcSeconds, d.Consumption!.Value)));
        var utc = ConsumptionAggregator.Sum(intervals, Day, 0);
        Assert.Equal([32L, 96L, 64L], utc.Select(d => d.Consumption!.Value));
        Assert.All(utc, d => Assert.Equal(0u, d.EndUtcSeconds % Day));
    }

    [Fact]
    public void A_clock_that_was_set_back_takes_nothing_away_from_what_is_covered()
    {
        var back = At(Midnight + 1_800, 10) with { Seconds = Midnight - 4_291_747_200L };
        var hour = Assert.Single(ConsumptionAggregator.Sum([At(Midnight + 900, 10), back, At(Midnight + 2_700, 10)], Hour, ChinaSeconds));
        Assert.Equal((1_800, 30L), (hour.CoveredSeconds, hour.Consumption!.Value));
    }

    [Fact]
    public void A_whole_hour_is_covered_and_a_part_of_one_says_how_much()
    {
        var hours = ConsumptionAggregator.Sum([.. Enumerable.Range(1, 6).Select(i => At(Midnight + 900 * (uint)i, 10))], Hour, ChinaSeconds);
        Assert.Equal([(Hour, 40L), (1_800, 20L)], hours.Select(h => (h.CoveredSeconds, h.Consumption!.Value)));
        Assert.All(hours, h => Assert.Equal(Hour, h.Seconds));
    }

    [Fact]
    public void Intervals_without_a_consumption_are_counted_and_add_nothing()
    {
        var missing = At(Midnight + 900, 0) with { Consumption = null, Register = null, Quality = IntervalQuality.Missing };
        var alone = Assert.Single(ConsumptionAggregator.Sum([missing], Hour, ChinaSeconds));
        Assert.Equal((null, 1, 0, IntervalQuality.Missing), (alone.Consumption, alone.Intervals, alone.CoveredSeconds, alone.Quality));
        var gap = At(Midnight + 2_700, 7) with { Seconds = 2_700, Quality = IntervalQuality.Gap };
        var both = Assert.Single(ConsumptionAggregator.Sum([missing, gap], Hour, ChinaSeconds));
        Assert.Equal((7L, 2, 2_700, IntervalQuality.Missing | IntervalQuality.Gap), (both.Consumption, both.Intervals, both.CoveredSeconds, both.Quality));
    }

    [Fact]
    public void A_period_without_intervals_is_left_out()
    {
        var hours = ConsumptionAggregator.Sum([At(Midnight + 900, 1), At(Midnight + 3 * Hour, 2) with { Seconds = 3 * Hour - 900 }], Hour, 0);
        Assert.Equal([Midnight + Hour, Midnight + 3 * Hour], hours.Select(h => h.EndUtcSeconds));
        Assert.Equal(Hour, hours[1].CoveredSeconds);
    }

    [Fact]
    public void No_consumption_is_lost_or_made_up_wherever_periods_are_cut()
    {
        var interval = Gen.Select(Gen.UInt[1, 40], Gen.Long[0, 1_000].Nullable());
        Gen.Select(interval.Array[0, 200], Gen.OneOf(Hour, Day), Gen.Int[-12 * 4, 14 * 4]).Sample((steps, period, quarters) =>
        {
            uint end = Midnight;
            var intervals = steps.Select(s => At(end += 450 * s.Item1, 0) with { Consumption = s.Item2 }).ToArray();
            var periods = ConsumptionAggregator.Sum(intervals, period, quarters * 900);
            Assert.Equal(intervals.Sum(i => i.Consumption ?? 0), periods.Sum(p => p.Consumption ?? 0));
            Assert.Equal(intervals.Length, periods.Sum(p => p.Intervals));
            Assert.Equal(periods.Select(p => p.EndUtcSeconds).Distinct().Order(), periods.Select(p => p.EndUtcSeconds));
            Assert.All(periods, p => Assert.Equal(0, (p.EndUtcSeconds + quarters * 900) % period));
        }, iter: 500);
    }

    private static IntervalReading At(uint end, long consumption) =>
        new(new ReadingId("node-1", 7, end / 450, 0), end, 900, consumption, consumption, IntervalQuality.Valid);
}
