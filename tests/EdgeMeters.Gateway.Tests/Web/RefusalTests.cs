using System.Net;
using System.Text.Json;
using EdgeMeters.Gateway.Api;
using Microsoft.Extensions.Time.Testing;

namespace EdgeMeters.Gateway.Tests.Web;

public sealed class RefusalTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private const string Point = $"/api/v1/points/{Street.Power}";
    private const string Intervals = $"/api/v1/points/{Street.Power}/intervals";
    private const string Consumption = $"/api/v1/points/{Street.Power}/consumption";

    [Theory]
    [InlineData("/api/v1/nothing", "unknown-path", 404)]
    [InlineData("/api/v1/points/NOPE", "unknown-point", 404)]
    [InlineData("/api/v1/points/NOPE/intervals", "unknown-point", 404)]
    [InlineData("/api/v1/points/NOPE/consumption", "unknown-point", 404)]
    [InlineData("/api/v1/problems/nope", "unknown-path", 404)]
    [InlineData("/api/v1/nodes/nope", "unknown-node", 404)]
    [InlineData("/api/v1/nodes/nope/commands", "unknown-node", 404)]
    [InlineData("/api/v1/nodes?limit=0", "bad-limit", 400)]
    [InlineData("/api/v1/nodes?page=1", "unknown-parameter", 400)]
    [InlineData("/api/v1/points?form=csv", "unknown-parameter", 400)]
    [InlineData("/api/v1/status?limit=1", "unknown-parameter", 400)]
    [InlineData(Intervals + "?From=2026-01-01T00:00:00Z", "unknown-parameter", 400)]
    [InlineData(Intervals + "?format=csv&format=json", "repeated-parameter", 400)]
    [InlineData(Intervals + "?from=2026-01-01", "bad-time", 400)]
    [InlineData(Intervals + "?from=2026-02-28T00:00:00", "bad-time", 400)]
    [InlineData(Intervals + "?from=yesterday", "bad-time", 400)]
    [InlineData(Intervals + "?from=", "bad-time", 400)]
    [InlineData(Intervals + "?to=2026-02-30T00:00:00Z", "bad-time", 400)]
    [InlineData(Intervals + "?from=1969-12-31T23:59:59Z&to=1970-01-02T00:00:00Z", "bad-time", 400)]
    [InlineData(Intervals + "?to=2106-02-07T06:28:16Z", "bad-time", 400)]
    [InlineData(Intervals + "?from=2026-03-01T00:00:00Z&to=2026-02-01T00:00:00Z", "bad-range", 400)]
    [InlineData(Intervals + "?from=2026-03-01T00:00:00Z&to=2026-03-01T08:00:00%2B08:00", "bad-range", 400)]
    [InlineData(Intervals + "?from=2025-02-27T23:59:59Z&to=2026-03-01T00:00:00Z", "range-too-long", 400)]
    [InlineData(Intervals + "?format=xml", "bad-format", 400)]
    [InlineData(Intervals + "?format=", "bad-format", 400)]
    [InlineData(Consumption + "?period=week", "bad-period", 400)]
    [InlineData(Consumption + "?period=month", "bad-period", 400)]
    [InlineData("/api/v1/points/NOPE/profile", "unknown-point", 404)]
    [InlineData("/api/v1/points/NOPE/totals", "unknown-point", 404)]
    [InlineData("/api/v1/points/NOPE/demand", "unknown-point", 404)]
    [InlineData("/api/v1/points/NOPE/balance", "unknown-point", 404)]
    [InlineData("/api/v1/points/NOPE/leaks", "unknown-point", 404)]
    [InlineData("/api/v1/points/NOPE/edits", "unknown-point", 404)]
    [InlineData(Point + "/profile?format=xml", "bad-format", 400)]
    [InlineData(Point + "/profile?from=2025-02-27T23:59:59Z&to=2026-03-01T00:00:00Z", "range-too-long", 400)]
    [InlineData(Point + "/totals?period=week", "bad-period", 400)]
    [InlineData(Point + "/totals?zone=Beijing", "bad-zone", 400)]
    [InlineData(Point + "/totals?zone=../../etc/passwd", "bad-zone", 400)]
    [InlineData(Point + "/demand?minutes=14", "bad-number", 400)]
    [InlineData(Point + "/demand?minutes=50", "bad-window", 400)]
    [InlineData(Point + "/demand?window=round", "bad-window", 400)]
    [InlineData(Point + "/balance?tolerance=1001", "bad-number", 400)]
    [InlineData(Point + "/leaks", "not-water", 400)]
    [InlineData("/api/v1/corrections?since=-1", "bad-cursor", 400)]
    [InlineData("/api/v1/completeness?limit=501", "bad-limit", 400)]
    [InlineData("/api/v1/corrections?since=99999999999999999999", "bad-cursor", 400)]
    [InlineData(Consumption + "?offset=8", "bad-offset", 400)]
    [InlineData(Consumption + "?offset=%2B15:00", "bad-offset", 400)]
    [InlineData(Consumption + "?offset=%2B08:60", "bad-offset", 400)]
    [InlineData(Consumption + "?from=2020-01-01T00:00:00Z", "range-too-long", 400)]
    [InlineData("/api/v1/points?limit=0", "bad-limit", 400)]
    [InlineData("/api/v1/points?limit=10001", "bad-limit", 400)]
    [InlineData("/api/v1/points?limit=-1", "bad-limit", 400)]
    [InlineData("/api/v1/events?limit=many", "bad-limit", 400)]
    [InlineData("/api/v1/events?limit=1001", "bad-limit", 400)]
    [InlineData("/api/v1/events?limit=99999999999999999999", "bad-limit", 400)]
    public async Task Bad_input_is_refused_by_name_with_a_remedy(string address, string name, int status)
    {
        using var answer = await api.Client.GetAsync(address);
        await AssertRefusedAsync(answer, name, status);
    }

    [Fact]
    public async Task A_method_that_the_api_does_not_know_is_refused_by_name()
    {
        using var answer = await api.Client.PostAsync("/api/v1/points", null);
        await AssertRefusedAsync(answer, "unknown-path", 404);
    }

    [Theory]
    [InlineData("text/html")]
    [InlineData("application/json;q=0")]
    public async Task An_accept_header_without_json_and_csv_is_refused(string accept)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Intervals);
        request.Headers.TryAddWithoutValidation("Accept", accept);
        using var answer = await api.Client.SendAsync(request);
        await AssertRefusedAsync(answer, "not-acceptable", 406);
    }

    [Fact]
    public async Task A_store_that_cannot_be_read_is_told_at_every_address_and_the_api_recovers_with_it()
    {
        var queries = Street.Build(Street.End);
        await using var web = await WebUnderTest.StartAsync(queries, new FakeTimeProvider(Street.End));
        string[] addresses =
        [
            "/api/v1/points", $"/api/v1/points/{Street.Power}", Intervals, Intervals + "?format=csv", Consumption, "/api/v1/events",
            "/api/v1/status", "/api/v1/unassigned-meters",
        ];
        queries.Failure = new IOException("disk I/O error");
        foreach (string address in addresses)
        {
            using var answer = await web.Client.GetAsync(address);
            var problem = await AssertRefusedAsync(answer, "store-unreadable", 503);
            Assert.Equal("disk I/O error", problem.GetProperty("detail").GetString());
        }
        queries.Failure = null;
        foreach (string address in addresses)
        {
            using var answer = await web.Client.GetAsync(address);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }
    }

    [Fact]
    public async Task Every_problem_has_its_own_page_that_its_type_leads_to()
    {
        Assert.Equal(Refusal.All.Count, Refusal.All.Select(refusal => refusal.Type).Distinct().Count());
        foreach (var refusal in Refusal.All)
        {
            var page = JsonDocument.Parse(await api.Client.GetStringAsync(refusal.Type)).RootElement;
            Assert.Equal(refusal.Title, page.GetProperty("title").GetString());
            Assert.Equal(refusal.Remedy, page.GetProperty("remedy").GetString());
        }
    }

    [Fact]
    public async Task What_a_caller_sent_is_repeated_shortened()
    {
        using var answer = await api.Client.GetAsync("/api/v1/points/" + new string('x', 2000));
        var problem = await AssertRefusedAsync(answer, "unknown-point", 404);
        Assert.True(problem.GetProperty("detail").GetString()!.Length < 120);
    }

    internal static async Task<JsonElement> AssertRefusedAsync(HttpResponseMessage answer, string name, int status)
    {
        string text = await answer.Content.ReadAsStringAsync();
        Assert.True(status == (int)answer.StatusCode, $"{answer.RequestMessage?.RequestUri} answered {answer.StatusCode}: {text}");
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        var problem = JsonDocument.Parse(text).RootElement;
        var expected = Refusal.All.Single(refusal => refusal.Name == name);
        Assert.Equal(expected.Type, problem.GetProperty("type").GetString());
        Assert.Equal(expected.Title, problem.GetProperty("title").GetString());
        Assert.Equal(expected.Remedy, problem.GetProperty("remedy").GetString());
        Assert.Equal(status, problem.GetProperty("status").GetInt32());
        Assert.False(string.IsNullOrWhiteSpace(problem.GetProperty("detail").GetString()));
        return problem;
    }
}
