using EdgeMeters.Gateway.Core.LoadProfile;
using EdgeMeters.Gateway.Registry;
using EdgeMeters.Gateway.Store;
using EdgeMeters.Gateway.Tests.Registry;
using EdgeMeters.Gateway.Tests.Store;

namespace EdgeMeters.Gateway.Tests.Audit;

/// <summary>What no key of a node proves, the chain of hashes does: documents, times of arrival, the end of the log.</summary>
public sealed class ChainTests : IDisposable
{
    private readonly CustodyUnderTest _custody = new();

    public void Dispose() => _custody.Dispose();

    [Theory]
    [InlineData("UPDATE entry SET received_ms=received_ms-86400000 WHERE id=5", "entries 2 to 9 are not those that were sealed")]
    [InlineData("UPDATE entry SET body=replace(body, '250', '25') WHERE kind=5", "entries 2 to 9 are not those that were sealed")]
    [InlineData("UPDATE entry SET body=replace(body, 'Li Lei', 'nobody') WHERE kind=5", "entries 2 to 9 are not those that were sealed")]
    [InlineData("DELETE FROM entry WHERE kind=5", "entry 9 was sealed and is not there")]
    [InlineData("DELETE FROM seal WHERE entry=9", "a registry, an edit or a pruning after entry 1 was never sealed")]
    [InlineData("DELETE FROM seal", "a registry, an edit or a pruning after entry 0 was never sealed")]
    [InlineData("UPDATE seal SET chain=randomblob(32) WHERE entry=1", "entries 1 to 1 are not those that were sealed")]
    [InlineData("UPDATE seal SET entry=8 WHERE entry=9", "are not those that were sealed")]
    [InlineData("INSERT INTO entry(id, kind, node, received_ms, body) SELECT 10, 5, 0, received_ms, body FROM entry WHERE id=9", "a registry, an edit or a pruning after entry 9 was never sealed")]
    [InlineData("UPDATE entry SET body=x'7b7d' WHERE kind=5", "entry 9 (Edit of the gateway) is no edit")]
    public async Task Documents_times_and_seals_that_were_changed_are_named(string sql, string fault)
    {
        await FillAsync();
        Assert.Equal(0, _custody.Verify());
        _custody.Tamper(sql);
        Assert.Equal(CustodyRun.ExitFaults, _custody.Verify());
        Assert.Contains(fault, _custody.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_registry_exchanged_for_another_that_can_be_read_is_named()
    {
        await FillAsync();
        using (var log = _custody.Store.Files.OpenLog())
        using (var command = log.Prepare("UPDATE entry SET body=$1 WHERE id=1", 1))
            command.With(RegistryDocument.Of(Tables.Right(Tables.Text))).ExecuteNonQuery();
        Assert.Equal(CustodyRun.ExitFaults, _custody.Verify());
        Assert.Contains("entries 1 to 1 are not those that were sealed", _custody.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_hash_that_was_noted_elsewhere_tells_of_a_chain_made_anew_and_of_an_end_cut_off()
    {
        await FillAsync();
        Assert.Equal(0, _custody.Verify());
        string head = HeadOf(_custody.Output);
        Assert.Equal(_custody.Store.Log.Head.ToString(), head);
        Assert.Equal(0, Verify(head));
        // A log that goes on still proves what it was.
        await _custody.Store.AppendAsync(CustodyUnderTest.Rows(CustodyUnderTest.Node("b"), 5, 5_005));
        Assert.Equal(0, Verify(head));
        string another = "9:" + new string('0', 64);
        Assert.Equal(CustodyRun.ExitFaults, Verify(another));
        Assert.Contains("up to entry 9 is not the one of which the hash", _custody.Errors, StringComparison.Ordinal);
        _custody.Tamper("DELETE FROM entry WHERE id>6; DELETE FROM range WHERE entry>6; DELETE FROM seal WHERE entry>6");
        Assert.Equal(0, _custody.Verify());
        Assert.Equal(CustodyRun.ExitFaults, Verify(head));
        Assert.Contains("the log ends with entry 6, but the hash of entry 9 was noted", _custody.Errors, StringComparison.Ordinal);
        Assert.Equal(GatewayHost.ExitNotStarted, Verify("9:1234"));
        Assert.Contains("--head '9:1234' is none", _custody.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_chain_goes_on_over_restarts_and_over_commits_that_failed()
    {
        await FillAsync();
        var before = _custody.Store.Log.Head;
        _custody.Store.Reopen();
        Assert.Equal(before, _custody.Store.Log.Head);
        for (uint i = 6; i < 200; i++)
            await _custody.Store.AppendAsync(CustodyUnderTest.Rows(CustodyUnderTest.Node("b"), i, 5_000 + i));
        // Two nodes under one name: refused, and nothing of it is in the chain.
        await Assert.ThrowsAsync<EdgeMeters.Gateway.Core.SequenceConflictException>(
            () => _custody.Store.AppendAsync(CustodyUnderTest.Rows(CustodyUnderTest.Node("b"), 199, 1)));
        await _custody.Store.AppendAsync(CustodyUnderTest.Rows(CustodyUnderTest.Node("b"), 200, 5_200));
        Assert.Equal(0, _custody.Verify());
        Assert.Equal(_custody.Store.Log.Head.ToString(), HeadOf(_custody.Output));
        using var log = _custody.Store.Files.OpenLogReader();
        Assert.InRange(log.ScalarLong("SELECT count(*) FROM seal"), 4, 6);
    }

    [Fact]
    public async Task A_log_from_before_there_were_seals_is_verified_and_restored_and_sealed_when_it_is_opened()
    {
        await FillAsync();
        _custody.Tamper("DROP TABLE seal; DROP INDEX document; ALTER TABLE entry DROP COLUMN pruned; PRAGMA user_version=1");
        Assert.Equal(0, _custody.Verify());
        Assert.Equal(0, _custody.BackUp("old.db"));
        Assert.Equal(0, _custody.Restore("old.db"));
        _custody.Store.Reopen();
        Assert.Equal(0, _custody.Verify());
        Assert.Equal(_custody.Store.Log.Head.ToString(), HeadOf(_custody.Output));
        _custody.Tamper("UPDATE entry SET received_ms=received_ms+1 WHERE id=3");
        Assert.Equal(CustodyRun.ExitFaults, _custody.Verify());
    }

    private static string HeadOf(string output) => System.Text.RegularExpressions.Regex.Match(output, "verify: head ([0-9]+:[0-9a-f]{64})").Groups[1].Value;

    private int Verify(string head) => _custody.Run().Verify(null, CancellationToken.None, head);

    /// <summary>Nine entries, the last of them an edit.</summary>
    private async Task FillAsync()
    {
        await _custody.FillAsync();
        await _custody.Store.Log.AppendEditAsync(
            new ProfileEdit("P-A", [new EditedInterval(NodeUnderTest.NewYear + 1800, 250, null)], "Li Lei", "protocol 17"), CancellationToken.None);
    }
}
