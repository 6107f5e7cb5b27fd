using System.Net;
using System.Text.Json;
using EdgeMeters.Gateway.Core;
using Microsoft.Extensions.Time.Testing;

namespace EdgeMeters.Gateway.Tests.Web;

/// <summary>Health, metrics, the OpenAPI document, and the headers of everything.</summary>
public sealed class ServiceTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    [Fact]
    public async Task Health_is_ok_degraded_or_broken_and_says_what_is_wrong()
    {
        var queries = Street.Build(Street.End);
        await using var web = await WebUnderTest.StartAsync(queries, new FakeTimeProvider(Street.End));

        Assert.Equal((HttpStatusCode.OK, "degraded", "Forwarder mqtt-headend: Connection refused; trying again in 30 s"), await HealthAsync(web));
        queries.Forwarders.RemoveAt(1);
        Assert.Equal((HttpStatusCode.OK, "ok", ""), await HealthAsync(web));
        queries.Trouble = "The disk is full: make room.";
        Assert.Equal((HttpStatusCode.OK, "degraded", "Store: The disk is full: make room."), await HealthAsync(web));
        queries.Trouble = null;
        queries.Integrity = IntegrityStatus.None with { FaultCount = 2, Faults = ["entry 7 is not there", "entry 9 is not there"] };
        var (_, state, wrong) = await HealthAsync(web);
        Assert.Equal("degraded", state);
        Assert.StartsWith("Integrity: the log has 2 faults: entry 7 is not there. Readings are still taken into custody. Run verify", wrong);
        queries.Failure = new IOException("disk I/O error");
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "broken", "The store can't be read: disk I/O error"), await HealthAsync(web));
    }

    [Fact]
    public async Task Metrics_are_read_at_the_scrape_and_a_broken_store_leaves_only_that_it_is_down()
    {
        var queries = Street.Build(Street.End);
        await using var web = await WebUnderTest.StartAsync(queries, new FakeTimeProvider(Street.End));

        var before = await ScrapeAsync(web);
        Assert.Equal("1", before["edgemeters_store_up"]);
        Assert.Equal("7", before["edgemeters_blocks"]);
        Assert.Equal("864", before["edgemeters_readings"]);
        Assert.Equal("2", before["edgemeters_backlog_blocks"]);
        Assert.Equal("1", before["edgemeters_nodes"]);
        Assert.Equal("0", before["edgemeters_store_troubled"]);
        Assert.Equal("3", before["edgemeters_forwarder_backlog_blocks{forwarder=\"mqtt-headend\"}"]);
        Assert.Equal("800", before["edgemeters_forwarder_settled_intervals{forwarder=\"mqtt-headend\"}"]);
        Assert.Equal("14", before["edgemeters_forwarder_rejected_intervals{forwarder=\"mqtt-headend\"}"]);
        Assert.Equal("1", before["edgemeters_forwarder_stuck{forwarder=\"mqtt-headend\"}"]);
        Assert.Equal("0", before["edgemeters_forwarder_stuck{forwarder=\"file-daily\"}"]);

        queries.Forwarders[0] = new ForwarderStatus("file-daily", 1300, 0, 0, null);
        queries.Forwarders.RemoveAt(1);
        var after = await ScrapeAsync(web);
        Assert.Equal("1300", after["edgemeters_forwarder_settled_intervals{forwarder=\"file-daily\"}"]);
        Assert.DoesNotContain(after.Keys, key => key.Contains("mqtt-headend", StringComparison.Ordinal));

        queries.Failure = new IOException("disk I/O error");
        var broken = await ScrapeAsync(web);
        Assert.Equal(["edgemeters_store_up"], broken.Keys.Where(key => key.StartsWith("edgemeters_", StringComparison.Ordinal)));
        Assert.Equal("0", broken["edgemeters_store_up"]);

        queries.Failure = null;
        Assert.Equal("7", (await ScrapeAsync(web))["edgemeters_blocks"]);
    }

    [Fact]
    public async Task The_openapi_document_lists_every_path_and_describes_every_parameter()
    {
        var document = JsonDocument.Parse(await api.Client.GetStringAsync("/openapi/v1.json")).RootElement;
        var paths = document.GetProperty("paths");

        var served = api.Web.Routes.Select(route => "/" + route.RoutePattern.RawText!.TrimStart('/'))
            .Where(path => path.StartsWith("/api/", StringComparison.Ordinal) && !path.Contains('*')).Append("/healthz").Distinct().Order().ToArray();
        Assert.Equal(served, paths.EnumerateObject().Select(path => path.Name).Order());
        Assert.Equal(23, served.Length);
        foreach (var path in paths.EnumerateObject())
        {
            var get = path.Value.GetProperty("get");
            Assert.False(string.IsNullOrWhiteSpace(get.GetProperty("summary").GetString()), path.Name);
            Assert.False(string.IsNullOrWhiteSpace(get.GetProperty("description").GetString()), path.Name);
            Assert.True(get.GetProperty("responses").GetProperty("200").GetProperty("content").GetProperty("application/json")
                .TryGetProperty("schema", out _), path.Name);
            if (get.TryGetProperty("parameters", out var parameters))
                Assert.All(parameters.EnumerateArray(), parameter =>
                    Assert.False(string.IsNullOrWhiteSpace(parameter.GetProperty("description").GetString()), $"{path.Name} {parameter}"));
        }
        var post = paths.GetProperty("/api/v1/nodes/{node}/commands").GetProperty("post");
        Assert.False(string.IsNullOrWhiteSpace(post.GetProperty("description").GetString()));
        Assert.Equal(["202", "400", "403", "404", "409", "415", "429"], post.GetProperty("responses").EnumerateObject().Select(one => one.Name).Order());
        Assert.EndsWith("/CommandRequest", post.GetProperty("requestBody").GetProperty("content").GetProperty("application/json").GetProperty("schema").GetProperty("$ref").GetString());
        var body = document.GetProperty("components").GetProperty("schemas").GetProperty("CommandRequest").GetProperty("properties");
        Assert.Equal(["command", "channel", "a", "b", "expiresSeconds"], body.EnumerateObject().Select(one => one.Name));
        Assert.All(body.EnumerateObject(), one => Assert.False(string.IsNullOrWhiteSpace(one.Value.GetProperty("description").GetString()), one.Name));
        var intervals = paths.GetProperty("/api/v1/points/{id}/intervals").GetProperty("get");
        Assert.Equal(["id", "from", "to", "format"], intervals.GetProperty("parameters").EnumerateArray().Select(one => one.GetProperty("name").GetString()));
        Assert.True(intervals.GetProperty("responses").GetProperty("200").GetProperty("content").TryGetProperty("text/csv", out _));
        Assert.True(intervals.GetProperty("responses").GetProperty("404").GetProperty("content").TryGetProperty("application/problem+json", out _));
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/api/v1/status")]
    [InlineData("/app.css")]
    public async Task Nothing_may_be_loaded_from_elsewhere_or_framed(string address)
    {
        using var answer = await api.Client.GetAsync(address);
        answer.EnsureSuccessStatusCode();
        string policy = Assert.Single(answer.Headers.GetValues("Content-Security-Policy"));
        Assert.StartsWith("default-src 'self';", policy);
        Assert.Contains("frame-ancestors 'none'", policy);
        Assert.DoesNotContain("http", policy);
        Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
    }

    private static async Task<(HttpStatusCode, string?, string)> HealthAsync(WebUnderTest web)
    {
        using var answer = await web.Client.GetAsync("/healthz");
        var reply = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
        return (answer.StatusCode, reply.GetProperty("state").GetString(),
            string.Join("; ", reply.GetProperty("wrong").EnumerateArray().Select(wrong => wrong.GetString())));
    }

    private static async Task<Dictionary<string, string>> ScrapeAsync(WebUnderTest web) =>
        (await web.Client.GetStringAsync("/metrics")).Split('\n')
        .Where(line => line.Length > 0 && line[0] != '#')
        .Select(line => (line, at: line.LastIndexOf(' ')))
        .ToDictionary(cut => cut.line[..cut.at], cut => cut.line[(cut.at + 1)..]);
}
