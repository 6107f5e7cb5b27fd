using EdgeMeters.Gateway.Core;
using EdgeMeters.Gateway.Store;
using EdgeMeters.Wire;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeMeters.Gateway.Tests.Store;

public sealed class ProjectionTests
{
    private const uint Day = 86_400;

    private readonly NodeUnderTest _node = new("node-1", 0xA1, NodeUnderTest.Power("M1"));

    [Fact]
    public async Task Readings_that_come_before_their_layout_wait_for_it()
    {
        using var store = new StoreUnderTest();
        await store.RegisterAsync(StoreUnderTest.PointOf("P", "M1"));
        await store.AppendAsync(_node.Block(Quarters(1, 4)));
        var queries = await store.ProjectedAsync();
        Assert.Equal(0, queries.Status().Readings);
        Assert.Null(queries.Point("P")!.Last);
        Assert.Empty(queries.UnassignedMeters(100));
        await store.AppendAsync(_node.Layout());
        queries = await store.ProjectedAsync();
        Assert.Equal(4, queries.Status().Readings);
        Assert.Equal([1, 2, 3, 4], queries.Intervals("P", 0, uint.MaxValue).Select(i => i.Register!.Value));
    }

    [Fact]
    public async Task Readings_whose_number_of_channels_is_not_the_layouts_are_never_attributed()
    {
        using var store = new StoreUnderTest();
        await store.RegisterAsync(StoreUnderTest.PointOf("P", "M1"));
        await store.AppendAsync(_node.Layout());
        var forged = _node.Block([.. Quarters(1, 3).Select(r => r with { Registers = [1, 2] })]);
        await store.AppendAsync(forged);
        await store.AppendAsync(_node.Block(Quarters(4, 2)));
        Assert.Equal(2, (await store.ProjectedAsync()).Status().Readings);
    }

    [Fact]
    public async Task A_backlog_is_folded_in_over_several_transactions_and_nothing_of_it_is_lost_between_them()
    {
        const int Blocks = 7, Channels = Limits.ChannelsMax, Rows = Limits.ReadingsPerBlockMax / Channels;
        using var store = new StoreUnderTest();
        var node = new NodeUnderTest("node-2", 0xA2, [.. Enumerable.Range(1, Channels).Select(c => NodeUnderTest.Power($"M{c}"))]);
        await store.RegisterAsync(StoreUnderTest.PointOf("P", "M1"), StoreUnderTest.PointOf("Q", $"M{Channels}"));
        await store.AppendAsync(node.Layout());
        // A reading a day: every one of them is a day of its own in the projections.
        for (int i = 0; i < Blocks; i++)
        {
            await store.AppendAsync(node.Block([.. Enumerable.Range(i * Rows, Rows).Select(row => new NodeRow(
                (uint)row + 1, Day * ((uint)row + 1), [.. Enumerable.Range(1, Channels).Select(c => (long?)(c * row))]))]));
        }
        using var projector = new Projector(store.Files, store.Log, NullLogger<Projector>.Instance, isStepped: true);
        Assert.True(projector.Step());
        Assert.InRange(projector.Entry, 3, store.Log.LastEntry - 1);
        while (projector.Step())
        {
            // Until all is folded in.
        }
        Assert.Null(projector.Error);
        Assert.Equal(Blocks * Rows * Channels, store.Queries.Status().Readings);
        Assert.Equal(Enumerable.Range(0, Blocks * Rows).Select(row => (long?)row), store.Queries.Intervals("P", 0, uint.MaxValue).Select(i => i.Register));
        var intervals = store.Queries.Intervals("Q", 0, uint.MaxValue);
        Assert.Equal(Blocks * Rows, intervals.Count);
        Assert.All(intervals.Skip(1), i => Assert.Equal(Channels, i.Consumption));
    }

    [Fact]
    public async Task All_points_are_walked_over_in_the_order_of_their_ids_each_with_its_own_intervals()
    {
        using var store = new StoreUnderTest();
        string[] ids = [.. Enumerable.Range(0, 600).Select(n => $"P{n:d3}")];
        await store.RegisterAsync([.. ids.Reverse().Select(id => StoreUnderTest.PointOf(id, "M" + id))]);
        // Some have readings, most have none, and one meter serves nobody.
        string[] read = ["P000", "P255", "P256", "P511", "P599"];
        var node = new NodeUnderTest("node-2", 0xA2, [.. read.Append("X").Select(id => NodeUnderTest.Power("M" + id))]);
        await store.AppendAsync(node.Layout());
        await store.AppendAsync(node.Block([.. Enumerable.Range(0, 200).Select(r => new NodeRow((uint)r + 1, NodeUnderTest.NewYear + 900 * (uint)r, [r, 2 * r, 3 * r, 4 * r, 5 * r, 6 * r]))]));
        var queries = await store.ProjectedAsync();
        uint from = NodeUnderTest.NewYear + 9_000, to = NodeUnderTest.NewYear + 100_000;
        var all = queries.IntervalsOfAll(from, to).ToList();
        Assert.Equal(ids, all.Select(p => p.PointId));
        Assert.All(all, p => Assert.Equal(queries.Intervals(p.PointId, from, to), p.Intervals));
        Assert.Equal(read, all.Where(p => p.Intervals.Count > 0).Select(p => p.PointId));
        Assert.Equal([1, 2, 3, 4, 5], all.Where(p => p.Intervals.Count > 0).Select(p => p.Intervals[^1].Consumption!.Value));
    }

    [Fact]
    public async Task A_meter_without_a_point_is_listed_until_the_registry_names_it()
    {
        using var store = new StoreUnderTest();
        await store.AppendAsync(_node.Layout());
        await store.AppendAsync(_node.Block(Quarters(1, 5)));
        var queries = await store.ProjectedAsync();
        Assert.Equal([new UnassignedMeter("M1", "1-0:1.8.0", "node-1", 5)], queries.UnassignedMeters(100));
        Assert.Throws<KeyNotFoundException>(() => queries.Intervals("P", 0, uint.MaxValue));
        Assert.Throws<KeyNotFoundException>(() => queries.Consumption("P", 0, uint.MaxValue, 3_600, 0));
        Assert.Null(queries.Point("P"));

        await store.RegisterAsync(StoreUnderTest.PointOf("P", "M1"), StoreUnderTest.PointOf("Q", "M2"));
        queries = await store.ProjectedAsync();
        Assert.Empty(queries.UnassignedMeters(100));
        Assert.Equal(5, queries.Intervals("P", 0, uint.MaxValue).Count);
        Assert.Empty(queries.Intervals("Q", 0, uint.MaxValue));
        Assert.Equal(["P", "Q"], queries.Points(PointSearch.All, "", 100).Select(p => p.Point.Id));
        var status = queries.Point("P")!;
        Assert.Equal((Unit.Wh, 900, 5L, "node-1"), (status.Unit, status.PeriodSeconds, status.Last!.Register, status.Node));
        Assert.Equal(new PointStatus(StoreUnderTest.PointOf("Q", "M2"), null, 0, null, null), queries.Point("Q"));
    }

    [Fact]
    public async Task A_point_whose_meter_was_exchanged_keeps_the_readings_of_both_and_takes_no_difference_across()
    {
        using var store = new StoreUnderTest();
        await store.RegisterAsync(StoreUnderTest.PointOf("P", "M1"));
        await store.AppendAsync(_node.Layout());
        await store.AppendAsync(_node.Block(NodeUnderTest.QuarterHours(1, NodeUnderTest.NewYear, 7_000, 7_010, 7_020)));
        store.Time.Advance(TimeSpan.FromSeconds(2_000));
        await store.RegisterAsync(StoreUnderTest.PointOf("P", "M2"));
        var exchanged = new NodeUnderTest("node-1", 0xA1, NodeUnderTest.Power("M2"));
        await store.AppendAsync(exchanged.Layout());
        await store.AppendAsync(exchanged.Block(NodeUnderTest.QuarterHours(4, NodeUnderTest.NewYear + 2_700, 3, 5)));
        var intervals = (await store.ProjectedAsync()).Intervals("P", 0, uint.MaxValue);
        Assert.Equal([null, 10L, 10L, null, 2L], intervals.Select(i => i.Consumption));
        Assert.Equal(IntervalQuality.First, intervals[3].Quality);
        Assert.Equal(5, store.Queries.Point("P")!.Last!.Register);
    }

    [Fact]
    public async Task A_meter_that_moves_to_another_point_leaves_its_readings_with_the_first()
    {
        using var store = new StoreUnderTest();
        await store.RegisterAsync(StoreUnderTest.PointOf("P", "M1"));
        await store.AppendAsync(_node.Layout());
        await store.AppendAsync(_node.Block(NodeUnderTest.QuarterHours(1, NodeUnderTest.NewYear + 900, 10, 20, 30)));
        store.Time.Advance(TimeSpan.FromSeconds(3_000));
        await store.RegisterAsync(StoreUnderTest.PointOf("P", "M2"), StoreUnderTest.PointOf("Q", "M1"));
        var queries = await store.ProjectedAsync();
        Assert.Equal([10L, 20L, 30L], queries.Intervals("P", 0, uint.MaxValue).Select(i => i.Register!.Value));
        Assert.Empty(queries.Intervals("Q", 0, uint.MaxValue));
        Assert.Null(queries.Point("Q")!.Last);
        await store.AppendAsync(_node.Block(NodeUnderTest.QuarterHours(4, NodeUnderTest.NewYear + 3_600, 40, 50)));
        queries = await store.ProjectedAsync();
        Assert.Equal(3, queries.Intervals("P", 0, uint.MaxValue).Count);
        Assert.Equal([40L, 50L], queries.Intervals("Q", 0, uint.MaxValue).Select(i => i.Register!.Value));
        Assert.Equal(50, queries.Point("Q")!.Last!.Register);
    }

    [Fact]
    public async Task A_point_that_was_taken_out_and_put_back_has_each_reading_once()
    {
        using var store = new StoreUnderTest();
        var point = StoreUnderTest.PointOf("P", "M1");
        await store.AppendAsync(_node.Layout());
        for (uint i = 0; i < 6; i++)
        {
            await (i % 2 == 0 ? store.RegisterAsync(point) : store.RegisterAsync());
            await store.AppendAsync(_node.Block(Quarters(1 + 3 * i, 3)));
            store.Time.Advance(TimeSpan.FromSeconds(2_700));
        }
        await store.RegisterAsync(point);
        var intervals = (await store.ProjectedAsync()).Intervals("P", 0, uint.MaxValue);
        Assert.Equal(Enumerable.Range(1, 18).Select(i => (uint)i), intervals.Select(i => i.Id.Sequence));
    }

    [Fact]
    public async Task A_reading_at_midnight_is_there_in_the_range_that_ends_at_midnight_and_not_in_the_next()
    {
        using var store = new StoreUnderTest();
        await FillAsync(store, Quarters(1, 192));
        var queries = await store.ProjectedAsync();
        var first = queries.Intervals("P", NodeUnderTest.NewYear, NodeUnderTest.NewYear + Day);
        var second = queries.Intervals("P", NodeUnderTest.NewYear + Day, NodeUnderTest.NewYear + 2 * Day);
        Assert.Equal((1u, 96u, 97u, 192u), (first[0].Id.Sequence, first[^1].Id.Sequence, second[0].Id.Sequence, second[^1].Id.Sequence));
        Assert.All(second, i => Assert.Equal((1L, 900L, IntervalQuality.Valid), (i.Consumption, i.Seconds, i.Quality)));
        Assert.Empty(queries.Intervals("P", NodeUnderTest.NewYear + 2 * Day, uint.MaxValue));
        Assert.Empty(queries.Intervals("P", 100, 100));
        Assert.Empty(queries.Intervals("P", NodeUnderTest.NewYear + 900, NodeUnderTest.NewYear));
    }

    [Fact]
    public async Task However_a_time_is_cut_into_ranges_the_same_intervals_come()
    {
        using var store = new StoreUnderTest();
        // With gaps, missing readings, a clock set back and one that ran free.
        long?[] registers = [.. Enumerable.Range(0, 300).Select(i => i % 11 < 2 ? null : (long?)(i * i))];
        var rows = NodeUnderTest.QuarterHours(1, NodeUnderTest.NewYear + 900, registers).Select((r, i) => r with
        {
            EndUtcSeconds = r.EndUtcSeconds + (i > 120 ? 36_000u : 0) - (i > 200 ? 9_000u : 0),
            Clock = i is > 50 and < 60 ? ClockQuality.Holdover : ClockQuality.Synchronised,
        }).ToArray();
        await FillAsync(store, rows);
        var queries = await store.ProjectedAsync();
        var whole = queries.Intervals("P", 0, uint.MaxValue);
        Assert.Equal(300, whole.Count);
        foreach (uint step in new uint[] { 900, 4_500, 20_000, Day })
        {
            var parts = new List<IntervalReading>();
            for (uint from = NodeUnderTest.NewYear; from < NodeUnderTest.NewYear + 5 * Day; from += step)
                parts.AddRange(queries.Intervals("P", from, from + step));
            Assert.Equal(whole, parts);
        }
        Assert.Equal(299L * 299, whole.Sum(i => i.Consumption ?? 0) + whole.First(i => i.Register != null).Register!.Value);
    }

    // 1970, the year after, and beyond 2^31.
    [Theory]
    [InlineData(900u)]
    [InlineData(NodeUnderTest.NewYear + 365 * Day + 4_500)]
    [InlineData(4_291_747_500u)]
    public async Task A_reading_that_a_wrong_clock_put_alone_on_another_day_is_measured_by_its_sequence(uint wrongEnd)
    {
        var rows = Quarters(1, 10).Select(r => r with { Registers = [r.Sequence * r.Sequence] }).ToArray();
        rows[4] = rows[4] with { EndUtcSeconds = wrongEnd };
        IncomingBlock[] blocks = [_node.Block(rows.AsSpan(0, 4)), _node.Block(rows.AsSpan(4, 1)), _node.Block(rows.AsSpan(5, 3))];
        int[][] orders = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];
        foreach (int[] order in orders)
        {
            using var store = new StoreUnderTest();
            await FillAsync(store, []);
            foreach (int i in order)
                await store.AppendAsync(blocks[i]);
            await AssertMeasuredBySequenceAsync(store, rows[..8], wrongEnd);

            // Again, and cut otherwise: nothing of it is new.
            string[] views = store.DumpViews();
            foreach (var again in blocks.Append(_node.Block(rows.AsSpan(2, 2))))
                Assert.True((await store.AppendAsync(again)).WasKnown);
            await store.ProjectedAsync();
            Assert.Equal(views, store.DumpViews());

            // Half of this is.
            await store.AppendAsync(_node.Block(rows.AsSpan(6, 4)));
            await AssertMeasuredBySequenceAsync(store, rows, wrongEnd);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(96)]
    public async Task A_node_that_was_off_leaves_a_gap_that_is_stated_however_it_cuts_its_blocks(int rowsPerBlock)
    {
        using var store = new StoreUnderTest();
        // On until midnight, once at 00:15, off until 10:00.
        var before = Quarters(1, 96);
        NodeRow[] rows =
        [
            .. before, new(97, NodeUnderTest.NewYear + Day + 900, [97]), new(98, NodeUnderTest.NewYear + Day + 36_000, [120]),
            .. NodeUnderTest.QuarterHours(99, NodeUnderTest.NewYear + Day + 36_900, 121, 122, 123),
        ];
        await FillAsync(store, rows, rowsPerBlock);
        var intervals = (await store.ProjectedAsync()).Intervals("P", NodeUnderTest.NewYear + 900, uint.MaxValue);
        var gap = Assert.Single(intervals, i => i.Quality != IntervalQuality.Valid);
        Assert.Equal((98u, IntervalQuality.Gap, 23L, 35_100L), (gap.Id.Sequence, gap.Quality, gap.Consumption, gap.Seconds));
        Assert.Equal(900, store.Queries.Point("P")!.PeriodSeconds);
    }

    [Fact]
    public async Task A_day_that_is_left_out_of_daily_readings_is_a_gap()
    {
        using var store = new StoreUnderTest();
        await FillAsync(store, [.. new uint[] { 1, 2, 3, 5, 6 }.Select((day, i) => new NodeRow((uint)i + 1, NodeUnderTest.NewYear + day * Day, [day]))]);
        var intervals = (await store.ProjectedAsync()).Intervals("P", 0, uint.MaxValue);
        Assert.Equal([IntervalQuality.First, IntervalQuality.Valid, IntervalQuality.Valid, IntervalQuality.Gap, IntervalQuality.Valid], intervals.Select(i => i.Quality));
        Assert.Equal(86_400, store.Queries.Point("P")!.PeriodSeconds);
    }

    [Fact]
    public async Task A_late_block_of_another_epoch_is_put_in_its_place()
    {
        using var store = new StoreUnderTest();
        var earlier = new NodeUnderTest("node-1", 0x77, NodeUnderTest.Power("M1"));
        await FillAsync(store, NodeUnderTest.QuarterHours(1, NodeUnderTest.NewYear + 3_600, 40, 50, 60));
        await store.AppendAsync(earlier.Layout());
        await store.AppendAsync(earlier.Block(NodeUnderTest.QuarterHours(900, NodeUnderTest.NewYear + 900, 10, 20, 30)));
        var intervals = (await store.ProjectedAsync()).Intervals("P", 0, uint.MaxValue);
        Assert.Equal([10L, 20L, 30L, 40L, 50L, 60L], intervals.Select(i => i.Register!.Value));
        Assert.Equal(50, intervals.Sum(i => i.Consumption ?? 0));
        Assert.Equal(60, store.Queries.Point("P")!.Last!.Register);
    }

    [Fact]
    public async Task Events_come_newest_first_with_the_meter_they_concern()
    {
        using var store = new StoreUnderTest();
        await store.AppendAsync(_node.Layout());
        await store.AppendAsync(_node.Events(1, (NodeUnderTest.NewYear, EventCode.Started, EventBlock.WholeNode, -1, 1), (NodeUnderTest.NewYear + 5, EventCode.MeterSilent, 0, 3, 0)));
        await store.AppendAsync(_node.Events(3, (NodeUnderTest.NewYear + 9, EventCode.MeterBack, 0, 2, 0)));
        await store.AppendAsync(_node.Events(2, (NodeUnderTest.NewYear + 5, EventCode.MeterSilent, 0, 3, 0), (NodeUnderTest.NewYear + 9, EventCode.MeterBack, 0, 2, 0),
            (NodeUnderTest.NewYear + 10, EventCode.ClockSet, EventBlock.WholeNode, 4, 5)));
        var events = (await store.ProjectedAsync()).Events(10);
        Assert.Equal([4u, 3u, 2u, 1u], events.Select(e => e.Sequence));
        Assert.Equal([null, "M1", "M1", null], events.Select(e => e.MeterSerial));
        Assert.Equal(new NodeEvent("node-1", 0xA1, 1, NodeUnderTest.NewYear, EventCode.Started, null, -1, 1), events[3]);
        Assert.Equal(2, store.Queries.Events(2).Count);
    }

    [Fact]
    public async Task The_status_counts_what_is_there()
    {
        using var store = new StoreUnderTest();
        await store.RegisterAsync(StoreUnderTest.PointOf("P", "M1"));
        var two = new NodeUnderTest("node-2", 5, NodeUnderTest.Power("M2"), NodeUnderTest.Power("M3"));
        await store.AppendAsync([_node.Layout(), two.Layout(), _node.Block(Quarters(1, 4)), _node.Block(Quarters(3, 4)), _node.Events(1, (1, EventCode.Started, 255, 0, 0))]);
        await store.AppendAsync(two.Block([.. Quarters(1, 5).Select(r => r with { Registers = [r.Sequence, null] })]));
        store.Progress.Set("utility", 3, "away");
        var status = (await store.ProjectedAsync()).Status();
        Assert.Equal((6L, 16L, 0L, 2, null), (status.Blocks, status.Readings, status.BacklogBlocks, status.Nodes, status.Trouble));
        Assert.Equal([new ForwarderStatus("utility", 0, 0, 4, "away")], status.Forwarders);
        await store.Log.SettleAsync(new Settlement("utility", 5, 2, 7, "x", [new DeadLetter("a", "b")]), CancellationToken.None);
        await store.Log.SettleAsync(new Settlement("utility", 5, 3, 1, "x", []), CancellationToken.None);
        Assert.Equal([new ForwarderStatus("utility", 8, 1, 2, "away")], store.Queries.Status().Forwarders);
        Assert.Equal("full", new ViewQueries(store.Files, store.Progress, () => "full").Status().Trouble);
    }

    [Fact]
    public async Task A_year_of_one_point_is_35040_intervals_that_add_up()
    {
        using var store = new StoreUnderTest();
        const int count = 35_040;
        await store.RegisterAsync(StoreUnderTest.PointOf("P", "M1"));
        await store.AppendAsync(_node.Layout());
        var rows = NodeUnderTest.QuarterHours(1, NodeUnderTest.NewYear + 900, [.. Enumerable.Range(1, count).Select(i => (long?)i * 13)]);
        await Task.WhenAll(rows.Chunk(960).Select(chunk => store.AppendAsync(_node.Block(chunk))));
        var intervals = (await store.ProjectedAsync()).Intervals("P", NodeUnderTest.NewYear, NodeUnderTest.NewYear + 365 * Day);
        Assert.Equal(count, intervals.Count);
        Assert.Equal((count - 1) * 13L, intervals.Sum(i => i.Consumption ?? 0));
        Assert.All(intervals.Skip(1), i => Assert.Equal((13L, IntervalQuality.Valid), (i.Consumption, i.Quality)));
        var days = store.Queries.Consumption("P", NodeUnderTest.NewYear, NodeUnderTest.NewYear + 365 * Day, 86_400, 28_800);
        Assert.Equal(366, days.Count);
        Assert.Equal((count - 1) * 13L, days.Sum(d => d.Consumption));
        Assert.All(days.Skip(1).SkipLast(1), d => Assert.Equal((96, 86_400, 96 * 13L), (d.Intervals, d.CoveredSeconds, d.Consumption)));
    }

    /// <summary>Reading n shows n squared, and the fifth lies on another day by its label.</summary>
    private static async Task AssertMeasuredBySequenceAsync(StoreUnderTest store, NodeRow[] rows, uint wrongEnd)
    {
        var queries = await store.ProjectedAsync();
        var today = queries.Intervals("P", NodeUnderTest.NewYear, NodeUnderTest.NewYear + Day);
        var otherDay = Assert.Single(queries.Intervals("P", wrongEnd - 1, wrongEnd));
        Assert.Equal(rows.Select(r => r.Sequence).Where(s => s != 5), today.Select(i => i.Id.Sequence));
        // Each from the one before it by sequence, whatever the labels say; both ends of the jump are marked.
        bool isAhead = wrongEnd > NodeUnderTest.NewYear;
        var (jump, back) = isAhead ? (IntervalQuality.Gap, IntervalQuality.ClockDoubt) : (IntervalQuality.ClockDoubt, IntervalQuality.Gap);
        Assert.Equal((5u, 9L, jump, (long)wrongEnd - rows[3].EndUtcSeconds), (otherDay.Id.Sequence, otherDay.Consumption, otherDay.Quality, otherDay.Seconds));
        Assert.Equal((11L, back, (long)rows[5].EndUtcSeconds - wrongEnd), (today[4].Consumption, today[4].Quality, today[4].Seconds));
        Assert.Equal((4u, 5u), (otherDay.Begin!.Value.Sequence, today[4].Begin!.Value.Sequence));
        foreach (var interval in today.Where(i => i.Id.Sequence is not 1 and not 6))
            Assert.Equal((2L * interval.Id.Sequence - 1, IntervalQuality.Valid, 900L), (interval.Consumption, interval.Quality, interval.Seconds));
        Assert.Equal((null, IntervalQuality.First), (today[0].Consumption, today[0].Quality));

        // In the sum it is there once, on the day of its label.
        long turned = rows[^1].Registers[0]!.Value - 1;
        Assert.Equal(turned, today.Append(otherDay).Sum(i => i.Consumption ?? 0));
        Assert.Equal(turned, queries.Intervals("P", 0, uint.MaxValue).Sum(i => i.Consumption ?? 0));
        var days = queries.Consumption("P", 0, uint.MaxValue, 86_400, 0);
        Assert.Equal(isAhead ? [turned - 9, 9L] : [9L, turned - 9], days.Select(d => d.Consumption!.Value));
        Assert.All(days, d => Assert.InRange(d.CoveredSeconds, 0, 86_400));
        Assert.Equal(rows.Length, queries.Status().Readings);
    }

    private static NodeRow[] Quarters(uint firstSequence, int count) => NodeUnderTest.QuarterHours(
        firstSequence, NodeUnderTest.NewYear + 900 * firstSequence, [.. Enumerable.Range((int)firstSequence, count).Select(i => (long?)i)]);

    private async Task FillAsync(StoreUnderTest store, NodeRow[] rows, int rowsPerBlock = 50)
    {
        await store.RegisterAsync(StoreUnderTest.PointOf("P", "M1"));
        await store.AppendAsync(_node.Layout());
        for (int next = 0; next < rows.Length;)
        {
            var block = _node.BlockFrom(rows, next, rowsPerBlock);
            await store.AppendAsync(block);
            next += (int)(block.Last - block.First) + 1;
        }
    }
}
