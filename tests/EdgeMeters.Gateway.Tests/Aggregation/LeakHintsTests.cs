using CsCheck;
using EdgeMeters.Gateway.Core;
using EdgeMeters.Gateway.Core.Aggregation;
using EdgeMeters.Gateway.Core.LoadProfile;
using static EdgeMeters.Gateway.Tests.Aggregation.Profile;

namespace EdgeMeters.Gateway.Tests.Aggregation;

public sealed class LeakHintsTests
{
    private static readonly Period Week = new(Midnight, Midnight + 7 * Day);

    [Fact]
    public void Water_that_never_stands_still_at_night_for_three_nights_is_a_hint()
    {
        var intervals = Hours(h => h % 24 is 2 or 3 && h / 24 is 1 or 2 or 3 ? 5 + h / 24 : 0);
        var hint = Assert.Single(Night(intervals));
        Assert.Equal(new LeakHint(LeakRule.NightFlow, new Period(Midnight + Day + 2 * Hour, Midnight + 3 * Day + 4 * Hour), 6), hint);
        Assert.Empty(LeakHints.NightFlow(intervals, Week, Zones.China, 4));
        Assert.Empty(LeakHints.SteadyFlow(intervals, Week, Zones.China));
    }

    [Fact]
    public void A_run_of_nights_is_one_hint_and_a_second_run_another()
    {
        var intervals = Hours(h => h / 24 == 3 ? 0 : 9);
        Assert.Equal(
            [new Period(Midnight + 2 * Hour, Midnight + 2 * Day + 4 * Hour), new Period(Midnight + 4 * Day + 2 * Hour, Midnight + 6 * Day + 4 * Hour)],
            Night(intervals).Select(h => h.Stretch));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void One_dry_hour_in_the_second_of_three_nights_is_none(int hour) =>
        Assert.Empty(Night(Hours(h => h / 24 < 3 && h != 24 + hour ? 9 : 0)));

    [Fact]
    public void A_night_that_was_not_wholly_measured_proves_nothing()
    {
        var three = Hours(h => h / 24 < 3 ? 9 : 0);
        Assert.Single(Night(three));
        Assert.Empty(Night([.. three.Where((_, h) => h != 26)]));
        Assert.Empty(Night(With(three, 26, i => i with { Source = ProfileSource.Interpolated })));
        Assert.Empty(Night(With(three, 26, i => i with { Source = ProfileSource.Edited })));
        Assert.Empty(Night(With(three, 26, i => i with { Quality = IntervalQuality.ClockDoubt })));
        Assert.Empty(Night(With(three, 26, i => i with { Consumption = null })));
        Assert.Empty(Night(With([.. three.Where((_, h) => h != 26)], 26, i => i with { Seconds = 2 * Hour, Consumption = 18 })));
        Assert.Empty(Night([.. three, At(Midnight + 27 * Hour - 1, 9)]));
        Assert.Single(Night(With(three, 26, i => i with { Quality = IntervalQuality.Rollover })));
    }

    [Fact]
    public void Quarters_of_an_hour_count_by_the_hour()
    {
        var drops = Row(Midnight, Quarter, Enumerable.Range(0, 7 * 96).Select(q => q % 4 == 1 ? 3L : 0L));
        Assert.Equal(3, Assert.Single(Night(drops)).LitresPerHour);
        Assert.Equal(3, Assert.Single(LeakHints.SteadyFlow(drops, Week, Zones.China)).LitresPerHour);
    }

    [Fact]
    public void Flow_in_24_hours_running_is_a_hint_and_in_23_is_none()
    {
        var intervals = Hours(h => h is >= 30 and < 54 ? 100 - h : 0);
        Assert.Equal(
            new LeakHint(LeakRule.SteadyFlow, new Period(Midnight + 30 * Hour, Midnight + 54 * Hour), 47),
            Assert.Single(LeakHints.SteadyFlow(intervals, Week, Zones.China)));
        Assert.Empty(LeakHints.SteadyFlow(Hours(h => h is >= 30 and < 53 ? 9 : 0), Week, Zones.China));
        Assert.Empty(LeakHints.SteadyFlow(With(intervals, 40, i => i with { Source = ProfileSource.ByHistory }), Week, Zones.China));
    }

    [Theory]
    [InlineData("2026-03-27T00:00+01:00", "2026-03-31T00:00+02:00")]
    [InlineData("2026-10-23T00:00+02:00", "2026-10-27T00:00+01:00")]
    public void The_night_in_which_clocks_are_changed_counts_like_every_other(string begin, string end)
    {
        var days = Between(begin, end);
        var intervals = Row(days.BeginUtcSeconds, Hour, Enumerable.Repeat(4L, (int)(days.Seconds / Hour)));
        var hint = Assert.Single(LeakHints.NightFlow(intervals, days, Zone("Europe/Berlin"), 4));
        Assert.Equal((days.EndUtcSeconds - 20 * Hour, 4L), (hint.Stretch.EndUtcSeconds, hint.LitresPerHour));
    }

    [Fact]
    public void A_stretch_that_begins_at_three_at_night_looks_at_the_whole_night()
    {
        var intervals = Hours(h => h == 2 ? 0 : 9);
        var hint = Assert.Single(LeakHints.NightFlow(intervals, new Period(Midnight + 3 * Hour, Week.EndUtcSeconds), Zones.China));
        Assert.Equal(Midnight + Day + 2 * Hour, hint.Stretch.BeginUtcSeconds);
        Assert.Empty(LeakHints.NightFlow(intervals, new Period(Midnight, Midnight), Zones.China));
        Assert.Throws<ArgumentOutOfRangeException>(() => LeakHints.NightFlow(intervals, Week, Zones.China, 0));
    }

    [Fact]
    public void Every_run_of_wet_hours_and_no_other_is_a_hint_in_whatever_order_intervals_come()
    {
        Gen.Select(Gen.Select(Gen.Int[1, 60], Gen.Long[1, 9]).Array[1, 8], Gen.Int).Sample((runs, seed) =>
        {
            var litres = runs.SelectMany(r => Enumerable.Range(0, r.Item1).Select(i => r.Item2 + i % 7).Append(0)).ToArray();
            var intervals = Row(Midnight, Hour, litres);
            new Random(seed).Shuffle(intervals);
            var hints = LeakHints.SteadyFlow(intervals, new Period(Midnight, Midnight + litres.Length * Hour), Zones.China);
            Assert.Equal(runs.Where(r => r.Item1 >= 24), hints.Select(h => ((int)(h.Stretch.Seconds / Hour), h.LitresPerHour)));
        }, iter: 300);
    }

    private static IReadOnlyList<LeakHint> Night(IReadOnlyList<ProfileInterval> intervals) => LeakHints.NightFlow(intervals, Week, Zones.China);

    private static ProfileInterval[] Hours(Func<int, long> litresOf) => Row(Midnight, Hour, Enumerable.Range(0, 7 * 24).Select(litresOf));

    private static ProfileInterval[] With(ProfileInterval[] intervals, int at, Func<ProfileInterval, ProfileInterval> change) =>
        [.. intervals.Select((interval, i) => i == at ? change(interval) : interval)];
}
