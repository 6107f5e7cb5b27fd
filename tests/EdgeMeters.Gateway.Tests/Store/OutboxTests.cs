using EdgeMeters.Gateway.Core;
using EdgeMeters.Gateway.Store;
using EdgeMeters.Wire;

namespace EdgeMeters.Gateway.Tests.Store;

public sealed class OutboxTests
{
    private readonly NodeUnderTest _node = new("node-1", 0xA1, NodeUnderTest.Power("M1"));

    [Fact]
    public async Task Every_interval_comes_once_and_in_order()
    {
        using var store = new StoreUnderTest();
        await store.RegisterAsync(StoreUnderTest.PointOf("P", "M1"));
        await store.AppendAsync([_node.Layout(), _node.Block(Quarters(1, 5)), _node.Block(Quarters(6, 1)), _node.Block(Quarters(7, 50))]);
        var items = await DrainAsync(store);
        Assert.Equal(Keys(1, 56), items.Select(i => i.Key));
        Assert.All(items, i => Assert.Equal((StoreUnderTest.PointOf("P", "M1"), Unit.Wh), (i.Point, i.Unit)));
        Assert.Equal([null, .. Enumerable.Repeat<long?>(1, 55)], items.Select(i => i.Interval.Consumption));
        Assert.Empty(await DrainAsync(store));
    }

    [Fact]
    public async Task What_is_not_settled_comes_again_under_the_same_keys_and_what_is_settled_does_not()
    {
        using var store = new StoreUnderTest();
        await store.RegisterAsync(StoreUnderTest.PointOf("P", "M1"));
        await store.AppendAsync([_node.Layout(), _node.Block(Quarters(1, 30)), _node.Block(Quarters(31, 30))]);
        var random = new Random(7);
        var settled = new List<string>();
        while (settled.Count < 60)
        {
            await store.ProjectedAsync();
            using (var outbox = new Outbox("utility", store.Files))
            {
                Assert.Equal(settled.Count == 0 ? null : $"at {settled.Count}", outbox.Position);
                var batch = outbox.Next(store.Projector.Entry);
                Assert.Equal(Keys(settled.Count + 1, 60 - settled.Count), batch.Select(i => i.Item.Key));
                int taken = random.Next(1, batch.Count + 1);
                settled.AddRange(batch.Take(taken).Select(i => i.Item.Key));
                await SettleAsync(store, outbox, batch[taken - 1], $"at {settled.Count}");
                Assert.Equal(batch.Skip(taken).Select(i => i.Item.Key), outbox.Next(store.Projector.Entry).Select(i => i.Item.Key));
            }
            store.Reopen(removeViews: random.Next(3) == 0);
        }
        Assert.Equal(Keys(1, 60), settled);
        Assert.Empty(await DrainAsync(store));
    }

    [Fact]
    public async Task A_batch_is_bounded_and_goes_on_within_an_entry()
    {
        using var store = new StoreUnderTest();
        await store.RegisterAsync(StoreUnderTest.PointOf("P", "M1"));
        await store.AppendAsync([_node.Layout(), _node.Block(Quarters(1, 3_000)), _node.Block(Quarters(3_001, 10))]);
        await store.ProjectedAsync();
        using var outbox = new Outbox("utility", store.Files);
        foreach (var (first, count) in new[] { (1, 1_000), (1_001, 1_000), (2_001, 1_000), (3_001, 10) })
        {
            var batch = outbox.Next(store.Projector.Entry);
            Assert.Equal(Keys(first, count), batch.Select(i => i.Item.Key));
            await SettleAsync(store, outbox, batch[^1], null);
        }
        Assert.Empty(outbox.Next(store.Projector.Entry));
        Assert.Equal(store.Log.LastEntry, outbox.Reached);
    }

    [Fact]
    public async Task Nothing_is_sent_that_the_projections_have_not_taken_in()
    {
        using var store = new StoreUnderTest();
        await store.RegisterAsync(StoreUnderTest.PointOf("P", "M1"));
        await store.AppendAsync([_node.Layout(), _node.Block(Quarters(1, 5)), _node.Block(Quarters(6, 5))]);
        await store.ProjectedAsync();
        using var outbox = new Outbox("utility", store.Files);
        Assert.Empty(outbox.Next(2));
        Assert.Equal(Keys(1, 5), outbox.Next(3).Select(i => i.Item.Key));
        Assert.Equal(Keys(1, 10), outbox.Next(4).Select(i => i.Item.Key));
    }

    [Fact]
    public async Task Destinations_do_not_know_of_each_other()
    {
        using var store = new StoreUnderTest();
        await store.RegisterAsync(StoreUnderTest.PointOf("P", "M1"));
        await store.AppendAsync([_node.Layout(), _node.Block(Quarters(1, 5))]);
        Assert.Equal(5, (await DrainAsync(store, "one")).Count);
        Assert.Equal(5, (await DrainAsync(store, "two")).Count);
    }

    [Fact]
    public async Task Readings_that_waited_for_their_layout_come_with_it()
    {
        using var store = new StoreUnderTest();
        await store.RegisterAsync(StoreUnderTest.PointOf("P", "M1"));
        await store.AppendAsync([_node.Block(Quarters(1, 5)), _node.Block(Quarters(6, 5))]);
        Assert.Empty(await DrainAsync(store));
        await store.AppendAsync([_node.Layout(), _node.Block(Quarters(11, 2))]);
        Assert.Equal(Keys(1, 12), (await DrainAsync(store)).Select(i => i.Key));
    }

    [Fact]
    public async Task Readings_that_waited_for_their_layout_while_their_meter_got_a_point_come_with_the_layout()
    {
        using var store = new StoreUnderTest();
        await store.AppendAsync(_node.Block(Quarters(1, 5)));
        await store.RegisterAsync(StoreUnderTest.PointOf("P", "M1"));
        Assert.Empty(await DrainAsync(store));
        await store.AppendAsync(_node.Layout());
        Assert.Equal(Keys(1, 5), (await DrainAsync(store)).Select(i => i.Key));
    }

    [Fact]
    public async Task Readings_of_a_meter_without_a_point_come_once_it_has_one()
    {
        using var store = new StoreUnderTest();
        await store.AppendAsync([_node.Layout(), _node.Block(Quarters(1, 5))]);
        Assert.Empty(await DrainAsync(store));
        await store.RegisterAsync(StoreUnderTest.PointOf("P", "M1"));
        await store.AppendAsync(_node.Block(Quarters(6, 3)));
        Assert.Equal(Keys(1, 8), (await DrainAsync(store)).Select(i => i.Key));
        // A registry that changed elsewhere brings nothing again.
        await store.RegisterAsync(StoreUnderTest.PointOf("P", "M1"), StoreUnderTest.PointOf("Q", "M2"));
        Assert.Empty(await DrainAsync(store));
    }

    [Fact]
    public async Task A_registry_and_its_readings_may_all_have_come_before_anyone_asks()
    {
        using var store = new StoreUnderTest();
        await store.AppendAsync([_node.Layout(), _node.Block(Quarters(1, 5))]);
        await store.RegisterAsync(StoreUnderTest.PointOf("P", "M1"));
        await store.AppendAsync(_node.Block(Quarters(6, 5)));
        await store.RegisterAsync(StoreUnderTest.PointOf("P", "M1"), StoreUnderTest.PointOf("Q", "M2"));
        Assert.Equal(Keys(1, 10), (await DrainAsync(store)).Select(i => i.Key));
    }

    [Fact]
    public async Task A_meter_that_moved_brings_the_new_point_nothing_of_the_old_ones_and_late_readings_go_to_the_old()
    {
        using var store = new StoreUnderTest();
        await store.RegisterAsync(StoreUnderTest.PointOf("P", "M1"));
        await store.AppendAsync([_node.Layout(), _node.Block(Quarters(1, 2))]);
        // Readings 3 and 4 were made before the move and are sent after it: the node was out of reach.
        store.Time.Advance(TimeSpan.FromSeconds(900 * 4));
        await store.RegisterAsync(StoreUnderTest.PointOf("P", "M9"), StoreUnderTest.PointOf("Q", "M1"));
        await store.AppendAsync(_node.Block(Quarters(3, 5)));
        var items = await DrainAsync(store);
        Assert.Equal(Keys(1, 7), items.Select(i => i.Key));
        Assert.Equal(["P", "P", "P", "P", "Q", "Q", "Q"], items.Select(i => i.Point.Id));
    }

    [Fact]
    public async Task The_backlog_of_a_meter_that_was_exchanged_meanwhile_still_goes_to_its_point()
    {
        using var store = new StoreUnderTest();
        await store.RegisterAsync(StoreUnderTest.PointOf("P", "M1"));
        await store.AppendAsync([_node.Layout(), _node.Block(Quarters(1, 2))]);
        store.Time.Advance(TimeSpan.FromSeconds(900 * 10));
        await store.RegisterAsync(StoreUnderTest.PointOf("P", "M2"));
        var exchanged = new NodeUnderTest("node-1", 0xA1, NodeUnderTest.Power("M2"));
        await store.AppendAsync([_node.Block(Quarters(3, 4)), exchanged.Layout(), exchanged.Block(Quarters(7, 2))]);
        var items = await DrainAsync(store);
        Assert.Equal(Keys(1, 8), items.Select(i => i.Key));
        Assert.Equal([.. Enumerable.Repeat("M1", 6), "M2", "M2"], items.Select(i => i.Point.MeterSerial));
        Assert.All(items, i => Assert.Equal("P", i.Point.Id));
    }

    [Fact]
    public async Task A_block_that_was_made_again_after_a_lost_receipt_brings_only_what_is_new()
    {
        using var store = new StoreUnderTest();
        await store.RegisterAsync(StoreUnderTest.PointOf("P", "M1"));
        await store.AppendAsync([_node.Layout(), _node.Block(Quarters(1, 5)), _node.Block(Quarters(3, 6)), _node.Block(Quarters(1, 9))]);
        Assert.Equal(Keys(1, 9), (await DrainAsync(store)).Select(i => i.Key));
    }

    [Fact]
    public async Task A_late_block_brings_its_own_intervals_and_corrects_the_one_after_it()
    {
        using var store = new StoreUnderTest();
        await store.RegisterAsync(StoreUnderTest.PointOf("P", "M1"));
        await store.AppendAsync([_node.Layout(), _node.Block(Quarters(1, 2)), _node.Block(Quarters(5, 2))]);
        var before = await DrainAsync(store);
        Assert.Equal((3L, IntervalQuality.Gap), (before[2].Interval.Consumption, before[2].Interval.Quality));
        await store.AppendAsync(_node.Block(Quarters(3, 2)));
        var after = await DrainAsync(store);
        Assert.Equal(Keys(3, 2), after.Take(2).Select(i => i.Key));
        Assert.Equal((Id(5), 1L, IntervalQuality.Valid), ($"{after[2].Interval.Id}", after[2].Interval.Consumption, after[2].Interval.Quality));
        // While rows lack it counts less than what any gateway says that has them.
        Assert.True(before[2].Revision is > ForwardItem.BeginUnknown and < ForwardItem.First && after[2].Revision > ForwardItem.First);
        await AssertHeadEndAddsUpAsync(store, [.. before, .. after]);
    }

    [Fact]
    public async Task What_lacks_rows_counts_less_than_what_a_gateway_said_that_had_them()
    {
        using var lost = new StoreUnderTest();
        await lost.RegisterAsync(StoreUnderTest.PointOf("P", "M1"));
        await lost.AppendAsync([_node.Layout(), _node.Block(Quarters(1, 6))]);
        var said = await DrainAsync(lost);
        // The journal no longer has rows 3 and 4 to give to the gateway that takes the lost one's place, which is later and has rows 5 and 6 first.
        using var blank = new StoreUnderTest();
        blank.Time.Advance(TimeSpan.FromDays(20));
        await blank.RegisterAsync(StoreUnderTest.PointOf("P", "M1"));
        await blank.AppendAsync([_node.Layout(), _node.Block(Quarters(5, 2))]);
        var again = await DrainAsync(blank);
        await blank.AppendAsync(_node.Block(Quarters(1, 2)));
        again.AddRange(await DrainAsync(blank));
        Assert.Equal([ForwardItem.BeginUnknown, ForwardItem.First], again.Take(2).Select(i => i.Revision));
        Assert.Equal(3, again.Where(i => i.Interval.Id.Sequence == 5).MaxBy(i => i.Revision)!.Interval.Consumption);
        var kept = said.Concat(again).GroupBy(i => i.Interval.Id).Select(g => g.MaxBy(i => i.Revision)!.Interval);
        Assert.Equal(5, kept.Sum(i => i.Consumption));
    }

    [Fact]
    public async Task A_correction_reaches_past_missing_readings_to_the_interval_that_carries_the_consumption()
    {
        using var store = new StoreUnderTest();
        await store.RegisterAsync(StoreUnderTest.PointOf("P", "M1"));
        await store.AppendAsync([_node.Layout(), _node.Block(Quarters(1, 1)), _node.Block(NodeUnderTest.QuarterHours(3, NodeUnderTest.NewYear + 2_700, null, null, 50, 60))]);
        var before = await DrainAsync(store);
        await store.AppendAsync(_node.Block(NodeUnderTest.QuarterHours(2, NodeUnderTest.NewYear + 1_800, 20)));
        var after = await DrainAsync(store);
        Assert.Equal([2u, 3u, 4u, 5u], after.Select(i => i.Interval.Id.Sequence));
        Assert.Equal(30, after[3].Interval.Consumption);
        await AssertHeadEndAddsUpAsync(store, [.. before, .. after]);
    }

    [Fact]
    public async Task A_block_that_fills_in_before_rows_held_already_corrects_those_rows()
    {
        using var store = new StoreUnderTest();
        await store.RegisterAsync(StoreUnderTest.PointOf("P", "M1"));
        await store.AppendAsync([_node.Layout(), _node.Block(Quarters(1, 1)), _node.Block(Quarters(4, 3))]);
        var before = await DrainAsync(store);
        await store.AppendAsync(_node.Block(Quarters(2, 5)));
        var after = await DrainAsync(store);
        Assert.Equal(Keys(2, 2), after.Take(2).Select(i => i.Key));
        Assert.Contains(after, i => i.Interval.Id.Sequence == 4 && i.Revision > 0 && i.Interval.Consumption == 1);
        Assert.Equal(after.Count, after.Select(i => i.Key).Distinct().Count());
        await AssertHeadEndAddsUpAsync(store, [.. before, .. after]);
    }

    [Fact]
    public async Task Readings_that_waited_correct_under_a_revision_above_all_before()
    {
        using var store = new StoreUnderTest();
        var earlier = new NodeUnderTest("node-1", 0x77, NodeUnderTest.Power("M1"), NodeUnderTest.Power("M2"));
        await store.RegisterAsync(StoreUnderTest.PointOf("P", "M1"));
        await store.AppendAsync(earlier.Block([.. Quarters(3, 1).Select(r => r with { Registers = [3, 9] })]));
        await store.AppendAsync([_node.Layout(), _node.Block(Quarters(7, 1)), _node.Block(Quarters(5, 1))]);
        var before = await DrainAsync(store);
        await store.AppendAsync(earlier.Layout());
        var after = await DrainAsync(store);
        Assert.True(after.Single(i => i.Interval.Id.Sequence == 5).Revision > before.Where(i => i.Interval.Id.Sequence == 5).Max(i => i.Revision));
        await AssertHeadEndAddsUpAsync(store, [.. before, .. after]);
    }

    [Fact]
    public Task Whatever_order_blocks_come_in_the_head_end_ends_with_what_the_gateway_shows() => CheckAnyOrderAsync(Random.Shared.Next());

    [Fact]
    public Task An_entry_that_was_settled_whole_is_not_looked_at_again_though_it_would_correct_more_now() => CheckAnyOrderAsync(1916711344);

    private async Task CheckAnyOrderAsync(int seed)
    {
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        for (int round = 0; round < 12; round++)
        {
            var random = new Random(seed + round);
            using var store = new StoreUnderTest();
            await store.RegisterAsync(StoreUnderTest.PointOf("P", "M1"));
            var items = new List<ForwardItem>();
            var rows = NodeUnderTest.QuarterHours(1, NodeUnderTest.NewYear + 900, [.. Enumerable.Range(1, 120).Select(i => random.Next(6) == 0 ? null : (long?)i * 3)]);
            var blocks = new List<IncomingBlock> { _node.Layout() };
            for (int i = 0; i < 25; i++)
            {
                int first = random.Next(0, 110);
                blocks.Add(_node.BlockFrom(rows, first, random.Next(1, 20)));
            }
            blocks.Add(_node.Block(rows));
            foreach (var block in random.Next(2) == 0 ? blocks : [.. blocks.OrderBy(_ => random.Next())])
            {
                await store.AppendAsync(block);
                if (random.Next(3) == 0)
                    items.AddRange(await DrainAsync(store));
            }
            items.AddRange(await DrainAsync(store));
            Assert.Equal(items.Count, items.Select(i => i.Key).Distinct().Count());
            Assert.Equal(120, items.Select(i => i.Interval.Id).Distinct().Count());
            await AssertHeadEndAddsUpAsync(store, items);
        }
    }

    private static string Id(int sequence) => new ReadingId("node-1", 0xA1, (uint)sequence, 0).ToString();

    private static IEnumerable<string> Keys(int firstSequence, int count) => Enumerable.Range(firstSequence, count).Select(i => Id(i) + "@0");

    private static NodeRow[] Quarters(uint firstSequence, int count) => NodeUnderTest.QuarterHours(
        firstSequence, NodeUnderTest.NewYear + 900 * firstSequence, [.. Enumerable.Range((int)firstSequence, count).Select(i => (long?)i)]);

    // A head-end keeps of each interval the highest revision; it must then say what the gateway says. How long a period is may become known
    // after an interval was sent; whether that was longer is then not sent again.
    private static async Task AssertHeadEndAddsUpAsync(StoreUnderTest store, List<ForwardItem> received)
    {
        var kept = received.GroupBy(i => i.Interval.Id).Select(g => g.MaxBy(i => i.Revision)!.Interval).OrderBy(i => i.EndUtcSeconds).ThenBy(i => i.Id.Sequence);
        var shown = (await store.ProjectedAsync()).Intervals("P", 0, uint.MaxValue);
        Assert.Equal(shown.Select(WithoutGap), kept.Select(WithoutGap));
    }

    private static IntervalReading WithoutGap(IntervalReading interval) => interval with { Quality = interval.Quality & ~IntervalQuality.Gap };

    private static async Task<List<ForwardItem>> DrainAsync(StoreUnderTest store, string destination = "utility")
    {
        await store.ProjectedAsync();
        using var outbox = new Outbox(destination, store.Files);
        var items = new List<ForwardItem>();
        while (outbox.Next(store.Projector.Entry) is { Count: > 0 } batch)
        {
            items.AddRange(batch.Select(i => i.Item));
            await SettleAsync(store, outbox, batch[^1], null, destination);
        }
        Assert.Equal(store.Log.LastEntry, outbox.Reached);
        return items;
    }

    private static async Task SettleAsync(StoreUnderTest store, Outbox outbox, OutboxItem last, string? position, string destination = "utility")
    {
        await store.Log.SettleAsync(new Settlement(destination, last.Entry, last.Items, 1, position, []), CancellationToken.None);
        outbox.Settle(last, position);
    }
}
