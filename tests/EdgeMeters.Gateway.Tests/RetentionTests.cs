using EdgeMeters.Gateway.Tests.Configuration;
using EdgeMeters.Gateway.Tests.Ingest;
using EdgeMeters.Gateway.Tests.Store;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Prometheus;

namespace EdgeMeters.Gateway.Tests;

/// <summary>Retention in the gateway itself, as its configuration has it.</summary>
public sealed class RetentionTests : IDisposable
{
    private readonly ConfigurationFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_gateway_with_retention_prunes_what_its_forwarder_has_settled()
    {
        using var store = new StoreUnderTest();
        await FillAsync(store);
        store.Reopen(_folder.PathOf("elsewhere"));
        var time = new FakeTimeProvider(DateTimeOffset.FromUnixTimeSeconds(NodeUnderTest.NewYear).AddDays(500));
        await using var service = new GatewayService(Settings(store, "{ \"days\": 400 }"), time, Metrics.NewCustomRegistry(), NullLoggerFactory.Instance);
        await service.StartAsync(CancellationToken.None);
        await Deadline.UntilAsync(
            () =>
            {
                time.Advance(TimeSpan.FromMinutes(1));
                return service.Queries.Status().Pruned > 0;
            },
            "readings of a year and a half ago to be pruned");
        var status = service.Queries.Status();
        Assert.Equal(5 * 96, status.Readings);
        Assert.Equal(5 * 96, status.Forwarders[0].Settled);
        Assert.InRange(status.PrunedBeforeUtcSeconds, NodeUnderTest.NewYear + (100 * 86_400) - 1, NodeUnderTest.NewYear + (101 * 86_400));
    }

    [Fact]
    public void Nothing_counts_as_settled_that_one_forwarder_has_still_to_send()
    {
        var progress = new EdgeMeters.Gateway.Store.ForwarderProgress(["utility", "files"]);
        Assert.Equal(0, progress.ReachedByAll(50));
        progress.Set("utility", 40, null);
        Assert.Equal(0, progress.ReachedByAll(50));
        progress.Set("files", 30, "the disk is full");
        Assert.Equal(30, progress.ReachedByAll(50));
        Assert.Equal(20, progress.ReachedByAll(20));
        Assert.Equal(50, new EdgeMeters.Gateway.Store.ForwarderProgress([]).ReachedByAll(50));
    }

    private static async Task FillAsync(StoreUnderTest store)
    {
        var node = new NodeUnderTest("node-1", 0xA1, NodeUnderTest.Power("E-1"));
        await store.AppendAsync(node.Layout());
        var rows = NodeUnderTest.QuarterHours(1, NodeUnderTest.NewYear + 900, [.. Enumerable.Range(1, 5 * 96).Select(i => (long?)i)]);
        for (int first = 0; first < rows.Length; first += 96)
            await store.AppendAsync(node.Block(rows.AsSpan(first, 96)));
    }

    private Gateway.Configuration.GatewaySettings Settings(StoreUnderTest store, string retention)
    {
        _folder.Set("dataFolder", System.Text.Json.JsonSerializer.Serialize(store.FirstFolder));
        _folder.Set("mqtt", $$"""{ "address": "127.0.0.1", "port": {{IngestUnderTest.FreePort()}} }""");
        _folder.Set("points", """[ { "id": "P1", "carrier": "power", "meter": "E-1", "register": "1-0:1.8.0" } ]""");
        _folder.Set("forwarders", """[ { "name": "files", "type": "csv-files", "folder": "csv" } ]""");
        _folder.Set("retention", retention);
        return _folder.Load(true);
    }
}
