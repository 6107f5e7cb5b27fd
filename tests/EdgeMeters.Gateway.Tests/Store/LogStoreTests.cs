using EdgeMeters.Gateway.Core;
using EdgeMeters.Gateway.Store;
using EdgeMeters.Wire;

namespace EdgeMeters.Gateway.Tests.Store;

public sealed class LogStoreTests
{
    private readonly NodeUnderTest _node = new("node-1", 0xA1, NodeUnderTest.Power("M1"));

    [Fact]
    public async Task What_has_a_receipt_is_in_a_copy_of_the_files_made_right_after_it()
    {
        using var store = new StoreUnderTest();
        using var copies = new TempFolder();
        for (uint i = 0; i < 5; i++)
        {
            var block = _node.Block(Rows(1 + i, 1));
            var receipt = await store.AppendAsync(block);
            string copy = copies.PathOf($"copy-{i}");
            Directory.CreateDirectory(copy);
            // The shared memory file is left out: a power cut takes it too.
            foreach (string name in new[] { "log.db", "log.db-wal" })
                File.Copy(Path.Combine(store.Folder, name), Path.Combine(copy, name));
            using var files = StoreFiles.Open(copy);
            using var log = new LogStore(files, TimeProvider.System);
            Assert.Equal(receipt.Entry, log.LastEntry);
            Assert.Equal(new Receipt(receipt.Entry, true), await log.AppendAsync(block, CancellationToken.None));
            using var reader = new LogReader(files);
            Assert.Equal(block.Bytes, reader.ReadOne(receipt.Entry).Body);
        }
    }

    [Fact]
    public async Task What_has_a_receipt_is_there_after_a_restart()
    {
        using var store = new StoreUnderTest();
        var block = _node.Block(Rows(1, 10));
        await store.AppendAsync(_node.Layout());
        await store.AppendAsync(block);
        store.Reopen();
        Assert.Equal(2, store.Log.LastEntry);
        using var reader = new LogReader(store.Files);
        var entries = reader.Read(0, 100);
        Assert.Equal([LogEntryKind.Layout, LogEntryKind.Readings], entries.Select(e => e.Kind));
        Assert.Equal(new LogEntry(2, LogEntryKind.Readings, "node-1", NodeUnderTest.NewYear, entries[1].Body), entries[1]);
        Assert.Equal(block.Bytes, entries[1].Body);
    }

    [Fact]
    public async Task A_block_that_comes_again_is_known_by_its_first_entry()
    {
        using var store = new StoreUnderTest();
        IncomingBlock[] blocks = [_node.Layout(), _node.Block(Rows(1, 4)), _node.Events(1, (NodeUnderTest.NewYear, EventCode.Started, 255, 0, 1))];
        foreach (var block in blocks)
            Assert.False((await store.AppendAsync(block)).WasKnown);
        for (int restart = 0; restart < 2; restart++)
        {
            for (int i = 0; i < blocks.Length; i++)
                Assert.Equal(new Receipt(i + 1, true), await store.AppendAsync(blocks[i]));
            store.Reopen();
        }
        Assert.Equal(3, store.Log.LastEntry);
    }

    [Fact]
    public async Task Rows_that_are_all_held_are_known_however_they_are_cut_into_blocks()
    {
        using var store = new StoreUnderTest();
        var rows = Rows(1, 12);
        foreach (int first in new[] { 8, 0, 4 })
            Assert.False((await store.AppendAsync(_node.Block(rows.AsSpan(first, 4)))).WasKnown);
        Assert.Equal(new Receipt(2, true), await store.AppendAsync(_node.Block(rows)));
        Assert.Equal(new Receipt(2, true), await store.AppendAsync(_node.Block(rows.AsSpan(3, 5))));
        Assert.Equal(new Receipt(1, true), await store.AppendAsync(_node.Block(rows.AsSpan(11, 1))));
    }

    [Fact]
    public async Task Older_rows_that_come_after_a_restart_do_not_hide_what_is_held_above_them()
    {
        using var store = new StoreUnderTest();
        var above = _node.Block(Rows(20, 11));
        await store.AppendAsync(above);
        store.Reopen();
        Assert.Equal(new Receipt(2, false), await store.AppendAsync(_node.Block(Rows(1, 5))));
        Assert.Equal(new Receipt(1, true), await store.AppendAsync(above));
        Assert.Equal(new Receipt(3, false), await store.AppendAsync(_node.Block(Rows(31, 1))));
        Assert.Equal(new Receipt(1, true), await store.AppendAsync(_node.Block(Rows(25, 3))));
    }

    [Fact]
    public async Task A_block_that_is_held_in_part_is_kept_and_each_reading_counts_once()
    {
        using var store = new StoreUnderTest();
        var rows = Rows(1, 12);
        await store.AppendAsync(_node.Layout());
        await store.AppendAsync(_node.Block(rows.AsSpan(0, 6)));
        Assert.Equal(new Receipt(3, false), await store.AppendAsync(_node.Block(rows.AsSpan(3, 9))));
        Assert.Equal(12, (await store.ProjectedAsync()).Status().Readings);
    }

    [Fact]
    public async Task Blocks_of_other_nodes_epochs_and_kinds_are_not_taken_for_each_other()
    {
        using var store = new StoreUnderTest();
        var other = new NodeUnderTest("node-2", 0xA1, NodeUnderTest.Power("M1"));
        var later = new NodeUnderTest("node-1", 0xA2, NodeUnderTest.Power("M1"));
        foreach (var node in new[] { _node, other, later })
        {
            Assert.False((await store.AppendAsync(node.Block(Rows(1, 3)))).WasKnown);
            Assert.False((await store.AppendAsync(node.Events(1, (NodeUnderTest.NewYear, EventCode.Started, 255, 0, node.Epoch)))).WasKnown);
        }
    }

    [Fact]
    public async Task Other_readings_under_a_sequence_that_is_held_are_refused_and_nothing_is_kept()
    {
        using var store = new StoreUnderTest();
        await store.AppendAsync(_node.Layout());
        await store.AppendAsync(_node.Block(NodeUnderTest.QuarterHours(10, NodeUnderTest.NewYear, 1, 2, 3)));
        NodeRow[][] others =
        [
            NodeUnderTest.QuarterHours(10, NodeUnderTest.NewYear, 1, 2, 4),
            NodeUnderTest.QuarterHours(11, NodeUnderTest.NewYear, 2, 3, 4),
            NodeUnderTest.QuarterHours(8, NodeUnderTest.NewYear - 1_800, 0, 0, 1, 2, null, 9),
            [.. NodeUnderTest.QuarterHours(12, NodeUnderTest.NewYear + 1_800, 3, 4).Select(r => r with { Clock = ClockQuality.Unset })],
        ];
        foreach (var rows in others)
        {
            var e = await Assert.ThrowsAsync<SequenceConflictException>(() => store.AppendAsync(_node.Block(rows)));
            Assert.Contains("node-1", e.Message, StringComparison.Ordinal);
            Assert.Contains("cloned", e.Message, StringComparison.Ordinal);
        }
        Assert.Equal(2, store.Log.LastEntry);
        Assert.Equal(3, (await store.ProjectedAsync()).Status().Readings);
        Assert.Equal(new Receipt(3, false), await store.AppendAsync(_node.Block(NodeUnderTest.QuarterHours(13, NodeUnderTest.NewYear + 2_700, 4))));
    }

    [Fact]
    public async Task Readings_of_another_layout_under_a_sequence_that_is_held_are_refused()
    {
        using var store = new StoreUnderTest();
        await store.AppendAsync(_node.Block(Rows(1, 3)));
        var exchanged = new NodeUnderTest("node-1", 0xA1, NodeUnderTest.Power("M2"));
        await Assert.ThrowsAsync<SequenceConflictException>(() => store.AppendAsync(exchanged.Block(Rows(1, 3))));
    }

    [Fact]
    public async Task Two_layouts_that_share_a_name_by_chance_are_not_taken_for_each_other()
    {
        using var store = new StoreUnderTest();
        var layout = _node.Layout();
        await store.AppendAsync(layout);
        var other = new NodeUnderTest("node-1", 0xA1, NodeUnderTest.Power("M2")).Layout() with { Epoch = layout.Epoch };
        await Assert.ThrowsAsync<SequenceConflictException>(() => store.AppendAsync(other));
        var underNewKey = layout with { Bytes = [.. layout.Bytes[..^1], (byte)~layout.Bytes[^1]] };
        Assert.Equal(new Receipt(1, true), await store.AppendAsync(underNewKey));
    }

    [Fact]
    public async Task Other_events_under_a_sequence_that_is_held_are_refused()
    {
        using var store = new StoreUnderTest();
        await store.AppendAsync(_node.Events(1, (NodeUnderTest.NewYear, EventCode.Started, 255, 0, 1), (NodeUnderTest.NewYear, EventCode.MeterSilent, 0, 3, 0)));
        await Assert.ThrowsAsync<SequenceConflictException>(
            () => store.AppendAsync(_node.Events(2, (NodeUnderTest.NewYear, EventCode.MeterSilent, 0, 4, 0))));
    }

    [Fact]
    public async Task Blocks_that_wait_together_share_one_commit_and_a_conflict_among_them_harms_no_other()
    {
        using var store = new StoreUnderTest();
        using var held = new ManualResetEventSlim();
        store.Log.Committed += held.Wait;
        var first = store.AppendAsync(_node.Block(Rows(1, 1)));
        await Deadline.UntilAsync(() => store.Log.Commits == 1, "the first commit");
        var nodes = Enumerable.Range(0, 200).Select(i => new NodeUnderTest($"n-{i}", 1, NodeUnderTest.Power($"M{i}"))).ToArray();
        var waiting = nodes.Select(n => store.AppendAsync(n.Block(Rows(1, 2)))).ToList();
        var conflict = store.AppendAsync(_node.Block(NodeUnderTest.QuarterHours(1, NodeUnderTest.NewYear, 99)));
        var known = store.AppendAsync(_node.Block(Rows(1, 1)));
        held.Set();
        Assert.Equal(Enumerable.Range(2, 200).Select(i => new Receipt(i, false)), await Task.WhenAll(waiting));
        await Assert.ThrowsAsync<SequenceConflictException>(() => conflict);
        Assert.Equal(await first with { WasKnown = true }, await known);
        Assert.Equal(2, store.Log.Commits);
        Assert.Equal(201, store.Log.LastEntry);
    }

    [Fact]
    public async Task Many_publishers_at_once_each_get_the_entry_that_holds_their_block()
    {
        using var store = new StoreUnderTest();
        var blocks = Enumerable.Range(0, 200).Select(i => new NodeUnderTest($"n-{i}", 1, NodeUnderTest.Power("M")).Block(Rows(1, 2))).ToArray();
        var receipts = await Task.WhenAll(blocks.Select(b => Task.Run(() => store.AppendAsync(b))));
        Assert.Equal(Enumerable.Range(1, 200).Select(i => (long)i), receipts.Select(r => r.Entry).Order());
        Assert.InRange(store.Log.Commits, 1, 199);
        using var reader = new LogReader(store.Files);
        for (int i = 0; i < blocks.Length; i++)
            Assert.Equal(blocks[i].Node, reader.ReadOne(receipts[i].Entry).Node);
    }

    [Fact]
    public async Task The_registry_is_kept_when_it_changed_and_only_then()
    {
        using var store = new StoreUnderTest();
        var (a, b) = (StoreUnderTest.PointOf("A", "M1"), StoreUnderTest.PointOf("B", "M2"));
        Assert.False((await store.RegisterAsync(a)).WasKnown);
        Assert.True((await store.RegisterAsync(a)).WasKnown);
        Assert.False((await store.RegisterAsync(a, b)).WasKnown);
        store.Reopen();
        Assert.True((await store.RegisterAsync(a, b)).WasKnown);
        Assert.False((await store.RegisterAsync(a)).WasKnown);
        Assert.Equal(3, store.Log.LastEntry);
    }

    [Fact]
    public async Task A_store_that_was_closed_takes_nothing_and_says_so()
    {
        using var folder = new TempFolder();
        using var files = StoreFiles.Open(folder.Path);
        var log = new LogStore(files, TimeProvider.System);
        log.Dispose();
        var e = await Assert.ThrowsAsync<StoreUnavailableException>(() => log.AppendAsync(_node.Block(Rows(1, 1)), CancellationToken.None));
        Assert.Contains("stopping", e.Message, StringComparison.Ordinal);
    }

    private static NodeRow[] Rows(uint firstSequence, int count) => NodeUnderTest.QuarterHours(
        firstSequence, NodeUnderTest.NewYear + 900 * firstSequence, [.. Enumerable.Range((int)firstSequence, count).Select(i => (long?)i * 7)]);
}
