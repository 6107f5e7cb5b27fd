using System.Text.Json;
using EdgeMeters.Gateway.Core;
using EdgeMeters.Gateway.Store;
using EdgeMeters.Gateway.Tests.Store;

namespace EdgeMeters.Gateway.Tests.Audit;

public sealed class CustodyRunTests : IDisposable
{
    private readonly CustodyUnderTest _custody = new();

    public void Dispose() => _custody.Dispose();

    [Fact]
    public async Task A_restored_backup_has_the_same_totals_and_goes_on_forwarding_under_the_same_keys()
    {
        await _custody.FillAsync();
        await _custody.Store.ProjectedAsync();
        string[] keys = KeysToSend(_custody.Store.Files, _custody.Store.Log.LastEntry);
        Assert.NotEmpty(keys);
        string[] views = _custody.Store.DumpViews();
        Assert.Equal(0, _custody.Verify());
        string totals = _custody.Totals;
        Assert.Equal(0, _custody.BackUp("backup.db"));
        Assert.Equal(totals, _custody.Totals);
        Assert.Equal(["backup.db"], Directory.GetFiles(_custody.PathOf(""), "backup*").Select(Path.GetFileName));
        Assert.Equal(0, _custody.Verify(_custody.PathOf("backup.db")));
        Assert.Equal(totals, _custody.Totals);

        Assert.Equal(0, _custody.Restore("backup.db"));
        Assert.Equal(totals, _custody.Totals);
        // The restored folder takes the place of the one before, and the projections are made anew from it.
        using var other = new StoreUnderTest();
        other.Reopen(_custody.PathOf("there"));
        await other.ProjectedAsync();
        Assert.Equal(views, other.DumpViews());
        Assert.Equal(keys, KeysToSend(other.Files, other.Log.LastEntry));
        // And it goes on: what was held is known, what is new is kept.
        var a = CustodyUnderTest.Node("a");
        Assert.True((await other.AppendAsync(CustodyUnderTest.Rows(a, 1, 100, 110, null))).WasKnown);
        Assert.Equal(new Receipt(9, false), await other.AppendAsync(CustodyUnderTest.Rows(a, 5, 140)));
    }

    [Fact]
    public async Task A_backup_taken_while_blocks_come_is_the_log_of_one_moment()
    {
        await _custody.FillAsync();
        var node = CustodyUnderTest.Node("b", 8);
        using var stop = new CancellationTokenSource();
        uint sent = 0;
        var sending = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
                await _custody.Store.AppendAsync(CustodyUnderTest.Rows(node, ++sent, sent));
        }, TestContext.Current.CancellationToken);
        for (int backup = 0; backup < 5; backup++)
        {
            uint before = Volatile.Read(ref sent);
            await Deadline.UntilAsync(() => Volatile.Read(ref sent) > before + 20, "blocks to come");
            long committed = _custody.Store.Log.LastEntry;
            Assert.Equal(0, _custody.BackUp($"backup-{backup}.db"));
            using var copy = StoreFiles.OpenFileReader(_custody.PathOf($"backup-{backup}.db"));
            Assert.True(copy.ScalarLong("SELECT max(id) FROM entry") >= committed, "what was acknowledged before the backup is in it");
        }
        await stop.CancelAsync();
        await sending;
    }

    [Fact]
    public async Task Nothing_is_written_over()
    {
        await _custody.FillAsync();
        Assert.Equal(0, _custody.BackUp("backup.db"));
        byte[] before = File.ReadAllBytes(_custody.PathOf("backup.db"));
        Assert.Equal(GatewayHost.ExitNotStarted, _custody.BackUp("backup.db"));
        Assert.Contains("backup.db is there already", _custody.Errors, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(_custody.PathOf("backup.db")));

        foreach (string name in new[] { "log.db", "log.db-wal", "log.db-shm" })
        {
            string path = Path.Combine(_custody.PathOf("there"), name);
            Directory.CreateDirectory(_custody.PathOf("there"));
            File.WriteAllText(path, "mine");
            Assert.Equal(GatewayHost.ExitNotStarted, _custody.Restore("backup.db"));
            Assert.Contains($"{path} is there already", _custody.Errors, StringComparison.Ordinal);
            Assert.Equal("mine", File.ReadAllText(path));
            File.Delete(path);
        }
        Assert.Equal(0, _custody.Restore("backup.db"));
        Assert.Equal(GatewayHost.ExitNotStarted, _custody.Restore("backup.db"));
    }

    [Fact]
    public async Task A_folder_in_use_takes_no_restore()
    {
        await _custody.FillAsync();
        Assert.Equal(0, _custody.BackUp("backup.db"));
        using var gateway = StoreFiles.Open(_custody.PathOf("there"));
        Assert.Equal(GatewayHost.ExitNotStarted, _custody.Restore("backup.db"));
        Assert.Contains("another gateway", _custody.Errors, StringComparison.Ordinal);
        Assert.False(File.Exists(gateway.LogPath));
    }

    [Fact]
    public async Task Projections_left_behind_are_not_taken_for_those_of_the_restored_log()
    {
        await _custody.FillAsync();
        Assert.Equal(0, _custody.BackUp("backup.db"));
        Directory.CreateDirectory(_custody.PathOf("there"));
        File.WriteAllText(Path.Combine(_custody.PathOf("there"), "views.db"), "of another log");
        Assert.Equal(0, _custody.Restore("backup.db"));
        Assert.False(File.Exists(Path.Combine(_custody.PathOf("there"), "views.db")));
    }

    [Fact]
    public async Task A_damaged_log_is_backed_up_with_a_warning_and_not_restored()
    {
        await _custody.FillAsync();
        _custody.Tamper("UPDATE entry SET node=1 WHERE id=5");
        Assert.Equal(CustodyRun.ExitFaults, _custody.BackUp("backup.db"));
        Assert.True(File.Exists(_custody.PathOf("backup.db")));
        Assert.Equal(CustodyRun.ExitFaults, _custody.Restore("backup.db"));
        Assert.Contains("nothing restored", _custody.LastLine, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_custody.PathOf("there"), "log.db*"));
    }

    [Fact]
    public async Task What_is_no_log_is_named_and_neither_made_nor_changed()
    {
        await _custody.FillAsync();
        Assert.Equal(GatewayHost.ExitNotStarted, _custody.Verify(_custody.PathOf("none.db")));
        Assert.Contains("none.db does not exist", _custody.Errors, StringComparison.Ordinal);
        Assert.False(File.Exists(_custody.PathOf("none.db")));
        File.WriteAllText(_custody.PathOf("text.db"), new string('x', 10_000));
        Assert.Equal(CustodyRun.ExitFaults, _custody.Verify(_custody.PathOf("text.db")));
        Assert.Contains("not a database", _custody.Errors, StringComparison.Ordinal);
        Assert.Equal(GatewayHost.ExitNotStarted, _custody.Restore("text.db"));
        Assert.Empty(Directory.GetFiles(_custody.PathOf("there"), "log.db*"));
        Assert.Equal(GatewayHost.ExitNotStarted, _custody.Run(config: "nowhere").Verify(null, CancellationToken.None));
        Assert.Contains("nowhere.json does not exist", _custody.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_node_whose_key_is_not_at_hand_is_named_until_the_key_is_given()
    {
        await _custody.FillAsync();
        _custody.Write("here", _custody.Store.Folder, "b");
        Assert.Equal(CustodyRun.ExitFaults, _custody.Verify());
        Assert.Contains("4 blocks of a cannot be proven", _custody.Errors, StringComparison.Ordinal);
        Assert.Contains("--key a=FILE", _custody.Errors, StringComparison.Ordinal);
        Assert.Contains("8 entries, 7 readings", _custody.LastLine, StringComparison.Ordinal);
        Assert.Equal(0, _custody.Run(formerKeys: [$"a={_custody.PathOf("a.key")}"]).Verify(null, CancellationToken.None));
    }

    [Fact]
    public async Task Blocks_under_a_key_that_a_node_had_before_are_proven_with_it()
    {
        await _custody.FillAsync();
        await _custody.Store.AppendAsync(CustodyUnderTest.Rows(CustodyUnderTest.Node("a", 9, "a-former"), 1, 7));
        Assert.Equal(CustodyRun.ExitFaults, _custody.Verify());
        Assert.Contains("entry 9 (Readings of a) is not what it was when it was taken: MacMismatch", _custody.Errors, StringComparison.Ordinal);
        Assert.Equal(0, _custody.Run(formerKeys: [$"a={_custody.PathOf("a-former.key")}"]).Verify(null, CancellationToken.None));
        Assert.Equal(CustodyRun.ExitFaults, _custody.Run(formerKeys: [$"a={_custody.PathOf("a-other.key")}"]).Verify(null, CancellationToken.None));
    }

    [Theory]
    [InlineData("a", "names no file")]
    [InlineData("a=here.json", "holds no key")]
    public async Task A_key_that_is_none_is_named(string key, string said)
    {
        await _custody.FillAsync();
        Assert.Equal(GatewayHost.ExitNotStarted, _custody.Run(formerKeys: [key.Replace("=", $"={_custody.PathOf("")}/", StringComparison.Ordinal)]).Verify(null, CancellationToken.None));
        Assert.Contains(said, _custody.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Logs_with_the_same_readings_have_the_same_digest_however_they_came()
    {
        var a = CustodyUnderTest.Node("a");
        await _custody.Store.AppendAsync([CustodyUnderTest.Rows(a, 1, 100, 110, 120, 130, 140)]);
        Assert.Equal(0, _custody.Verify());
        string digest = _custody.Digest;
        using var other = new CustodyUnderTest();
        await other.Store.AppendAsync([CustodyUnderTest.Rows(a, 4, 130, 140), CustodyUnderTest.Rows(a, 2, 110), CustodyUnderTest.Rows(a, 1, 100, 110, 120)]);
        Assert.Equal(0, other.Verify());
        Assert.NotEmpty(digest);
        Assert.Equal(digest, other.Digest);
        Assert.Contains("5 readings", other.LastLine, StringComparison.Ordinal);
        using var third = new CustodyUnderTest();
        await third.Store.AppendAsync([CustodyUnderTest.Rows(a, 1, 100, 110, 120, 130, 141)]);
        Assert.Equal(0, third.Verify());
        Assert.NotEqual(digest, third.Digest);
    }

    [Fact]
    public async Task As_json_the_report_is_one_object_and_the_lines_go_beside_it()
    {
        await _custody.FillAsync();
        _custody.Tamper("UPDATE settlement SET rejected=0");
        Assert.Equal(CustodyRun.ExitFaults, _custody.Run(json: true).Verify(null, CancellationToken.None));
        var report = JsonDocument.Parse(_custody.Output).RootElement;
        Assert.Equal((8, 7, 1, 1), (report.GetProperty("entries").GetInt64(), report.GetProperty("readings").GetInt64(),
            report.GetProperty("events").GetInt64(), report.GetProperty("faults").GetInt64()));
        Assert.Equal(1, report.GetProperty("faultsTold").GetArrayLength());
        Assert.Equal("b", report.GetProperty("nodes")[1].GetProperty("node").GetString());
        Assert.Equal("utility", report.GetProperty("destinations")[0].GetProperty("destination").GetString());
        Assert.Contains("faults 1, digest", _custody.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stop_leaves_nothing_behind()
    {
        await _custody.FillAsync();
        using var stopped = new CancellationTokenSource();
        await stopped.CancelAsync();
        // Small enough to be copied in one step, it is stopped only where a thousand entries are read; so many there must be.
        var node = CustodyUnderTest.Node("b", 8);
        await Task.WhenAll(Enumerable.Range(1, 1_000).Select(i => _custody.Store.AppendAsync(CustodyUnderTest.Rows(node, (uint)i, i))));
        Assert.Equal(GatewayHost.ExitNotStarted, _custody.Run("backup").BackUp(_custody.PathOf("backup.db"), stopped.Token));
        Assert.Contains("stopped", _custody.Errors, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_custody.PathOf(""), "backup*"));
    }

    private static string[] KeysToSend(StoreFiles files, long through)
    {
        using var outbox = new Outbox("utility", files);
        return [outbox.Position ?? "", .. outbox.Next(through).Select(i => i.Item.Key)];
    }
}
