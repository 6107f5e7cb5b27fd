using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using EdgeMeters.Gateway.Api;
using EdgeMeters.Gateway.Core;
using EdgeMeters.Gateway.Core.Registry;
using Microsoft.Extensions.Time.Testing;

namespace EdgeMeters.Gateway.Tests.Web;

/// <summary>Load profiles, what they add up to, edits and corrections over the API.</summary>
public sealed class ProfileApiTests : IAsyncLifetime
{
    private const string Power = "/api/v1/points/" + Street.Power;
    private const string Day = "from=2026-02-27T00:00:00%2B08:00&to=2026-02-28T00:00:00%2B08:00";
    private const string Edit = """{"who":"Li Lei","why":"protocol 17","intervals":[{"end":"2026-02-27T12:15:00+08:00","consumption":300}]}""";

    private readonly MemoryQueries _queries = Street.Build(Street.End);
    private WebUnderTest _web = null!;

    public async ValueTask InitializeAsync() => _web = await WebUnderTest.StartAsync(_queries, new FakeTimeProvider(Street.End.AddMinutes(5)));

    public ValueTask DisposeAsync() => _web.DisposeAsync();

    [Fact]
    public async Task A_profile_has_its_intervals_with_source_findings_and_codes_as_json_and_csv()
    {
        var reply = await GetAsync($"{Power}/profile?{Day}");
        Assert.Equal(("Wh", 900, 96), (reply.GetProperty("unit").GetString(), reply.GetProperty("periodSeconds").GetInt32(), reply.GetProperty("intervals").GetArrayLength()));
        var first = reply.GetProperty("intervals")[0];
        Assert.Equal("""{"endUtc":"2026-02-26T16:15:00+00:00","seconds":900,"consumption":250,"source":"measured","findings":[],"quality":["valid"],"qualityCodes":["2.0.0"]}""", first.GetRawText());
        string[] csv = (await _web.Client.GetStringAsync($"{Power}/profile?{Day}&format=csv")).Split("\r\n");
        Assert.Equal(98, csv.Length);
        Assert.Equal("DY-0001,2026-02-26T16:15:00Z,900,250,Wh,measured,,2.0.0", csv[1]);
    }

    [Theory]
    [InlineData("hour", "%2B08:00", 24, 1000)]
    [InlineData("day", "%2B08:00", 1, 24_000)]
    [InlineData("day", "Asia/Shanghai", 1, 24_000)]
    [InlineData("day", "Z", 2, 24_000)]
    public async Task Totals_are_of_whole_periods_by_the_clocks_that_were_asked_for(string period, string zone, int count, long last)
    {
        var totals = (await GetAsync($"{Power}/totals?{Day}&period={period}&zone={zone}")).GetProperty("totals");
        Assert.Equal(count, totals.GetArrayLength());
        Assert.Equal(last, totals[count - 1].GetProperty("consumption").GetInt64());
        Assert.True(totals[count - 1].GetProperty("whole").GetBoolean());
        Assert.Equal(0, totals[count - 1].GetProperty("estimated").GetInt64());
    }

    [Fact]
    public async Task A_month_that_is_not_over_states_what_is_there_and_how_much_of_it()
    {
        var total = (await GetAsync($"{Power}/totals?from=2026-02-15T00:00:00%2B08:00&period=month&to=2026-02-28T00:00:00%2B08:00")).GetProperty("totals")[0];
        Assert.Equal(DateTimeOffset.Parse("2026-02-01T00:00:00+08:00"), total.GetProperty("beginUtc").GetDateTimeOffset());
        Assert.False(total.GetProperty("whole").GetBoolean());
        Assert.InRange(total.GetProperty("coveredSeconds").GetInt64(), 200_000, 260_000);
        Assert.Equal(28 * 86_400, total.GetProperty("expectedSeconds").GetInt64());
    }

    [Fact]
    public async Task Demand_is_a_rate_with_the_end_of_its_window()
    {
        var demand = await GetAsync($"{Power}/demand?{Day}&minutes=30");
        Assert.Equal(("W", 1000, 48), (demand.GetProperty("unit").GetString(), demand.GetProperty("demand").GetInt64(), demand.GetProperty("windows").GetInt32()));
        Assert.Equal(DateTimeOffset.Parse("2026-02-26T16:30:00Z"), demand.GetProperty("endUtc").GetDateTimeOffset());
        Assert.Equal(95, (await GetAsync($"{Power}/demand?{Day}&minutes=30&window=sliding")).GetProperty("windows").GetInt32());
    }

    [Fact]
    public async Task A_balance_holds_a_point_against_those_below_it()
    {
        _queries.Children.Add(new RegisteredPoint(Street.Power, "same", Carrier.Power, PointKind.Billing, "", "", Street.Power));
        _queries.Children.Add(new RegisteredPoint(Street.Water, "check", Carrier.Power, PointKind.Check, "", "", Street.Power));
        var balance = await GetAsync($"{Power}/balance?{Day}");
        Assert.Equal("balanced", Assert.Single(balance.GetProperty("lines").EnumerateArray()).GetProperty("verdict").GetString());
        var check = Assert.Single(Assert.Single(balance.GetProperty("checks").EnumerateArray()).GetProperty("lines").EnumerateArray());
        Assert.Equal(("unbalanced", 24_000 - 3840L), (check.GetProperty("verdict").GetString(), check.GetProperty("difference").GetInt64()));
    }

    [Fact]
    public async Task Water_that_flows_all_day_is_a_hint_of_a_leak()
    {
        var hints = await GetAsync($"/api/v1/points/{Street.Water}/leaks?{Day}");
        var hint = Assert.Single(hints.EnumerateArray());
        Assert.Equal(("steady-flow", 160L), (hint.GetProperty("rule").GetString(), hint.GetProperty("litresPerHour").GetInt64()));
    }

    [Fact]
    public async Task An_edit_is_kept_with_who_and_why_and_with_what_it_replaced()
    {
        using var answer = await PostAsync(Edit);
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        var kept = Assert.Single((await GetAsync($"{Power}/edits?{Day}")).EnumerateArray());
        Assert.Equal((300L, 250L, "Li Lei", "protocol 17"), (kept.GetProperty("consumption").GetInt64(), kept.GetProperty("replaced").GetInt64(),
            kept.GetProperty("who").GetString(), kept.GetProperty("why").GetString()));
    }

    [Theory]
    [InlineData("""{"why":"x","intervals":[{"end":"2026-02-27T12:15:00+08:00","consumption":300}]}""", "who is ''")]
    [InlineData("""{"who":"x","why":" ","intervals":[{"end":"2026-02-27T12:15:00+08:00","consumption":300}]}""", "why is ' '")]
    [InlineData("""{"who":"x","why":"x","intervals":[]}""", "intervals are 0")]
    [InlineData("""{"who":"x","why":"x","intervals":[{"end":"2026-02-27T12:15:00","consumption":300}]}""", "no time with an offset")]
    [InlineData("""{"who":"x","why":"x","intervals":[{"end":"2026-02-27T12:16:00+08:00","consumption":300}]}""", "no end of an interval")]
    [InlineData("""{"who":"x","why":"x","intervals":[{"end":"2026-03-27T12:15:00+08:00","consumption":300}]}""", "is not over")]
    [InlineData("""{"who":"x","why":"x","intervals":[{"end":"2026-02-27T12:15:00+08:00","consumption":-1}]}""", "consumption -1")]
    [InlineData("""{"who":"x","why":"x","intervals":[{"end":"2026-02-27T12:15:00+08:00","consumption":1},{"end":"2026-02-27T04:15:00Z","consumption":1}]}""", "is there twice")]
    [InlineData("""{"who":"x","why":"x","intervals":[null]}""", "no time with an offset")]
    [InlineData("""{"who":"x","why":"x","register":5,"intervals":[{"end":"2026-02-27T12:15:00+08:00"}]}""", "register")]
    [InlineData("""[]""", "JSON")]
    public async Task An_edit_with_a_fault_is_refused_whole_and_the_fault_named(string body, string detail)
    {
        using var answer = await PostAsync(body);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        Assert.Contains(detail, await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Empty(_queries.Kept);
    }

    [Fact]
    public async Task The_verb_edit_says_where_it_is_kept_or_why_it_is_not()
    {
        var (output, errors) = (new StringWriter(), new StringWriter());
        var run = new EditRun(_web.Client, Street.Power, output, errors);
        Assert.Equal(0, await run.RunAsync(new EditRequest("Li Lei", "protocol 17", [new EditedIntervalRequest("2026-02-27T12:15:00+08:00", 5)]), CancellationToken.None));
        Assert.Equal("edit: DY-0001: kept in entry 1 of the log", output.ToString().TrimEnd());
        Assert.Equal(5, Assert.Single(_queries.Kept).Edit.Interval.Consumption);
        Assert.Equal(GatewayHost.ExitNotStarted, await run.RunAsync(new EditRequest("Li Lei", "", []), CancellationToken.None));
        Assert.Contains("why is ''", errors.ToString(), StringComparison.Ordinal);
        using var nobody = new HttpClient { BaseAddress = new Uri("http://127.0.0.1:9") };
        Assert.Equal(GatewayHost.ExitNotStarted, await new EditRun(nobody, "P", output, errors).RunAsync(new EditRequest("x", "x", []), CancellationToken.None));
        Assert.Contains("does not answer", errors.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_edit_from_another_site_through_a_proxy_or_of_no_point_is_refused()
    {
        Assert.Equal(HttpStatusCode.Forbidden, (await PostAsync(Edit, request => request.Headers.Add("Origin", "http://example.org"))).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await PostAsync(Edit, request => request.Headers.Add("X-Forwarded-For", "10.0.0.1"))).StatusCode);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, (await PostAsync(Edit, request => request.Content!.Headers.ContentType = new MediaTypeHeaderValue("text/plain"))).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await PostAsync(Edit, point: "NOPE")).StatusCode);
        Assert.Empty(_queries.Kept);
    }

    [Fact]
    public async Task Completeness_page_by_page_is_of_every_point_once_and_of_its_utility()
    {
        var ids = new List<string?>();
        for (string? address = $"/api/v1/completeness?{Day}&limit=3"; address is not null && ids.Count < 10;)
        {
            var reply = await GetAsync(address);
            ids.AddRange(reply.GetProperty("points").EnumerateArray().Select(p => p.GetProperty("point").GetString()));
            address = reply.GetProperty("next").GetString();
            if (ids.Count > 3)
                continue;
            var power = reply.GetProperty("points")[0];
            Assert.Equal((86_400L, 86_400L, 1000), (power.GetProperty("coveredSeconds").GetInt64(), power.GetProperty("expectedSeconds").GetInt64(), power.GetProperty("perThousand").GetInt32()));
            var grid = Assert.Single(reply.GetProperty("utilities").EnumerateArray());
            Assert.Equal(("grid", 3, 3, 0), (grid.GetProperty("utility").GetString(), grid.GetProperty("points").GetInt32(), grid.GetProperty("wholePoints").GetInt32(), grid.GetProperty("silentPoints").GetInt32()));
        }
        Assert.Equal([Street.Power, Street.Water, Street.Gas, Street.NeverRead], ids);
    }

    [Fact]
    public async Task Corrections_go_on_from_where_they_were()
    {
        _queries.Corrected.Add(new Correction(5, 1_772_000_000, CorrectionReason.LateReadings, Street.Power, 1_771_990_000, 1_771_999_900));
        var reply = await GetAsync("/api/v1/corrections");
        var correction = Assert.Single(reply.GetProperty("corrections").EnumerateArray());
        Assert.Equal((5L, "late-readings", Street.Power), (correction.GetProperty("entry").GetInt64(), correction.GetProperty("reason").GetString(), correction.GetProperty("point").GetString()));
        Assert.Empty((await GetAsync($"/api/v1/corrections?since={reply.GetProperty("next").GetInt64()}")).GetProperty("corrections").EnumerateArray());
    }

    [Fact]
    public async Task Who_has_an_answer_already_is_told_so_and_who_has_another_gets_it()
    {
        using var first = await _web.Client.GetAsync($"{Power}/profile?{Day}");
        var tag = first.Headers.ETag;
        Assert.True(tag?.IsWeak);
        using var again = await AskAsync($"{Power}/profile?{Day}", tag!);
        Assert.Equal((HttpStatusCode.NotModified, 0L), (again.StatusCode, (await again.Content.ReadAsByteArrayAsync()).LongLength));
        Assert.Equal(tag, again.Headers.ETag);
        using var other = await AskAsync($"{Power}/profile?{Day}&format=csv", tag!);
        Assert.Equal(HttpStatusCode.OK, other.StatusCode);
        using var refused = await AskAsync("/api/v1/points/NOPE", tag!);
        Assert.Equal((HttpStatusCode.NotFound, null), (refused.StatusCode, refused.Headers.ETag));
    }

    private async Task<HttpResponseMessage> AskAsync(string address, EntityTagHeaderValue tag)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.IfNoneMatch.Add(tag);
        return await _web.Client.SendAsync(request);
    }

    private async Task<HttpResponseMessage> PostAsync(string body, Action<HttpRequestMessage>? change = null, string point = Street.Power)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/points/{point}/edits") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        change?.Invoke(request);
        return await _web.Client.SendAsync(request);
    }

    private async Task<JsonElement> GetAsync(string address)
    {
        using var answer = await _web.Client.GetAsync(address);
        string text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, text);
        return JsonDocument.Parse(text).RootElement;
    }
}
