using CsCheck;
using EdgeMeters.Gateway.Core;
using EdgeMeters.Gateway.Core.Aggregation;
using EdgeMeters.Gateway.Core.LoadProfile;
using static EdgeMeters.Gateway.Tests.Aggregation.Profile;

namespace EdgeMeters.Gateway.Tests.Aggregation;

public sealed class PeriodAggregatorTests
{
    private static readonly Period TwoDays = new(Midnight - Day, Midnight + Day);

    private static readonly string[] ZoneNames = ["+08:00", "-03:30", "Europe/Berlin", "Australia/Lord_Howe", "America/New_York"];

    /// <summary>Profiles as they come: gaps, overlaps, estimates, intervals without a consumption, doubtful labels.</summary>
    private static readonly Gen<ProfileInterval[]> Profiles =
        Gen.Select(Gen.Int[0, 9], Gen.Int[1, 9], Gen.Long[-5, 5_000].Nullable(0.2), Gen.Enum<ProfileSource>(), Gen.Int[0, 255]).Array[0, 150].Select(steps =>
        {
            long end = Utc("2026-03-28T12:00Z");
            return steps.Select(s => At(end += Quarter * s.Item1 + 1, s.Item3, Quarter * s.Item2, s.Item4, (IntervalQuality)s.Item5)).ToArray();
        });

    [Fact]
    public void A_day_is_the_sum_of_the_intervals_that_end_in_it()
    {
        var days = Sum([At(Midnight - Quarter, 1), At(Midnight, 2), At(Midnight + Quarter, 4)], PeriodKind.Day, Zones.China, TwoDays);
        Assert.Equal([(Midnight, 3L, 2), (Midnight + Day, 4L, 1)], days.Select(d => ((uint)d.Period.EndUtcSeconds, d.Consumption!.Value, d.Intervals)));
        Assert.Equal([new Completeness(1_800, Day), new Completeness(900, Day)], days.Select(d => d.Completeness));
        Assert.Equal(20, days[0].Completeness.PerThousand);
    }

    [Fact]
    public void A_whole_day_of_summer_time_is_whole()
    {
        var berlin = new PeriodCalendar(PeriodKind.Day, Zone("Europe/Berlin"));
        foreach ((string noon, int quarters) in new[] { ("2026-03-29T12:00+02:00", 92), ("2026-10-25T12:00+01:00", 100) })
        {
            var day = berlin.PeriodOf(Utc(noon));
            var total = Assert.Single(PeriodAggregator.Sum(Row(day.BeginUtcSeconds, Quarter, Enumerable.Repeat(10L, quarters)), [day], Period.Always));
            Assert.True(total.IsWhole);
            Assert.Equal((quarters * 10L, quarters, 1000), (total.Consumption!.Value, total.Intervals, total.Completeness.PerThousand));
        }
    }

    [Fact]
    public void One_missing_interval_of_a_year_is_not_rounded_away()
    {
        var year = new PeriodCalendar(PeriodKind.Year, Zones.China).PeriodOf(Midnight);
        var intervals = Row(year.BeginUtcSeconds, Quarter, Enumerable.Repeat(1L, 35_040)).Where((_, i) => i != 77).ToArray();
        var total = Assert.Single(PeriodAggregator.Sum(intervals, [year], Period.Always));
        Assert.Equal((35_039L, 999, false), (total.Consumption!.Value, total.Completeness.PerThousand, total.IsWhole));
    }

    [Fact]
    public void A_gap_that_was_not_split_counts_where_it_ends_and_says_how_far_it_reaches_back()
    {
        var gap = At(Midnight + Hour, 700, 3 * Hour, quality: IntervalQuality.Gap);
        var days = Sum([At(Midnight - 2 * Hour, 10), gap], PeriodKind.Day, Zones.China, TwoDays);
        Assert.Equal([(10L, 0L), (700L, 2L * Hour)], days.Select(d => (d.Consumption!.Value, d.CarriedSeconds)));
        Assert.Equal(Hour, days[1].Completeness.CoveredSeconds);
        Assert.Equal(IntervalQuality.Gap, days[1].Quality);
        Assert.False(Sum([gap with { EndUtcSeconds = Midnight + Day, Seconds = Day + 1 }], PeriodKind.Day, Zones.China, TwoDays)[1].IsWhole);
    }

    [Fact]
    public void Nothing_stated_is_not_nothing_consumed()
    {
        var days = Sum([At(Midnight + Quarter, null, quality: IntervalQuality.Missing)], PeriodKind.Day, Zones.China, TwoDays);
        Assert.Equal([(null, 0), (null, 1)], days.Select(d => (d.Consumption, d.Intervals)));
        Assert.Equal((0L, IntervalQuality.Missing), (days[1].Completeness.CoveredSeconds, days[1].Quality));
        Assert.Empty(days[1].Sources);
        Assert.Equal(0, Sum([At(Midnight, 0)], PeriodKind.Day, Zones.China, TwoDays)[0].Consumption);
    }

    [Fact]
    public void A_bill_can_say_how_much_of_it_is_estimated()
    {
        var total = Sum(
            [
                At(Midnight + Quarter, 10), At(Midnight + 2 * Quarter, 20, source: ProfileSource.Interpolated),
                At(Midnight + 3 * Quarter, 40, source: ProfileSource.ByHistory), At(Midnight + 4 * Quarter, 80, source: ProfileSource.ByCheckMeter),
                At(Midnight + 5 * Quarter, 160, source: ProfileSource.Edited), At(Midnight + 6 * Quarter, 320),
            ],
            PeriodKind.Day, Zones.China, TwoDays)[1];
        Assert.Equal((630L, 140L), (total.Consumption!.Value, total.EstimatedConsumption));
        Assert.Equal(
            [
                new SourceShare(ProfileSource.Measured, 2, 1_800, 330), new SourceShare(ProfileSource.Interpolated, 1, 900, 20),
                new SourceShare(ProfileSource.ByHistory, 1, 900, 40), new SourceShare(ProfileSource.ByCheckMeter, 1, 900, 80),
                new SourceShare(ProfileSource.Edited, 1, 900, 160),
            ],
            total.Sources);
    }

    [Fact]
    public void What_two_intervals_claim_covers_once_and_is_told()
    {
        var back = At(Midnight + 2_000, 5, 1_500, quality: IntervalQuality.ClockDoubt);
        var total = Sum([At(Midnight + Quarter, 1), At(Midnight + 2 * Quarter, 2), back], PeriodKind.Day, Zones.China, TwoDays)[1];
        Assert.Equal((8L, 2_000L, 1_300L), (total.Consumption!.Value, total.Completeness.CoveredSeconds, total.OverlapSeconds));
    }

    [Fact]
    public void Before_a_point_is_in_service_and_after_the_last_reading_that_is_due_nothing_is_missing()
    {
        var calendar = new PeriodCalendar(PeriodKind.Day, Zones.China);
        var served = new Period(Midnight + Hour, Midnight + Day + Hour);
        var intervals = Row(served.BeginUtcSeconds, Quarter, Enumerable.Repeat(1L, 96));
        var totals = PeriodAggregator.Sum(intervals, calendar.Touching(new Period(Midnight, Midnight + 3 * Day)), served);
        Assert.Equal([new Completeness(23 * Hour, 23 * Hour), new Completeness(Hour, Hour), new Completeness(0, 0)], totals.Select(t => t.Completeness));
    }

    [Fact]
    public void An_interval_that_is_there_twice_is_refused()
    {
        var intervals = Row(Midnight, Quarter, [1, 2, 3]);
        foreach (ProfileInterval[] twice in new[] { [.. intervals, intervals[1]], new[] { intervals[0], intervals[1], intervals[1], intervals[2] } })
        {
            var refused = Assert.Throws<ArgumentException>(() => Sum(twice, PeriodKind.Day, Zones.China, TwoDays));
            Assert.Contains($"{Midnight + 2 * Quarter} is there twice", refused.Message);
        }
    }

    [Fact]
    public void The_totals_of_points_together_are_those_of_all_their_intervals()
    {
        Gen.Select(Profiles.Array[1, 4], Gen.Enum<PeriodKind>()).Sample((points, kind) =>
        {
            ProfileInterval[] all = [.. points.SelectMany(p => p)];
            var each = points.Select(p => Sum(p, kind, Zones.China, All(all))).ToArray();
            var together = PeriodAggregator.Together(each);
            Assert.Equal(all.Sum(i => i.Consumption ?? 0), together.Sum(t => t.Consumption ?? 0));
            for (int i = 0; i < together.Count; i++)
            {
                Assert.Equal(each.Sum(p => p[i].Intervals), together[i].Intervals);
                Assert.Equal(each.All(p => p[i].Consumption == null), together[i].Consumption == null);
                Assert.Equal(each.All(p => p[i].Completeness.IsWhole), together[i].Completeness.IsWhole);
                Assert.Equal(each.Max(p => p[i].CarriedSeconds), together[i].CarriedSeconds);
                Assert.Equal(each.Sum(p => p[i].OverlapSeconds), together[i].OverlapSeconds);
                Assert.Equal(each.Sum(p => p[i].EstimatedConsumption), together[i].EstimatedConsumption);
                Assert.Equal(each.Aggregate(IntervalQuality.Valid, (q, p) => q | p[i].Quality), together[i].Quality);
            }
        }, iter: 100);
    }

    [Fact]
    public void Points_of_different_periods_and_none_at_all_have_no_sum()
    {
        var days = Sum([], PeriodKind.Day, Zones.China, TwoDays);
        Assert.Throws<ArgumentException>(() => PeriodAggregator.Together([days, Sum([], PeriodKind.Hour, Zones.China, TwoDays)]));
        Assert.Throws<ArgumentOutOfRangeException>(() => PeriodAggregator.Together([]));
    }

    [Fact]
    public void Periods_that_overlap_are_refused()
    {
        var period = new Period(Midnight, Midnight + Hour);
        Assert.Throws<ArgumentException>(() => PeriodAggregator.Sum([], [period, period], Period.Always));
        Assert.Throws<ArgumentException>(() => PeriodAggregator.Sum([], [new Period(Midnight, Midnight)], Period.Always));
    }

    [Fact]
    public void A_sum_beyond_64_bits_is_an_error_and_no_number()
    {
        Assert.Throws<OverflowException>(() => Sum([At(Midnight, long.MaxValue), At(Midnight - 1, 1)], PeriodKind.Day, Zones.China, TwoDays));
    }

    [Fact]
    public void No_consumption_is_lost_or_made_up_however_time_is_cut()
    {
        Gen.Select(Profiles, Gen.Enum<PeriodKind>(), Gen.OneOf(ZoneNames)).Sample((intervals, kind, zone) =>
        {
            var totals = Sum(intervals, kind, Zone(zone), All(intervals));
            Assert.Equal(intervals.Sum(i => i.Consumption ?? 0), totals.Sum(t => t.Consumption ?? 0));
            Assert.Equal(intervals.Length, totals.Sum(t => t.Intervals));
            Assert.Equal(intervals.Aggregate(IntervalQuality.Valid, (q, i) => q | i.Quality), totals.Aggregate(IntervalQuality.Valid, (q, t) => q | t.Quality));
            Assert.All(totals, t => Assert.Equal(t.Consumption ?? 0, t.Sources.Sum(s => s.Consumption)));
            Assert.All(totals, t => Assert.InRange(t.Completeness.CoveredSeconds, 0, t.Completeness.ExpectedSeconds));
            Assert.All(totals, t => Assert.True(t.OverlapSeconds >= 0));
        }, iter: 150);
    }

    [Fact]
    public void Covered_is_every_second_that_an_interval_claims_once()
    {
        var interval = Gen.Select(Gen.Int[1, 60], Gen.Int[0, 30], Gen.Long[0, 9].Nullable(0.2));
        Gen.Select(interval.Array[0, 12], Gen.Int[0, 59], Gen.Int[0, 60]).Sample((drawn, from, length) =>
        {
            var intervals = drawn.Select(d => At(Midnight + d.Item1, d.Item3, d.Item2, quality: IntervalQuality.ClockDoubt)).ToArray();
            Period[] periods = [new(Midnight, Midnight + 20), new(Midnight + 20, Midnight + 45), new(Midnight + 50, Midnight + 60)];
            var expected = new Period(Midnight + from, Midnight + from + length);
            foreach (var total in PeriodAggregator.Sum(intervals, periods, expected))
                Assert.Equal(new Completeness(SecondBySecond(intervals, total.Period, expected), total.Period.Within(expected).Seconds), total.Completeness);
        }, iter: 3_000);
    }

    [Fact]
    public void In_whatever_order_intervals_come_the_totals_are_the_same()
    {
        Gen.Select(Profiles, Gen.Enum<PeriodKind>(), Gen.OneOf(ZoneNames), Gen.Int).Sample((intervals, kind, zone, seed) =>
        {
            var shuffled = intervals.ToArray();
            new Random(seed).Shuffle(shuffled);
            Assert.Equal(Sum(intervals, kind, Zone(zone), All(intervals)).Select(Told), Sum(shuffled, kind, Zone(zone), All(intervals)).Select(Told));
        }, iter: 300);
    }

    [Fact]
    public void A_late_interval_changes_the_period_it_ends_in_and_no_other()
    {
        Gen.Select(Profiles.Where(p => p.Length > 0), Gen.Enum<PeriodKind>(), Gen.OneOf(ZoneNames), Gen.Int[0, 149]).Sample((intervals, kind, zone, which) =>
        {
            var late = intervals[which % intervals.Length];
            var before = Sum([.. intervals.Where(i => i != late)], kind, Zone(zone), All(intervals));
            var after = Sum(intervals, kind, Zone(zone), All(intervals));
            var changed = after.Where((t, i) => Told(t) != Told(before[i]));
            Assert.True(Assert.Single(changed).Period.Holds(late.EndUtcSeconds));
        }, iter: 300);
    }

    private static Period All(ProfileInterval[] intervals) =>
        intervals.Length == 0 ? TwoDays : new Period(intervals.Min(i => (long)i.EndUtcSeconds) - 1, intervals.Max(i => i.EndUtcSeconds));

    // The slow and obvious way.
    private static long SecondBySecond(ProfileInterval[] intervals, Period period, Period expected)
    {
        var ending = intervals.Where(i => i.Consumption != null && period.Holds(i.EndUtcSeconds)).ToArray();
        long seconds = 0;
        for (long at = period.BeginUtcSeconds + 1; at <= period.EndUtcSeconds; at++)
        {
            if (expected.Holds(at) && ending.Any(i => at > (long)i.EndUtcSeconds - i.Seconds && at <= i.EndUtcSeconds))
                seconds++;
        }
        return seconds;
    }
}
