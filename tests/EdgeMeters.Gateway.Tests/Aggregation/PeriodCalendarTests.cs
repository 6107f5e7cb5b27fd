using CsCheck;
using EdgeMeters.Gateway.Core.Aggregation;
using static EdgeMeters.Gateway.Tests.Aggregation.Profile;

namespace EdgeMeters.Gateway.Tests.Aggregation;

public sealed class PeriodCalendarTests
{
    [Theory]
    [InlineData(PeriodKind.Hour, "2026-02-28T23:00+08:00", "2026-03-01T00:00+08:00")]
    [InlineData(PeriodKind.Day, "2026-02-28T00:00+08:00", "2026-03-01T00:00+08:00")]
    [InlineData(PeriodKind.Month, "2026-02-01T00:00+08:00", "2026-03-01T00:00+08:00")]
    [InlineData(PeriodKind.Year, "2026-01-01T00:00+08:00", "2027-01-01T00:00+08:00")]
    public void What_ends_at_midnight_belongs_to_the_period_that_ends_there(PeriodKind kind, string begin, string end)
    {
        Assert.Equal(Between(begin, end), new PeriodCalendar(kind, Zones.China).PeriodOf(Midnight));
    }

    [Theory]
    [InlineData("Europe/Berlin", "2026-03-29T00:00+01:00", 23)]
    [InlineData("Europe/Berlin", "2026-10-25T00:00+02:00", 25)]
    [InlineData("America/New_York", "2026-03-08T00:00-05:00", 23)]
    [InlineData("America/New_York", "2026-11-01T00:00-04:00", 25)]
    public void The_day_on_which_clocks_are_changed_has_23_or_25_hours(string zone, string begin, int hours)
    {
        var day = new PeriodCalendar(PeriodKind.Day, Zone(zone)).PeriodOf(Utc(begin) + 1);
        Assert.Equal(new Period(Utc(begin), Utc(begin) + hours * Hour), day);
        var ofDay = new PeriodCalendar(PeriodKind.Hour, Zone(zone)).Touching(day);
        Assert.Equal(hours, ofDay.Count);
        Assert.All(ofDay, h => Assert.Equal(Hour, h.Seconds));
    }

    [Fact]
    public void Hours_of_half_hour_zones_are_cut_by_their_own_clocks()
    {
        var hour = new PeriodCalendar(PeriodKind.Hour, Zone("Asia/Kolkata")).PeriodOf(Utc("2026-03-01T10:15+05:30"));
        Assert.Equal(Between("2026-03-01T10:00+05:30", "2026-03-01T11:00+05:30"), hour);
        var nepal = new PeriodCalendar(PeriodKind.Hour, Zone("Asia/Kathmandu")).PeriodOf(Utc("2026-03-01T10:15+05:45"));
        Assert.Equal(Between("2026-03-01T10:00+05:45", "2026-03-01T11:00+05:45"), nepal);
    }

    [Fact]
    public void Clocks_that_are_changed_by_half_an_hour_make_half_an_hour()
    {
        var hours = new PeriodCalendar(PeriodKind.Hour, Zone("Australia/Lord_Howe"));
        var forward = hours.Touching(Between("2026-10-04T01:00+10:30", "2026-10-04T04:00+11:00"));
        Assert.Equal([3_600L, 1_800L, 3_600L], forward.Select(h => h.Seconds));
        var back = hours.Touching(Between("2026-04-05T01:00+11:00", "2026-04-05T03:00+10:30"));
        Assert.Equal([3_600L, 1_800L, 3_600L], back.Select(h => h.Seconds));
        Assert.Equal(Day + 1_800, new PeriodCalendar(PeriodKind.Day, Zone("Australia/Lord_Howe")).PeriodOf(Utc("2026-04-05T12:00+10:30")).Seconds);
    }

    [Fact]
    public void A_day_without_a_midnight_begins_when_the_clocks_are_changed_and_one_with_two_at_the_first()
    {
        // Brazil until 2018: from 24:00 to 01:00, and from 24:00 back to 23:00. St. John's until 2011: at 00:01 back to 23:01.
        var brazil = new PeriodCalendar(PeriodKind.Day, Zone("America/Sao_Paulo"));
        Assert.Equal(Between("2018-11-04T01:00-02:00", "2018-11-05T00:00-02:00"), brazil.PeriodOf(Utc("2018-11-04T12:00-02:00")));
        Assert.Equal(25 * Hour, brazil.PeriodOf(Utc("2018-02-17T12:00-02:00")).Seconds);
        var newfoundland = new PeriodCalendar(PeriodKind.Day, Zone("America/St_Johns"));
        Assert.Equal(Between("2010-11-07T00:00-02:30", "2010-11-08T00:00-03:30"), newfoundland.PeriodOf(Utc("2010-11-06T23:30-03:30")));
    }

    [Fact]
    public void A_day_that_a_zone_left_out_is_no_period()
    {
        var samoa = new PeriodCalendar(PeriodKind.Day, Zone("Pacific/Apia"));
        var days = samoa.Touching(Between("2011-12-29T00:00-10:00", "2012-01-01T00:00+14:00"));
        Assert.Equal([24 * Hour, 24 * Hour], days.Select(d => d.Seconds));
    }

    [Fact]
    public void Leap_years_have_a_day_more()
    {
        var years = new PeriodCalendar(PeriodKind.Year, Zones.China);
        Assert.Equal(366 * Day, years.PeriodOf(Utc("2028-06-01T00:00+08:00")).Seconds);
        Assert.Equal(365 * Day, years.PeriodOf(Utc("2100-06-01T00:00+08:00")).Seconds);
    }

    [Fact]
    public void Periods_lie_side_by_side_in_every_zone_at_every_time()
    {
        string[] zones = ["+08:00", "-09:30", "Z", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "America/Sao_Paulo",
            "America/St_Johns", "Pacific/Apia", "Africa/Casablanca", "America/Havana", "Asia/Shanghai", "Europe/London"];
        Gen.Select(Gen.OneOf(zones), Gen.Enum<PeriodKind>(), Gen.UInt[1, uint.MaxValue]).Sample((name, kind, end) =>
        {
            var calendar = new PeriodCalendar(kind, Zone(name));
            var period = calendar.PeriodOf(end);
            Assert.True(period.Holds(end), $"{period} does not hold {end}");
            Assert.Equal(period, calendar.PeriodOf(period.EndUtcSeconds));
            Assert.Equal(period, calendar.PeriodOf(period.BeginUtcSeconds + 1));
            Assert.Equal(period.EndUtcSeconds, calendar.PeriodOf(period.EndUtcSeconds + 1).BeginUtcSeconds);
        }, iter: 5_000);
    }

    [Fact]
    public void More_periods_than_are_made_at_once_are_refused()
    {
        var all = new Period(0, uint.MaxValue);
        var refused = Assert.Throws<ArgumentOutOfRangeException>(() => new PeriodCalendar(PeriodKind.Hour, Zones.China).Touching(all));
        Assert.Contains("longer periods", refused.Message);
        Assert.Equal(137, new PeriodCalendar(PeriodKind.Year, Zones.China).Touching(all).Count);
    }

    [Theory]
    [InlineData("+08:00", 28_800)]
    [InlineData("-09:30", -34_200)]
    [InlineData("Z", 0)]
    [InlineData("Asia/Kolkata", 19_800)]
    public void A_zone_is_found_by_its_offset_or_name(string text, int offsetSeconds)
    {
        Assert.Equal(offsetSeconds, Zone(text).GetUtcOffset(DateTimeOffset.UnixEpoch.AddYears(56)).TotalSeconds);
    }

    [Theory]
    [InlineData("")]
    [InlineData("+8")]
    [InlineData("+15:00")]
    [InlineData("+08:60")]
    [InlineData("Asia/Atlantis")]
    [InlineData("/etc/passwd")]
    [InlineData("../../etc/passwd")]
    [InlineData("Asia/../Asia/Shanghai")]
    [InlineData("Asia/Shanghai\n")]
    public void Another_text_is_no_zone(string text) => Assert.Null(Zones.Find(text));
}
