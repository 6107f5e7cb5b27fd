using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using EdgeMeters.Gateway.Api;
using EdgeMeters.Gateway.Core.Aggregation;
using EdgeMeters.Gateway.Tests.Aggregation;
using Microsoft.Extensions.Time.Testing;

namespace EdgeMeters.Gateway.Tests.Web;

/// <summary>Totals by tariff period over the API.</summary>
public sealed class TariffApiTests : IAsyncLifetime
{
    private const string Power = "/api/v1/points/" + Street.Power;
    private const string Day = "from=2026-02-27T00:00:00%2B08:00&to=2026-02-28T00:00:00%2B08:00";

    private static readonly TariffBook Book = new(
    [
        new Tariff("one", Zones.Find("Europe/Berlin")!, BeijingTariff.Make([BeijingTariff.Row("all, \"day\" and night", 1, 12, 0, 24)], [], Zones.Find("Europe/Berlin"))),
        new Tariff("beijing", Zones.China, BeijingTariff.Calendar),
    ]);

    private WebUnderTest _web = null!;

    public async ValueTask InitializeAsync() => _web = await WebUnderTest.StartAsync(Street.Build(Street.End), new FakeTimeProvider(Street.End.AddMinutes(5)), Book);

    public ValueTask DisposeAsync() => _web.DisposeAsync();

    [Fact]
    public async Task A_day_is_told_by_tariff_period_beside_its_total()
    {
        var reply = await GetAsync($"{Power}/tariff-totals?tariff=beijing&{Day}");
        Assert.Equal(("Wh", "beijing", "day", "+08:00"), (Text(reply, "unit"), Text(reply, "tariff"), Text(reply, "period"), Text(reply, "zone")));
        var day = Assert.Single(reply.GetProperty("totals").EnumerateArray());
        Assert.Equal((await GetAsync($"{Power}/totals?{Day}")).GetProperty("totals")[0].GetRawText(), day.GetProperty("total").GetRawText());
        Assert.Equal(
            [("valley", 8_000L), ("flat", 8_000L), ("peak", 8_000L), ("sharp", null)],
            day.GetProperty("shares").EnumerateArray().Select(s => (Text(s, "name"), s.GetProperty("consumption") is { ValueKind: JsonValueKind.Number } stated ? stated.GetInt64() : (long?)null)));
        Assert.Equal("""{"name":"valley","consumption":8000,"estimated":0,"edited":0,"crossing":0,"quality":["valid"]}""", day.GetProperty("shares")[0].GetRawText());
    }

    [Theory]
    [InlineData("hour", "%2B08:00")]
    [InlineData("day", "Europe/Berlin")]
    [InlineData("day", "Asia/Kolkata")]
    [InlineData("month", "Z")]
    [InlineData("year", "%2B08:00")]
    public async Task The_parts_add_up_to_the_totals_of_any_period_in_any_zone(string period, string zone)
    {
        string query = $"from=2026-02-26T07:20:00Z&to=2026-03-01T08:00:00%2B08:00&period={period}&zone={zone}";
        foreach (string point in new[] { Street.Power, Street.Water, Street.Gas })
        {
            var totals = (await GetAsync($"/api/v1/points/{point}/totals?{query}")).GetProperty("totals").EnumerateArray().ToArray();
            var parts = (await GetAsync($"/api/v1/points/{point}/tariff-totals?tariff=beijing&{query}")).GetProperty("totals").EnumerateArray().ToArray();
            Assert.Equal(totals.Select(t => t.GetRawText()), parts.Select(p => p.GetProperty("total").GetRawText()));
            Assert.All(parts, p => Assert.Equal(Amount(p.GetProperty("total")), p.GetProperty("shares").EnumerateArray().Sum(Amount)));
        }
    }

    [Fact]
    public async Task A_table_has_a_row_for_each_tariff_period_and_names_are_quoted()
    {
        string[] csv = (await _web.Client.GetStringAsync($"{Power}/tariff-totals?tariff=beijing&{Day}&format=csv")).Split("\r\n");
        Assert.Equal([TariffCsv.Header, "DY-0001,2026-02-26T16:00:00Z,2026-02-27T16:00:00Z,beijing,valley,8000,0,0,0,Wh,true,valid"], csv[..2]);
        Assert.Equal("DY-0001,2026-02-26T16:00:00Z,2026-02-27T16:00:00Z,beijing,sharp,,0,0,0,Wh,true,valid", csv[4]);
        Assert.Equal(6, csv.Length);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{Power}/tariff-totals?tariff=one&{Day}&zone=%2B08:00");
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/csv"));
        using var answer = await _web.Client.SendAsync(request);
        Assert.Equal("text/csv", answer.Content.Headers.ContentType?.MediaType);
        Assert.Contains(",one,\"all, \"\"day\"\" and night\",24000,", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_year_that_begins_before_the_first_label_is_told_as_it_is()
    {
        string[] csv = (await _web.Client.GetStringAsync($"{Power}/tariff-totals?tariff=beijing&period=year&from=1970-01-01T00:00:00Z&to=1970-06-01T00:00:00Z&format=csv")).Split("\r\n");
        Assert.StartsWith("DY-0001,1969-12-31T16:00:00Z,1970-12-31T16:00:00Z,beijing,valley,,", csv[1]);
    }

    [Fact]
    public async Task Without_a_zone_periods_are_cut_by_the_clocks_of_the_tariff_and_the_tariffs_are_listed()
    {
        Assert.Equal("Europe/Berlin", Text(await GetAsync($"{Power}/tariff-totals?tariff=one&{Day}"), "zone"));
        Assert.Equal(
            """[{"name":"beijing","zone":"+08:00","periods":["valley","flat","peak","sharp"]},{"name":"one","zone":"Europe/Berlin","periods":["all, \"day\" and night"]}]""",
            (await GetAsync("/api/v1/tariffs")).GetRawText());
    }

    [Theory]
    [InlineData("", "unknown-tariff", "None is named and there are 2.")]
    [InlineData("&tariff=nope", "unknown-tariff", "nope")]
    [InlineData("&tariff=one&period=week", "bad-period", "week")]
    [InlineData("&tariff=one&zone=Nowhere/Here", "bad-zone", "Nowhere/Here")]
    [InlineData("&tariff=one&format=xml", "bad-format", "xml")]
    [InlineData("&tariff=one&tarif=two", "unknown-parameter", "tarif")]
    public async Task What_cannot_be_answered_is_refused_by_name(string query, string problem, string detail)
    {
        using var answer = await _web.Client.GetAsync($"{Power}/tariff-totals?{Day}{query}");
        Assert.Equal((HttpStatusCode.BadRequest, "application/problem+json"), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        var reply = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
        Assert.EndsWith("/" + problem, Text(reply, "type"));
        Assert.Contains(detail, Text(reply, "detail"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_has_a_tag_and_an_unknown_point_is_not_found()
    {
        using var first = await _web.Client.GetAsync($"{Power}/tariff-totals?tariff=beijing&{Day}");
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{Power}/tariff-totals?tariff=beijing&{Day}");
        request.Headers.IfNoneMatch.Add(first.Headers.ETag!);
        using var again = await _web.Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);
        using var unknown = await _web.Client.GetAsync($"/api/v1/points/NOPE/tariff-totals?tariff=beijing&{Day}");
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
    }

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;

    private static long Amount(JsonElement element) => element.GetProperty("consumption") is { ValueKind: JsonValueKind.Number } stated ? stated.GetInt64() : 0;

    private async Task<JsonElement> GetAsync(string address)
    {
        using var answer = await _web.Client.GetAsync(address);
        string text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, text);
        return JsonDocument.Parse(text).RootElement;
    }
}
