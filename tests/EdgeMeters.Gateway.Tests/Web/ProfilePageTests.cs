using EdgeMeters.Gateway.Core;
using EdgeMeters.Gateway.Core.LoadProfile;
using EdgeMeters.Gateway.Core.Validation;
using EdgeMeters.Gateway.Dashboard;
using EdgeMeters.Wire;
using Microsoft.Playwright;

namespace EdgeMeters.Gateway.Tests.Web;

/// <summary>A day of the load profile on the page of a point, in a real browser.</summary>
public sealed class ProfilePageTests(BrowserFixture browsers) : IClassFixture<BrowserFixture>
{
    private static readonly DateTimeOffset Midnight = new(2026, 2, 27, 0, 0, 0, Display.Offset);

    [Theory]
    [InlineData("zh-CN", 390)]
    [InlineData("zh-CN", 1280)]
    [InlineData("en-US", 390)]
    [InlineData("en-US", 1280)]
    public async Task A_day_shows_where_each_interval_comes_from_its_totals_and_its_edits(string language, int width)
    {
        await using var web = await WebUnderTest.StartAsync(Build(), new Microsoft.Extensions.Time.Testing.FakeTimeProvider(Midnight.AddDays(2)));
        await using var visit = await browsers.VisitAsync(web.Address, language, width);
        await visit.GoAsync($"/points/{Street.Power}");
        await visit.SeeChartAsync();
        await visit.Page.WaitForSelectorAsync(".day-profile[data-day='2026-03-01']");
        await visit.SeeAsync(".day-profile .note", language == "en-US" ? "Nothing is known of this day." : "这一天没有任何数据");

        await visit.Page.FillAsync("input[type=date]", "2026-02-27");
        await visit.Page.Locator("input[type=date]").BlurAsync();
        await visit.Page.WaitForSelectorAsync(".day-profile[data-day='2026-02-27'] .day-bars");
        foreach (var (kind, count) in new[] { ("valid", 86), ("doubt", 2), ("estimated", 4), ("edited", 2), ("missing", 2) })
            await Assertions.Expect(visit.Page.Locator($".day-bars > .bar.{kind}")).ToHaveCountAsync(count);
        await visit.SeeAsync(".day-facts .total", "24.100 kWh");
        await visit.SeeAsync(".day-facts .estimated", "1.000 kWh");
        await visit.SeeAsync(".day-facts .edited", "1.100 kWh");
        await visit.SeeAsync(".day-facts .completeness", "97.9 %");
        await Assertions.Expect(visit.Page.Locator(".edits tbody tr")).ToHaveCountAsync(2);
        await visit.SeeAsync(".edits tbody tr", "Li Lei");
        await visit.SeeAsync(".edits tbody .set", "0.550 kWh");
        await visit.SeeAsync(".day-profile h3", language == "en-US" ? "2 edits are in force" : "生效的人工修改：2 条");
        await Assertions.Expect(visit.Page.Locator(".day-profile .legend li")).ToHaveCountAsync(5);
        int over = await visit.Page.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth");
        Assert.True(over <= 0, $"the page is {over} px wider than the screen");
        if (Environment.GetEnvironmentVariable("EDGEMETERS_PICTURES") is { Length: > 0 } folder)
            await visit.Page.Locator(".day-profile").ScreenshotAsync(new() { Path = Path.Combine(folder, $"day-{language}-{width}.png") });

        await visit.Page.Locator(".day-profile .segments button").First.ClickAsync();
        await visit.Page.WaitForSelectorAsync(".day-profile[data-day='2026-02-26']");
        await visit.SeeAsync(".day-facts .completeness", "0.0 %");
        visit.AssertQuiet();
    }

    [Fact]
    public void A_day_is_cut_by_the_pages_clocks_and_what_was_taken_back_is_in_force_no_more()
    {
        var day = ProfileDay.Read(Build(), Street.Power, DateOnly.FromDateTime(Midnight.DateTime), Midnight.AddDays(2));
        Assert.Equal((96, 900, 24_100L, 94 * 900L, 86_400L), (day.Intervals.Count, day.PeriodSeconds, day.Total.Consumption, day.Total.Completeness.CoveredSeconds, day.Total.Completeness.ExpectedSeconds));
        Assert.Equal([(550L, "protocol 17"), (550L, "protocol 18")], day.Edits.Select(e => (e.Interval.Consumption!.Value, e.Why)));
        Assert.Equal(Midnight.ToUnixTimeSeconds(), day.BeginUtcSeconds);
        Assert.Equal(550, day.Tallest);
    }

    [Theory]
    [InlineData(null, ProfileSource.Measured, Findings.None, "missing")]
    [InlineData(5L, ProfileSource.Edited, Findings.EditOutdated, "edited")]
    [InlineData(5L, ProfileSource.ByHistory, Findings.None, "estimated")]
    [InlineData(5L, ProfileSource.Interpolated, Findings.None, "estimated")]
    [InlineData(5L, ProfileSource.ByCheckMeter, Findings.None, "estimated")]
    [InlineData(5L, ProfileSource.Measured, Findings.Spike, "doubt")]
    [InlineData(5L, ProfileSource.Measured, Findings.Momentary, "valid")]
    [InlineData(5L, ProfileSource.Measured, Findings.None, "valid")]
    public void An_interval_has_the_colour_of_where_it_comes_from(long? consumption, ProfileSource source, Findings findings, string kind) =>
        Assert.Equal(kind, ProfileDay.ClassOf(new ProfileInterval(900, 900, consumption, IntervalQuality.Valid, findings, source)));

    [Fact]
    public void Every_source_has_a_word_in_both_languages()
    {
        foreach (var source in Enum.GetValues<ProfileSource>())
            Assert.NotEqual(Texts.For(Language.English).Name(source), Texts.For(Language.Chinese).Name(source));
    }

    /// <summary>A day of 250 Wh in each quarter of an hour, in which some are estimated, edited, doubted and missing.</summary>
    private static MemoryQueries Build()
    {
        var queries = new MemoryQueries();
        queries.Add(new MeteringPoint(Street.Power, "黄河路 12 号", Carrier.Power, "000012345678", "1-0:1.8.0"), Unit.Wh, Street.PeriodSeconds, Street.Series(Midnight.AddDays(2), 192, 0, 250));
        uint begin = (uint)Midnight.ToUnixTimeSeconds();
        for (int i = 1; i <= 96; i++)
        {
            var (consumption, source, findings) = i switch
            {
                20 or 21 => ((long?)null, ProfileSource.Measured, Findings.Reset),
                30 or 31 => (250, ProfileSource.Interpolated, Findings.None),
                32 => (250, ProfileSource.ByHistory, Findings.None),
                33 => (250, ProfileSource.ByCheckMeter, Findings.None),
                50 or 60 => (550, ProfileSource.Edited, Findings.None),
                70 or 71 => (250, ProfileSource.Measured, Findings.Spike),
                _ => (250, ProfileSource.Measured, Findings.None),
            };
            queries.Profiled.Add(new ProfileInterval(begin + (uint)i * 900, 900, consumption, IntervalQuality.Valid, findings, source));
        }
        Keep(1, 50, 900, "protocol 16");
        Keep(2, 50, 550, "protocol 17");
        Keep(3, 60, 550, "protocol 18");
        Keep(4, 61, 700, "a mistake");
        Keep(5, 61, null, "taken back");
        return queries;

        void Keep(long entry, uint interval, long? consumption, string why) => queries.Kept.Add(
            (Street.Power, new KeptEdit(entry, begin + 86_400, new EditedInterval(begin + interval * 900, consumption, 250), "Li Lei", why)));
    }
}
