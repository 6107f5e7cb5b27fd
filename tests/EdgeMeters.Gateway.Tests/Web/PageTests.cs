using System.Net;
using EdgeMeters.Gateway.Core;
using EdgeMeters.Gateway.Downlink;
using EdgeMeters.Gateway.Tests.Downlink;
using EdgeMeters.Wire;
using Microsoft.Playwright;

namespace EdgeMeters.Gateway.Tests.Web;

/// <summary>The pages in a real browser, in both languages, on a phone's width and a desk's: full, empty and broken.</summary>
public sealed class PageTests(BrowserFixture browsers) : IClassFixture<BrowserFixture>
{
    private const string Points = "/";
    private const string Point = $"/points/{Street.Power}";
    private const string Events = "/events";
    private const string Nodes = "/nodes";

    public static TheoryData<string, string, int> Views()
    {
        var views = new TheoryData<string, string, int>();
        foreach (string path in new[] { Points, Point, $"/points/{Street.Water}", Nodes, Events })
        {
            foreach (string language in new[] { "zh-CN", "en-US" })
            {
                views.Add(path, language, 390);
                views.Add(path, language, 1280);
            }
        }
        return views;
    }

    [Theory]
    [MemberData(nameof(Views))]
    public async Task A_page_is_drawn_without_errors_and_asks_nobody_else(string path, string language, int width)
    {
        await using var visit = await browsers.VisitAsync(browsers.Street.Address, language, width);
        await visit.GoAsync(path);

        bool isChinese = language == "zh-CN";
        Assert.Equal(isChinese ? "zh-CN" : "en", await visit.Page.GetAttributeAsync("html", "lang"));
        await visit.SeeAsync("nav .active", path switch
        {
            Events => isChinese ? "事件" : "Events",
            Nodes => isChinese ? "节点" : "Nodes",
            _ => isChinese ? "计量点" : "Metering points",
        });
        if (path.StartsWith("/points/", StringComparison.Ordinal))
        {
            await visit.SeeChartAsync();
            Assert.InRange(await visit.Page.Locator(".chart .bars .point").CountAsync(), 90, 97);
        }
        else if (path == Points)
        {
            await visit.SeeAsync(".points tbody tr:first-child .register", "1,071.750");
            await visit.SeeAsync(".points tbody tr:first-child .chip", isChinese ? "有效" : "Valid");
            await visit.SeeAsync("details.notice summary", isChinese ? "未登记" : "unassigned");
        }
        else if (path == Nodes)
        {
            await visit.SeeAsync(".nodes tbody tr:nth-child(1) .who", Street.Node);
            await visit.SeeAsync(".nodes tbody tr:nth-child(1) .board", isChinese ? "板型 2" : "board 2");
            await visit.SeeAsync(".nodes tbody tr:nth-child(2) .configuration", isChinese ? "出厂状态" : "factory state");
            await visit.SeeAsync(".nodes tbody tr:nth-child(3) .chip", isChinese ? "未连接" : "not connected");
        }
        else
        {
            await visit.SeeAsync(".events tbody tr:first-child .sentence", isChinese ? "表计无读数" : "No reading of the meter");
        }
        visit.AssertQuiet();
        int over = await visit.Page.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth");
        Assert.True(over <= 0, $"the page is {over} px wider than the screen");
    }

    [Fact]
    public async Task The_list_shows_a_new_interval_without_being_asked()
    {
        var queries = new MemoryQueries();
        var series = Street.Series(DateTimeOffset.UtcNow, 8, 0, 250).ToList();
        var growing = new GrowingQueries(queries, "P");
        queries.Add(new MeteringPoint("P", "growing", Carrier.Power, "1", "1-0:1.8.0"), Unit.Wh, Street.PeriodSeconds, series);
        await using var web = await WebUnderTest.StartAsync(growing, TimeProvider.System);
        await using var visit = await browsers.VisitAsync(web.Address, "en-US", 1280);
        await visit.GoAsync(Points);
        await visit.SeeAsync(".points .register", "1,001.750");

        growing.ExtraRegister = 250;

        await visit.SeeAsync(".points .register", "1,002.000");
        visit.AssertQuiet();
    }

    [Fact]
    public async Task The_switch_changes_the_language_stays_on_the_page_and_is_remembered()
    {
        await using var visit = await browsers.VisitAsync(browsers.Street.Address, "zh-CN", 390);
        await visit.GoAsync(Events);
        await visit.Page.ClickAsync(".switch a[lang=en]");
        await visit.SeeAsync("h1", "Events of all nodes");
        Assert.EndsWith(Events, visit.Page.Url);
        await visit.GoAsync(Points);
        await visit.SeeAsync("nav .active", "Metering points");
        visit.AssertQuiet();
    }

    [Fact]
    public async Task A_year_is_days_first_and_every_interval_when_wanted()
    {
        await using var web = await WebUnderTest.StartAsync(Street.Build(DateTimeOffset.UtcNow, 366), TimeProvider.System);
        await using var visit = await browsers.VisitAsync(web.Address, "en-US", 1280);
        await visit.GoAsync(Point);
        await visit.SeeChartAsync();

        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Year", Exact = true }).ClickAsync();
        await visit.SeePointsAsync(365, 366);
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Interval", Exact = true }).ClickAsync();
        await visit.SeePointsAsync(35_040, 35_041);
        await visit.Page.GetByLabel("Register line").CheckAsync();
        await visit.SeePointsAsync(2 * 35_040, 2 * 35_041);
        visit.AssertQuiet();
    }

    [Fact]
    public async Task Search_and_filter_find_the_points_that_need_attention()
    {
        await using var visit = await browsers.VisitAsync(browsers.Street.Address, "en-US", 1280);
        await visit.GoAsync(Points);
        await visit.WhenLiveAsync();

        await visit.Page.FillAsync("input[type=search]", "g4-778");
        await visit.SeeRowsAsync("Boiler house");
        await visit.Page.FillAsync("input[type=search]", "");
        await visit.Page.GetByRole(AriaRole.Button, new() { NameString = "Needs attention" }).ClickAsync();
        await visit.SeeRowsAsync("Boiler house", "New building");
        await visit.Page.FillAsync("input[type=search]", "no such thing");
        await visit.SeeAsync(".notice h2", "No metering point matches.");
        visit.AssertQuiet();
    }

    [Fact]
    public async Task Pages_of_many_points_are_turned_forward_and_back_and_a_search_begins_anew()
    {
        await using var web = await WebUnderTest.StartAsync(BoardTests.Many(120), TimeProvider.System);
        await using var visit = await browsers.VisitAsync(web.Address, "en-US", 1280);
        await visit.GoAsync(Points);
        await visit.WhenLiveAsync();
        await visit.SeeAsync(".pager span", "1 to 50 of 120");
        await visit.Page.ClickAsync(".pager button:last-child");
        await visit.SeeAsync(".pager span", "51 to 100 of 120");
        await visit.Page.ClickAsync(".pager button:last-child");
        await visit.SeeAsync(".pager span", "101 to 120 of 120");
        await visit.SeeAsync(".points tbody tr:first-child .who", "P-100");
        Assert.True(await visit.Page.Locator(".pager button:last-child").IsDisabledAsync());
        await visit.Page.ClickAsync(".pager button:first-child");
        await visit.SeeAsync(".points tbody tr:first-child .who", "P-050");
        await visit.Page.FillAsync("input[type=search]", "p-0");
        await visit.SeeAsync(".pager span", "1 to 50");
        await visit.SeeAsync(".points tbody tr:first-child .who", "P-000");
        await visit.Page.FillAsync("input[type=search]", "p-11");
        await visit.SeeRowsAsync([.. Enumerable.Range(110, 10).Select(n => $"Point {n}")]);
        visit.AssertQuiet();
    }

    [Theory]
    [InlineData("zh-CN", 390, "定位：等待中", "定位：已完成")]
    [InlineData("en-US", 1280, "identify: waiting", "identify: done")]
    public async Task The_button_makes_a_node_blink_and_the_page_says_what_became_of_it(string language, int width, string waiting, string done)
    {
        await using var web = await WebUnderTest.StartAsync(new MemoryQueries(), TimeProvider.System, "n-1", "n-2");
        var sent = web.Hear("n-2", new Hello { StartNumber = 5, Number = 1 });
        sent.Clear();
        await using var visit = await browsers.VisitAsync(web.Address, language, width);
        await visit.GoAsync(Nodes);
        await visit.WhenLiveAsync();
        Assert.True(await visit.Page.Locator("tr:nth-child(1) .do button").IsDisabledAsync());

        await visit.Page.Locator("tr:nth-child(2) .do button").ClickAsync();
        await visit.SeeAsync("tr:nth-child(2) .command", waiting);
        var command = new Command();
        byte[] block = Assert.Single(sent);
        Assert.Equal(BlockError.None, new DialogueCodec().TryRead(block, block.Length, command));
        Assert.Equal((5u, (byte)CommandCode.Identify, 60L), (command.StartNumber, command.Code, command.A));

        uint sequence = 0;
        web.Dialogues.Tell(DialogueUnderTest.EventsOf("n-2", ref sequence, (EventCode.CommandDone, command.Number, 256 * (long)CommandCode.Identify)));
        await visit.SeeAsync("tr:nth-child(2) .command", done);
        visit.AssertQuiet();
    }

    [Fact]
    public async Task Too_many_commands_are_said_on_the_page()
    {
        await using var web = await WebUnderTest.StartAsync(new MemoryQueries(), TimeProvider.System, "n-1");
        web.Hear("n-1", new Hello { StartNumber = 5, Number = 1 });
        await using var visit = await browsers.VisitAsync(web.Address, "en-US", 390);
        await visit.GoAsync(Nodes);
        await visit.WhenLiveAsync();
        for (int i = 0; i < DownlinkLimits.OrdersWaitingMax; i++)
            web.Dialogues.Give("n-1", DialogueUnderTest.Identify());
        await visit.Page.Locator(".do button").ClickAsync();
        await visit.SeeAsync(".refused", "Too many commands");
        await visit.SeeAsync(".command .chip", "16 waiting");
        visit.AssertQuiet();
    }

    [Fact]
    public async Task Who_comes_through_a_proxy_sees_the_nodes_and_no_button()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Nodes);
        request.Headers.Add("X-Forwarded-For", "203.0.113.5");
        using var answer = await browsers.Street.Client.SendAsync(request);
        string page = await answer.Content.ReadAsStringAsync();
        Assert.Contains(Street.Node, page, StringComparison.Ordinal);
        Assert.Contains("on the gateway itself only", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<button", page, StringComparison.Ordinal);
        Assert.Contains("<button", await browsers.Street.Client.GetStringAsync(Nodes), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nodes_are_found_by_their_names_and_a_gateway_without_any_says_what_to_do()
    {
        await using var visit = await browsers.VisitAsync(browsers.Street.Address, "en-US", 1280);
        await visit.GoAsync(Nodes);
        await visit.WhenLiveAsync();
        await visit.Page.FillAsync("input[type=search]", "SILENT");
        await Assertions.Expect(visit.Page.Locator(".nodes .who")).ToHaveTextAsync(["node-09-silent"]);
        await visit.Page.FillAsync("input[type=search]", "nothing");
        await visit.SeeAsync(".notice h2", "No node matches.");
        visit.AssertQuiet();
        await using var web = await WebUnderTest.StartAsync(new MemoryQueries(), TimeProvider.System);
        Assert.Contains("No nodes yet", await web.Client.GetStringAsync(Nodes), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("zh-CN", 390, "尚无计量点")]
    [InlineData("en-US", 1280, "No metering points yet")]
    public async Task An_empty_registry_says_what_to_do(string language, int width, string title)
    {
        await using var web = await WebUnderTest.StartAsync(new MemoryQueries(), TimeProvider.System);
        await using var visit = await browsers.VisitAsync(web.Address, language, width);
        await visit.GoAsync(Points);
        await visit.SeeAsync(".notice h2", title);
        visit.AssertQuiet();
    }

    [Theory]
    [InlineData("zh-CN", "尚无读数")]
    [InlineData("en-US", "No readings yet")]
    public async Task A_point_that_was_never_read_names_its_meter(string language, string title)
    {
        await using var visit = await browsers.VisitAsync(browsers.Street.Address, language, 390);
        await visit.GoAsync($"/points/{Street.NeverRead}");
        await visit.SeeAsync(".notice h2", title);
        await visit.SeeAsync(".notice p", "K602-99120");
        visit.AssertQuiet();
    }

    [Fact]
    public async Task A_store_that_breaks_is_said_over_the_last_that_was_seen_and_the_page_goes_on_by_itself()
    {
        var queries = Street.Build(DateTimeOffset.UtcNow);
        await using var web = await WebUnderTest.StartAsync(queries, TimeProvider.System);
        await using var visit = await browsers.VisitAsync(web.Address, "en-US", 1280);
        await visit.GoAsync(Points);
        await visit.WhenLiveAsync();

        queries.Failure = new IOException("disk I/O error");
        await visit.SeeAsync(".notice.broken", "disk I/O error");
        await visit.SeeAsync(".notice.broken", "What you see is as of");
        await visit.SeeAsync(".points tbody tr:first-child .register", "1,071.750");

        queries.Failure = null;
        queries.Trouble = "The disk is full: make room.";
        await visit.SeeAsync(".notice.broken", "The disk is full: make room.");

        queries.Trouble = null;
        await Assertions.Expect(visit.Page.Locator(".notice.broken")).ToHaveCountAsync(0);
        visit.AssertQuiet();
    }

    [Theory]
    [InlineData("/nowhere", HttpStatusCode.NotFound, "There is no such page")]
    [InlineData("/points/NOPE", HttpStatusCode.NotFound, "No such metering point")]
    public async Task What_is_not_there_is_a_page_that_leads_back(string path, HttpStatusCode status, string title)
    {
        using var answer = await browsers.Street.Client.GetAsync(path);
        Assert.Equal(status, answer.StatusCode);
        string page = await answer.Content.ReadAsStringAsync();
        Assert.Contains(title, page);
        Assert.Contains("href=\"/\"", page);
    }

    [Theory]
    [InlineData("//example.org/")]
    [InlineData("https://example.org/")]
    [InlineData("/\\example.org")]
    public async Task The_language_switch_leads_to_no_other_site(string elsewhere)
    {
        using var client = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = browsers.Street.Address };
        using var answer = await client.GetAsync("/language/zh?return=" + Uri.EscapeDataString(elsewhere));
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        Assert.Equal("/", answer.Headers.Location?.OriginalString);
        Assert.Contains("edgemeters-language=zh", Assert.Single(answer.Headers.GetValues("Set-Cookie")));
    }
}
