using EdgeMeters.Gateway.Core.Validation;
using EdgeMeters.Gateway.Store;
using EdgeMeters.Gateway.Tests.Store;

namespace EdgeMeters.Gateway.Tests.Audit;

/// <summary>A log of which readings were pruned proves all that is left of it, and that nothing went but by retention.</summary>
public sealed class PrunedLogTests : IDisposable
{
    private const int Days = 4;

    private readonly CustodyUnderTest _custody = new();

    public void Dispose() => _custody.Dispose();

    [Fact]
    public async Task It_has_no_fault_keeps_the_chain_and_is_backed_up_and_restored_as_it_is()
    {
        await FillAsync();
        var head = _custody.Store.Log.Head;
        Assert.Equal(0, _custody.Verify());
        long went = await PruneAsync();
        Assert.Equal(0, _custody.Run().Verify(null, CancellationToken.None, head.ToString()));
        Assert.Empty(_custody.Errors);
        Assert.Contains($"{Days * 96 - went} readings, 0 events, {went} readings pruned, faults 0", _custody.LastLine, StringComparison.Ordinal);
        Assert.Equal(0, _custody.BackUp("copy.db"));
        Assert.Equal(0, _custody.Restore("copy.db"));
        string[] views = _custody.Store.DumpViews();
        string last = _custody.Store.Log.Head.ToString();
        _custody.Store.Reopen(_custody.PathOf("there"));
        await _custody.Store.ProjectedAsync();
        Assert.Equal(views, _custody.Store.DumpViews());
        Assert.Equal(last, _custody.Store.Log.Head.ToString());
    }

    [Theory]
    [InlineData("UPDATE entry SET pruned=NULL WHERE id=12", "entry 12 (Readings of a) is not what it was when it was taken")]
    [InlineData("UPDATE entry SET body=(SELECT body FROM entry WHERE id=12) WHERE id=13", "lists entries of which something else is left than it says")]
    [InlineData("UPDATE entry SET pruned=substr(pruned, 1, 32) || x'ff' WHERE id=12", "lists entries of which something else is left than it says")]
    [InlineData("UPDATE entry SET pruned=x'00' || substr(pruned, 2) WHERE id=12", "are not those that were sealed")]
    [InlineData("DELETE FROM entry WHERE kind=6", "was sealed and is not there")]
    [InlineData("UPDATE entry SET body=replace(body, '[', '[1,') WHERE kind=6", "are not those that were sealed")]
    [InlineData("UPDATE entry SET body=x'7b7d' WHERE kind=6", "is no pruning of the log")]
    [InlineData("UPDATE entry SET pruned=(SELECT pruned FROM entry WHERE id=12), body=(SELECT body FROM entry WHERE id=12) WHERE id=2", "but prunings list")]
    public async Task What_is_changed_of_what_is_left_is_named(string sql, string fault)
    {
        await FillAsync();
        await PruneAsync();
        _custody.Tamper(sql);
        Assert.Equal(CustodyRun.ExitFaults, _custody.Verify());
        Assert.Contains(fault, _custody.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pruning_of_young_readings_is_named()
    {
        await FillAsync();
        _custody.Store.Time.Advance(TimeSpan.FromDays(Pruner.KeepDaysMin - 1));
        await PruneAsync(TimeSpan.FromDays(1));
        Assert.Equal(CustodyRun.ExitFaults, _custody.Verify());
        Assert.Contains($"blocks that were younger than {Pruner.KeepDaysMin} days", _custody.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_pruned_before_is_not_pruned_twice()
    {
        await FillAsync();
        _custody.Store.Time.Advance(TimeSpan.FromDays(400));
        var first = PrunerOf(TimeSpan.FromDays(300)).Next()!;
        var second = PrunerOf(TimeSpan.FromDays(300)).Next()!;
        await _custody.Store.Log.PruneAsync(first.Pruning, first.Left, CancellationToken.None);
        var head = _custody.Store.Log.Head;
        Assert.True((await _custody.Store.Log.PruneAsync(second.Pruning, second.Left, CancellationToken.None)).WasKnown);
        Assert.Equal(head, _custody.Store.Log.Head);
        Assert.Equal(0, _custody.Verify());
    }

    // A registry, a layout, and six blocks a day.
    private async Task FillAsync()
    {
        await _custody.Store.RegisterAsync(StoreUnderTest.PointOf("P-A", "M-a"));
        var node = CustodyUnderTest.Node("a");
        await _custody.Store.AppendAsync(node.Layout());
        for (uint first = 1; first < Days * 96; first += 16)
            await _custody.Store.AppendAsync(CustodyUnderTest.Rows(node, first, [.. Enumerable.Range((int)first, 16).Select(i => (long?)(5 * i))]));
        await _custody.Store.ProjectedAsync();
    }

    private async Task<long> PruneAsync()
    {
        _custody.Store.Time.Advance(TimeSpan.FromDays(400));
        return await PruneAsync(TimeSpan.FromDays(300));
    }

    private async Task<long> PruneAsync(TimeSpan keep)
    {
        long readings = 0;
        var pruner = PrunerOf(keep);
        while (pruner.Next() is { } batch)
        {
            await pruner.PruneAsync(_custody.Store.Log, batch, CancellationToken.None);
            readings += batch.Pruning.Readings;
        }
        await _custody.Store.ProjectedAsync();
        Assert.NotEqual(0, readings);
        return readings;
    }

    private Pruner PrunerOf(TimeSpan keep) =>
        new(_custody.Store.Files, () => _custody.Store.Projector.Entry, RuleBook.Usual, _custody.Store.Time, () => true, keep, TimeSpan.Zero);
}
