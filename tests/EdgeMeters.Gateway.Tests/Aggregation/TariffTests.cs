using CsCheck;
using EdgeMeters.Gateway.Core.Aggregation;
using EdgeMeters.Gateway.Core.LoadProfile;
using static EdgeMeters.Gateway.Tests.Aggregation.Profile;

namespace EdgeMeters.Gateway.Tests.Aggregation;

public sealed class TariffTests
{
    /// <summary>Dear on working days from 8 to 20, cheap otherwise.</summary>
    private static readonly IReadOnlyList<TariffRow> Workdays =
    [
        BeijingTariff.Row("dear", 1, 12, 8, 20, TariffDays.Workdays),
        BeijingTariff.Row("cheap", 1, 12, 20, 8, TariffDays.Workdays),
        BeijingTariff.Row("cheap", 1, 12, 0, 24, TariffDays.Weekend | TariffDays.Holiday),
    ];

    [Theory]
    [InlineData("2026-03-10", "valley 8, flat 8, peak 8")]
    [InlineData("2026-06-30", "valley 8, flat 8, peak 8")]
    [InlineData("2026-07-01", "valley 8, flat 7, peak 6, sharp 3")]
    [InlineData("2026-08-31", "valley 8, flat 7, peak 6, sharp 3")]
    [InlineData("2026-12-01", "valley 8, flat 8, peak 5, sharp 3")]
    [InlineData("2027-01-31", "valley 8, flat 8, peak 5, sharp 3")]
    public void A_day_in_Beijing_has_the_hours_of_the_notice(string day, string hours)
    {
        long begin = Utc($"{day}T00:00+08:00");
        var totals = TariffAggregator.Sum(Row(begin, Quarter, Enumerable.Repeat(1L, 96)), BeijingTariff.Calendar, new Period(begin, begin + Day));
        Assert.Equal(hours, string.Join(", ", totals.Where(t => t.Intervals > 0).Select(t => $"{t.Name} {t.Consumption / 4}")));
        Assert.All(totals, t => Assert.Equal(0, t.CrossingIntervals));
    }

    [Theory]
    [InlineData("2026-07-15T07:00+08:00", "valley")]
    [InlineData("2026-07-15T07:00:01+08:00", "flat")]
    [InlineData("2026-07-15T11:00+08:00", "peak")]
    [InlineData("2026-07-15T11:15+08:00", "sharp")]
    [InlineData("2026-07-15T17:00+08:00", "sharp")]
    [InlineData("2026-07-31T24:00+08:00", "valley")]
    [InlineData("2026-02-28T21:00+08:00", "peak")]
    public void An_interval_belongs_to_the_tariff_period_of_its_last_second(string end, string name)
    {
        Assert.Equal(name, BeijingTariff.Calendar.NameAt(end.Contains("T24") ? Utc(end.Replace("T24", "T23")) + Hour : Utc(end)));
    }

    [Fact]
    public void An_interval_across_a_switch_counts_by_its_end_and_is_told()
    {
        long seven = Utc("2026-03-10T07:00+08:00");
        var totals = TariffAggregator.Sum([At(seven, 10), At(seven + Quarter, 100, 1_800), At(seven + Hour, null, 2_700)], BeijingTariff.Calendar, new Period(seven - Hour, seven + Hour));
        Assert.Equal(
            [("valley", 10L, 1, 0, 0L), ("flat", 100L, 2, 1, 100L)],
            totals.Where(t => t.Intervals > 0).Select(t => (t.Name, t.Consumption!.Value, t.Intervals, t.CrossingIntervals, t.CrossingConsumption)));
    }

    [Fact]
    public void A_gap_from_one_night_to_the_next_crosses_though_it_begins_and_ends_in_the_valley()
    {
        long midnight = Utc("2026-03-10T00:00+08:00");
        var valley = TariffAggregator.Sum([At(midnight + Day, 5, Day)], BeijingTariff.Calendar, Period.Always)[0];
        Assert.Equal(("valley", 5L, 1), (valley.Name, valley.Consumption!.Value, valley.CrossingIntervals));
        var night = TariffAggregator.Sum([At(midnight + 7 * Hour, 5, 8 * Hour)], BeijingTariff.Calendar, Period.Always)[0];
        Assert.Equal((5L, 0), (night.Consumption!.Value, night.CrossingIntervals));
    }

    [Fact]
    public void Holidays_and_days_worked_for_them_are_the_kind_of_day_that_the_list_says()
    {
        TariffDate[] dates = [new(new DateOnly(2026, 10, 1), TariffDays.Holiday), new(new DateOnly(2026, 10, 10), TariffDays.Friday)];
        var calendar = BeijingTariff.Make(Workdays, dates);
        Assert.Equal("cheap", calendar.NameAt(Utc("2026-10-01T12:00+08:00")));
        Assert.Equal("dear", calendar.NameAt(Utc("2026-10-10T12:00+08:00")));
        Assert.Equal("cheap", calendar.NameAt(Utc("2026-10-11T12:00+08:00")));
        Assert.Equal("dear", calendar.NameAt(Utc("2026-10-12T12:00+08:00")));
        Assert.Equal("dear", BeijingTariff.Make(Workdays, []).NameAt(Utc("2026-10-01T12:00+08:00")));
    }

    [Fact]
    public void Tariff_periods_keep_to_the_clocks_when_they_are_changed()
    {
        var calendar = BeijingTariff.Make(BeijingTariff.Rows, [], Zone("Europe/Berlin"));
        foreach ((string day, string next, int valleyHours) in new[] { ("2026-03-29T00:00+01:00", "2026-03-30T00:00+02:00", 7), ("2026-10-25T00:00+02:00", "2026-10-26T00:00+01:00", 9) })
        {
            var period = Between(day, next);
            var totals = TariffAggregator.Sum(Row(period.BeginUtcSeconds, Hour, Enumerable.Repeat(1L, (int)(period.Seconds / Hour))), calendar, period);
            Assert.Equal([valleyHours, 8, 8], totals.Take(3).Select(t => t.Consumption!.Value));
            Assert.All(totals, t => Assert.Equal(0, t.CrossingIntervals));
        }
    }

    [Fact]
    public void An_hour_of_another_tariff_right_after_the_clocks_are_put_forward_is_crossed()
    {
        var calendar = BeijingTariff.Make(
            [BeijingTariff.Row("a", 1, 12, 4, 3), BeijingTariff.Row("b", 1, 12, 3, 4)], [], Zone("Europe/Berlin"));
        // From 01:30 over 02:00, which is 03:00, to 04:30.
        var totals = TariffAggregator.Sum([At(Utc("2026-03-29T04:30+02:00"), 5, 2 * Hour)], calendar, Period.Always);
        Assert.Equal([("a", 1, 1), ("b", 0, 0)], totals.Select(t => (t.Name, t.Intervals, t.CrossingIntervals)));
    }

    [Fact]
    public void No_consumption_is_lost_or_made_up_and_the_order_does_not_matter()
    {
        var step = Gen.Select(Gen.Int[1, 200], Gen.Long[-9, 900].Nullable(0.1), Gen.Enum<ProfileSource>());
        var calendars = new[] { BeijingTariff.Calendar, BeijingTariff.Make(Workdays, []), BeijingTariff.Make(BeijingTariff.Rows, [], Zone("Australia/Lord_Howe")), BeijingTariff.Make([BeijingTariff.Row("all", 1, 12, 0, 24)], []) };
        Gen.Select(step.Array[0, 100], Gen.Int[0, calendars.Length - 1], Gen.Int).Sample((steps, which, seed) =>
        {
            long end = Utc("2026-09-30T12:00Z");
            var intervals = steps.Select(s => At(end += 450 * s.Item1, s.Item2, 450 * s.Item1, s.Item3)).ToArray();
            var shuffled = intervals.ToArray();
            new Random(seed).Shuffle(shuffled);
            var period = new Period(Utc("2026-10-01T00:00Z"), Utc("2026-11-01T00:00Z"));
            var totals = TariffAggregator.Sum(shuffled, calendars[which], period);
            var inside = intervals.Where(i => period.Holds(i.EndUtcSeconds)).ToArray();
            Assert.Equal(inside.Sum(i => i.Consumption ?? 0), totals.Sum(t => t.Consumption ?? 0));
            Assert.Equal(inside.Length, totals.Sum(t => t.Intervals));
            foreach (var total in totals)
            {
                var ofName = inside.Where(i => calendars[which].NameAt(i.EndUtcSeconds) == total.Name).ToArray();
                Assert.Equal(ofName.Sum(i => i.Consumption ?? 0), total.Consumption ?? 0);
                Assert.Equal(total.Consumption ?? 0, total.Sources.Sum(s => s.Consumption));
                var crossing = ofName.Where(i => i.Consumption != null && IsCrossing(i, calendars[which])).ToArray();
                Assert.Equal((crossing.Length, crossing.Sum(i => i.Consumption!.Value)), (total.CrossingIntervals, total.CrossingConsumption));
            }
        }, iter: 200);
    }

    [Fact]
    public void The_tariff_periods_of_every_day_and_month_add_up_to_its_total_by_any_clocks()
    {
        var zones = new[] { Zones.China, Zone("Europe/Berlin"), Zone("Australia/Lord_Howe") };
        var step = Gen.Select(Gen.Int[1, 300], Gen.Long[-9, 900].Nullable(0.1), Gen.Enum<ProfileSource>());
        Gen.Select(step.Array[0, 150], Gen.Int[0, 2], Gen.Int[0, 2], Gen.Enum<PeriodKind>(), Gen.Int).Sample((steps, byClock, tariffClock, kind, seed) =>
        {
            long end = Utc("2026-10-20T12:00Z");
            var intervals = steps.Select(s => At(end += 450 * s.Item1, s.Item2, 450 * s.Item1, s.Item3)).ToArray();
            new Random(seed).Shuffle(intervals);
            var periods = new PeriodCalendar(kind, zones[byClock]).Touching(Between("2026-10-21T00:00Z", "2026-11-10T00:00Z"));
            var calendar = BeijingTariff.Make(Workdays, [], zones[tariffClock]);
            var totals = PeriodAggregator.Sum(intervals, periods, Period.Always);
            var shares = TariffAggregator.Sum(intervals, calendar, periods);
            Assert.Equal(periods.Count, shares.Count);
            foreach (var (total, parts) in totals.Zip(shares))
            {
                Assert.Equal(calendar.Names, parts.Select(p => p.Name));
                Assert.Equal(total.Consumption, parts.All(p => p.Consumption == null) ? null : parts.Sum(p => p.Consumption ?? 0));
                Assert.Equal(total.Intervals, parts.Sum(p => p.Intervals));
                Assert.Equal(total.EstimatedConsumption, parts.Sum(p => p.EstimatedConsumption));
                Assert.Equal(total.Quality, parts.Aggregate(EdgeMeters.Gateway.Core.IntervalQuality.Valid, (quality, p) => quality | p.Quality));
                Assert.Equal(
                    TariffAggregator.Sum(intervals, calendar, total.Period).Select(p => (p.Consumption, p.Intervals, p.CrossingIntervals, p.CrossingConsumption)),
                    parts.Select(p => (p.Consumption, p.Intervals, p.CrossingIntervals, p.CrossingConsumption)));
            }
        }, iter: 300);
    }

    [Fact]
    public void Periods_out_of_order_are_refused() =>
        Assert.Throws<ArgumentException>(() => TariffAggregator.Sum([], BeijingTariff.Calendar, [new Period(900, 1_800), new Period(0, 900)]));

    [Fact]
    public void A_minute_in_no_tariff_period_is_told_once_with_where_else()
    {
        var fault = Assert.Single(Faults([BeijingTariff.Row("day", 1, 12, 7, 22), BeijingTariff.Row("night", 1, 12, 23, 7)], []));
        Assert.Equal((TariffTable.Rows, -1), (fault.Table, fault.Row));
        Assert.Equal("22:00 to 23:00 on Monday in January and 95 other kinds of days belongs to no tariff period", fault.Text);
    }

    [Fact]
    public void A_forgotten_month_or_holiday_is_told()
    {
        Assert.Equal(
            "00:00 to 24:00 on Monday in July and 7 other kinds of days belongs to no tariff period",
            Assert.Single(Faults([BeijingTariff.Row("all", 8, 6, 0, 24)], [])).Text);
        Assert.Equal(
            "00:00 to 24:00 on Holiday in January and 11 other kinds of days belongs to no tariff period",
            Assert.Single(Faults([BeijingTariff.Row("all", 1, 12, 0, 24, TariffDays.Workdays | TariffDays.Weekend)], [])).Text);
        Assert.Single(Faults([], []));
    }

    [Fact]
    public void A_minute_in_two_tariff_periods_is_told_with_both_rows()
    {
        var fault = Assert.Single(Faults([.. BeijingTariff.Rows, BeijingTariff.Row("sharp", 7, 8, 12, 13, TariffDays.Workdays)], []));
        Assert.Equal((TariffTable.Rows, 13, 10), (fault.Table, fault.Row, fault.OtherRow));
        Assert.Equal("sharp takes 12:00 on Monday in July, which sharp has already", fault.Text);
        Assert.Equal([(1, 0)], Faults([BeijingTariff.Row("a", 1, 12, 0, 24), BeijingTariff.Row("b", 1, 12, 22, 6)], []).Select(f => (f.Row, f.OtherRow)));
    }

    [Fact]
    public void Every_row_that_cannot_be_is_told()
    {
        var whole = BeijingTariff.Row("all", 1, 12, 0, 24);
        TariffRow[] rows =
        [
            whole, whole with { Name = "" }, whole with { FirstMonth = 0 }, whole with { LastMonth = 13 }, whole with { Days = 0 },
            whole with { Days = (TariffDays)256 }, whole with { FromMinute = 1_440 }, whole with { UntilMinute = 0 }, whole with { FromMinute = 60, UntilMinute = 60 },
        ];
        Assert.Equal(Enumerable.Range(1, 8), Faults(rows, []).Select(f => f.Row));
        Assert.All(Faults(rows, []), f => Assert.NotEqual("", f.Remedy));
    }

    [Fact]
    public void A_date_twice_or_of_no_one_kind_is_told()
    {
        var date = new DateOnly(2026, 10, 1);
        var faults = Faults(Workdays, [new(date, TariffDays.Holiday), new(date, TariffDays.Sunday), new(date.AddDays(1), TariffDays.Weekend)]);
        Assert.Equal([(TariffTable.Dates, 1, 0), (TariffTable.Dates, 2, -1)], faults.Select(f => (f.Table, f.Row, f.OtherRow)));
        Assert.Equal("2026-10-01 is there twice", faults[0].Text);
    }

    [Fact]
    public void A_tariff_beyond_the_limits_is_refused()
    {
        Assert.Contains("more than 1000 rows", Assert.Single(Faults([.. Enumerable.Repeat(Workdays[0], TariffCalendar.RowsMax + 1)], [])).Text);
        var date = new TariffDate(new DateOnly(2026, 1, 1), TariffDays.Holiday);
        Assert.Contains("more than 10000 dates", Assert.Single(Faults(Workdays, [.. Enumerable.Repeat(date, TariffCalendar.DatesMax + 1)])).Text);
    }

    private static List<TariffFault> Faults(IReadOnlyList<TariffRow> rows, IReadOnlyList<TariffDate> dates)
    {
        var faults = new List<TariffFault>();
        Assert.False(TariffCalendar.TryMake(rows, dates, Zones.China, faults.Add, out _));
        return faults;
    }

    // The slow and obvious way, 450 seconds by 450 seconds: all begin, end and switch at a multiple.
    private static bool IsCrossing(ProfileInterval interval, TariffCalendar calendar) =>
        Enumerable.Range(0, interval.Seconds / 450).Any(i => calendar.NameAt(interval.EndUtcSeconds - i * 450L) != calendar.NameAt(interval.EndUtcSeconds));
}
