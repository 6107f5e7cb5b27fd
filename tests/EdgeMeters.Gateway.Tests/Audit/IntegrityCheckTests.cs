using System.Text.Json;
using System.Text.Json.Nodes;
using EdgeMeters.Gateway.Audit;
using EdgeMeters.Gateway.Core;
using EdgeMeters.Gateway.Store;
using EdgeMeters.Gateway.Tests.Configuration;
using EdgeMeters.Gateway.Tests.Ingest;
using EdgeMeters.Gateway.Tests.Store;
using EdgeMeters.Gateway.Tests.Web;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeMeters.Gateway.Tests.Audit;

/// <summary>A running gateway finds by itself what was done to its log, goes on taking readings, and never cries wolf.</summary>
public sealed class IntegrityCheckTests : IDisposable
{
    private const int Entries = 400;

    private readonly StoreUnderTest _store = new();
    private readonly NodeUnderTest _node = new("n", 7, NodeUnderTest.Power("M"));
    private readonly IntegrityCheck _check;
    private uint _next = 1;

    public IntegrityCheckTests() => _check = CheckOf(_store);

    public void Dispose()
    {
        _check.Dispose();
        _store.Dispose();
    }

    [Fact]
    public async Task A_whole_log_has_no_fault_while_it_grows_and_the_next_check_sees_what_came_meanwhile()
    {
        await FillAsync(Entries);
        _check.CheckEnd();
        int slices = 1;
        for (; _check.Step(); slices++)
            await AppendAsync();
        Assert.InRange(slices, 2, 4);
        Assert.Equal((Entries, Entries, 0, _store.Time.GetUtcNow(), null), (_check.Status.Entries, _check.Status.CheckedEntries, _check.Status.FaultCount, _check.Status.FinishedUtc, _check.Status.Trouble));
        _store.Time.Advance(IntegrityCheck.Period);
        CheckAll(_check);
        Assert.Equal((_store.Log.LastEntry, 0, (DateTimeOffset?)_store.Time.GetUtcNow()), (_check.Status.CheckedEntries, _check.Status.FaultCount, _check.Status.FinishedUtc));
    }

    [Fact]
    public async Task Between_two_slices_nothing_keeps_the_wal_from_being_emptied()
    {
        await FillAsync(Entries);
        Assert.True(_check.Step());
        await AppendAsync();
        using var log = _store.Files.OpenLog();
        using var command = log.Prepare("PRAGMA wal_checkpoint(TRUNCATE)", 0);
        using (var row = command.ExecuteReader())
        {
            Assert.True(row.Read());
            Assert.Equal(0, row.GetInt64(0));
        }
        CheckAll(_check);
        Assert.Equal(((long)Entries, 0), (_check.Status.CheckedEntries, _check.Status.FaultCount));
    }

    [Fact]
    public async Task A_log_of_which_readings_were_pruned_has_no_fault()
    {
        using var house = new PruningHouse();
        await house.Store.RegisterAsync(StoreUnderTest.PointOf("P", "M"));
        await house.Store.AppendAsync(_node.Layout());
        for (uint day = 0; day < 20; day++)
            await house.Store.AppendAsync(_node.Block(NodeUnderTest.QuarterHours(1 + 96 * day, NodeUnderTest.NewYear + 900 + 86_400 * day, [.. Enumerable.Range(1, 96).Select(i => (long?)(96 * day + i))])));
        await house.ForwardAsync();
        house.Store.Time.Advance(TimeSpan.FromDays(400));
        Assert.NotEqual(0, await house.PruneAsync(TimeSpan.FromDays(200)));
        using var check = CheckOf(house.Store);
        check.CheckEnd();
        CheckAll(check);
        Assert.Equal((house.Store.Log.LastEntry, 0), (check.Status.CheckedEntries, check.Status.FaultCount));
    }

    [Fact]
    public void An_empty_log_has_no_fault()
    {
        _check.CheckEnd();
        Assert.False(_check.Step());
        Assert.Equal((0L, 0), (_check.Status.CheckedEntries, _check.Status.FaultCount));
    }

    [Theory]
    [InlineData("UPDATE entry SET received_ms=received_ms+1 WHERE id=200", "entries 193 to 256 are not those that were sealed")]
    [InlineData("DELETE FROM entry WHERE id=200", "entry 200 is not there")]
    [InlineData("DELETE FROM entry WHERE id BETWEEN 200 AND 210", "entries 200 to 210 are not there")]
    [InlineData("DELETE FROM entry WHERE id BETWEEN 3 AND 390", "entries 3 to 390 are not there")]
    [InlineData("UPDATE node SET name='other'", "entries 1 to 64 are not those that were sealed")]
    [InlineData("UPDATE seal SET chain=zeroblob(32) WHERE entry=256", "entries 193 to 256 are not those that were sealed")]
    public async Task What_was_changed_in_the_middle_is_found_behind_the_start_and_told_once_however_often_it_is_checked(string sql, string fault)
    {
        await FillAsync(Entries);
        Tamper(sql);
        if (!sql.Contains("node", StringComparison.Ordinal) && !sql.Contains("390", StringComparison.Ordinal))
        {
            _check.CheckEnd();
            Assert.Equal(0, _check.Status.FaultCount);
        }
        CheckAll(_check);
        int count = _check.Status.FaultCount;
        Assert.Contains(_check.Status.Faults, f => f.Contains(fault, StringComparison.Ordinal));
        Assert.Contains("verify", _check.Status.Trouble, StringComparison.Ordinal);
        Assert.Equal(_store.Time.GetUtcNow(), _check.Status.FinishedUtc);
        CheckAll(_check);
        Assert.Equal(count, _check.Status.FaultCount);
        Assert.False((await AppendAsync()).WasKnown);
    }

    [Theory]
    [InlineData("UPDATE entry SET body=zeroblob(40) WHERE id=350", "are not those that were sealed")]
    [InlineData("DELETE FROM entry WHERE id=390", "entry 390 is not there")]
    [InlineData("DELETE FROM entry WHERE id=398", "entry 398 is not there")]
    [InlineData("INSERT INTO entry(id, kind, node, received_ms, body) SELECT 401, 5, 0, received_ms, body FROM entry WHERE id=400", "a registry, an edit or a pruning after entry")]
    public async Task A_damaged_end_is_told_before_anything_is_served_and_the_gateway_starts(string sql, string fault)
    {
        await FillAsync(Entries);
        Tamper(sql);
        _store.Reopen();
        using var check = CheckOf(_store);
        check.CheckEnd();
        Assert.Contains(fault, Assert.Single(check.Status.Faults), StringComparison.Ordinal);
        Assert.Null(check.Status.FinishedUtc);
    }

    [Fact]
    public async Task The_end_is_checked_in_a_bounded_time_though_seals_are_gone()
    {
        await FillAsync(Entries);
        Tamper("DELETE FROM seal WHERE entry>128; WITH RECURSIVE n(i) AS (SELECT 401 UNION ALL SELECT i+1 FROM n WHERE i<9000) "
            + "INSERT INTO entry(id, kind, node, received_ms, body) SELECT i, 1, 1, 0, x'00' FROM n");
        _check.CheckEnd();
        Assert.Contains("a seal is not there", Assert.Single(_check.Status.Faults, f => f.Contains("seal is", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("DELETE FROM entry WHERE id>200", 150, "ends with entry 200, but it was sealed up to entry 384")]
    [InlineData("DELETE FROM entry WHERE id>200; DELETE FROM seal WHERE entry>200", 350, "ends with entry 200, but utility has come up to entry 350")]
    public async Task A_log_whose_end_was_cut_off_is_refused_because_new_readings_would_never_be_sent_on(string sql, long settled, string message)
    {
        await FillAsync(Entries);
        await _store.Log.SettleAsync(new Settlement("utility", settled, 1, 600, "here", []), CancellationToken.None);
        Tamper(sql);
        _store.Reopen();
        using var check = CheckOf(_store);
        var refused = Assert.Throws<StoreUnavailableException>(check.CheckEnd);
        Assert.Contains(message, refused.Message, StringComparison.Ordinal);
        Assert.Contains("latest backup", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Projections_of_another_log_are_made_anew()
    {
        await _store.RegisterAsync(StoreUnderTest.PointOf("P-OLD", "M"));
        await FillAsync(10);
        Assert.Equal("P-OLD", Assert.Single((await _store.ProjectedAsync()).Points(PointSearch.All, "", 100)).Point.Id);
        // Another log with as many entries: by the numbers alone its projections would be taken for these.
        Tamper("UPDATE entry SET body=replace(body, 'P-OLD', 'P-NEW') WHERE kind=4; UPDATE seal SET chain=zeroblob(32)");
        _store.Reopen();
        Assert.Equal("P-NEW", Assert.Single((await _store.ProjectedAsync()).Points(PointSearch.All, "", 100)).Point.Id);
        string[] made = _store.DumpViews();
        _store.Reopen();
        await _store.ProjectedAsync();
        Assert.Equal(made, _store.DumpViews());
    }

    [Fact]
    public async Task A_byte_flipped_on_the_disk_is_reported_by_a_gateway_that_serves_and_takes_readings()
    {
        using var folder = new ConfigurationFolder();
        foreach (string key in new[] { "points", "forwarders", "mqtt", "web" })
            folder.Root.Remove(key);
        folder.Root["mqtt"] = JsonNode.Parse("""{ "address": "127.0.0.1" }""");
        var settings = folder.Load(allowPlain: true);
        settings = settings with { Mqtt = settings.Mqtt with { Port = IngestUnderTest.FreePort() } };
        byte[] body = await FillFolderAsync(settings.DataFolder);
        Flip(Path.Combine(settings.DataFolder, "log.db"), body);

        await using var service = new GatewayService(settings, TimeProvider.System, Prometheus.Metrics.NewCustomRegistry(), NullLoggerFactory.Instance);
        await service.StartAsync(CancellationToken.None);
        await using var web = await WebUnderTest.StartAsync(service.Queries, TimeProvider.System);
        var client = web.Client;
        await Deadline.UntilAsync(() => JsonNode.Parse(client.GetStringAsync("/healthz").Result)!["state"]!.GetValue<string>() == "degraded", "health to report the fault");
        var health = JsonDocument.Parse(await client.GetStringAsync("/healthz")).RootElement;
        Assert.Matches("^Integrity: the log has 1 faults: entries [0-9]+ to [0-9]+ are not those that were sealed", Assert.Single(health.GetProperty("wrong").EnumerateArray()).GetString());
        await Deadline.UntilAsync(() => StatusOf(client).GetProperty("finishedUtc").ValueKind == JsonValueKind.String, "the check to come to its end");
        var status = StatusOf(client);
        Assert.Equal(((long)Entries, (long)Entries, 1), (status.GetProperty("entries").GetInt64(), status.GetProperty("checkedEntries").GetInt64(), status.GetProperty("faultCount").GetInt32()));
        string metrics = await client.GetStringAsync("/metrics");
        Assert.Contains("edgemeters_integrity_faults 1\n", metrics, StringComparison.Ordinal);
        Assert.Contains($"edgemeters_integrity_checked_entries {Entries}\n", metrics, StringComparison.Ordinal);
        Assert.DoesNotContain("edgemeters_integrity_finished_seconds 0\n", metrics, StringComparison.Ordinal);
        var receipt = await ((LogStore)service.Edits).AppendAsync(_node.Block(NodeUnderTest.QuarterHours(90_000, NodeUnderTest.NewYear, 1)), CancellationToken.None);
        Assert.Equal(Entries + 1, receipt.Entry);
    }

    private static JsonElement StatusOf(HttpClient client) =>
        JsonDocument.Parse(client.GetStringAsync("/api/v1/status").Result).RootElement.GetProperty("integrity");

    private static IntegrityCheck CheckOf(StoreUnderTest store) => new(store.Files, store.Log, store.Time, NullLogger<IntegrityCheck>.Instance);

    private static void CheckAll(IntegrityCheck check)
    {
        while (check.Step())
        {
            // To the end.
        }
    }

    private void Tamper(string sql)
    {
        using var log = _store.Files.OpenLog();
        log.Execute(sql);
    }

    private Task<Receipt> AppendAsync()
    {
        uint first = _next++;
        return _store.AppendAsync(_node.Block(NodeUnderTest.QuarterHours(first, NodeUnderTest.NewYear + 900 * first, 100 + first)));
    }

    /// <summary>As many entries more, each committed by itself, so that every 64th is sealed.</summary>
    private async Task FillAsync(int entries)
    {
        await _store.AppendAsync(_node.Layout());
        for (int i = 1; i < entries; i++)
            await AppendAsync();
    }

    /// <returns>The body of an entry in the middle.</returns>
    private async Task<byte[]> FillFolderAsync(string folder)
    {
        byte[] middle = [];
        using var files = StoreFiles.Open(folder);
        using var log = new LogStore(files, TimeProvider.System);
        await log.AppendAsync(_node.Layout(), CancellationToken.None);
        for (uint i = 1; i < Entries; i++)
        {
            var block = _node.Block(NodeUnderTest.QuarterHours(i, NodeUnderTest.NewYear + 900 * i, 100 + i));
            await log.AppendAsync(block, CancellationToken.None);
            if (i == Entries / 2)
                middle = block.Bytes;
        }
        // Long since projected: nothing but the check will ever look at it again.
        using var projector = new Projector(files, log, NullLogger<Projector>.Instance, isStepped: true);
        while (projector.Step())
        {
            // To the end.
        }
        return middle;
    }

    private static void Flip(string path, byte[] body)
    {
        byte[] file = File.ReadAllBytes(path);
        int at = file.AsSpan().IndexOf(body);
        Assert.InRange(at, 0, file.Length);
        file[at + body.Length / 2] ^= 0x10;
        File.WriteAllBytes(path, file);
    }
}
