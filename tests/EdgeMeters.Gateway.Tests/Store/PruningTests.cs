using EdgeMeters.Gateway.Core;
using EdgeMeters.Gateway.Core.LoadProfile;
using EdgeMeters.Gateway.Store;
using EdgeMeters.Wire;

namespace EdgeMeters.Gateway.Tests.Store;

/// <summary>Retention lets plain readings go and nothing else: sums, gaps, what comes late and what head-ends have stay what they would be without it.</summary>
public sealed class PruningTests
{
    private static readonly MeteringPoint[] Points = [StoreUnderTest.PointOf("P", "M1"), StoreUnderTest.PointOf("Q", "M2")];
    private static readonly TimeSpan Keep = TimeSpan.FromDays(200);

    [Fact]
    public async Task Of_a_plain_day_the_last_two_readings_stay_and_its_consumption()
    {
        using var house = new PruningHouse();
        var (before, day) = await FillAsync(house, days: 10);
        Assert.Equal(0, await house.PruneAsync(Keep));
        house.Store.Time.Advance(Keep);
        Assert.Equal(0, await house.PruneAsync(Keep, isClockRight: false));
        Assert.Equal(0, await house.PruneAsync(Keep, TimeSpan.FromDays(1)));
        house.Store.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.InRange(await house.PruneAsync(Keep), 700, 10 * 96);
        Assert.Equal(0, await house.PruneAsync(Keep));
        var after = house.Store.Queries.Intervals("P", 0, uint.MaxValue);
        AssertSameButPruned(before, after);
        Assert.Equal(day, house.Store.Queries.Consumption("P", 0, uint.MaxValue, 86_400, 28_800).Select(d => d.Consumption));
        var fifth = after.Where(i => i.EndUtcSeconds > At(4, 96) && i.EndUtcSeconds <= At(5, 96)).ToList();
        Assert.Equal([(95 * 900L, IntervalQuality.Pruned), (900L, IntervalQuality.Valid)], [.. fifth.Select(i => (i.Seconds, i.Quality))]);
        var status = house.Store.Queries.Status();
        Assert.Equal(10 * 96, status.Readings);
        Assert.InRange(status.Pruned, 700, 960);
    }

    [Theory]
    [InlineData("plain")]
    [InlineData("silent", 49, 50, 51, 52, 53, 54, 55)]
    [InlineData("fall", 49, 50, 51, 52, 53, 54)]
    [InlineData("leap", 49, 50, 51, 52, 53, 54)]
    [InlineData("gap", 49, 51, 52, 53, 54, 55)]
    [InlineData("off", 49, 50)]
    [InlineData("doubt", 49, 50, 51, 52, 53, 54, 55)]
    public async Task What_is_not_plain_stays_with_the_reading_before_it_and_an_hour_behind(string what, params int[] stay)
    {
        foreach (bool hasPoint in new[] { true, false })
        {
            using var house = new PruningHouse();
            var node = new NodeUnderTest("node-1", 0xA1, NodeUnderTest.Power("M1"));
            if (hasPoint)
                await house.Store.RegisterAsync(Points);
            var rows = PlainRows(0, 10 * 96);
            int at = (5 * 96) + 50 - 1;
            for (int i = at; i < rows.Length; i++)
            {
                rows[i] = what switch
                {
                    "silent" when i == at => rows[i] with { Registers = [null] },
                    "fall" when i == at => rows[i] with { Registers = [3] },
                    "leap" when hasPoint => rows[i] with { Registers = [rows[i].Registers[0] + 5_000_000] },
                    "off" => rows[i] with { EndUtcSeconds = rows[i].EndUtcSeconds + 5_400 },
                    "doubt" when i == at => rows[i] with { Clock = ClockQuality.Holdover },
                    _ => rows[i],
                };
            }
            NodeRow[] held = what == "gap" ? [.. rows[..at], .. rows[(at + 1)..]] : rows;
            await house.Store.AppendAsync([node.Layout(), .. Blocks(node, held, 40)]);
            await house.ForwardAsync();
            house.Store.Time.Advance(Keep + Keep);
            await house.PruneAsync(Keep);
            using var views = house.Store.Files.OpenViewsReader();
            using var series = new SeriesReader(views, new ChannelCatalog());
            int[] left = [.. series.Intervals(1, At(5, 24), At(5, 72)).Select(i => (int)i.Id.Sequence - (5 * 96))];
            Assert.Equal(what == "leap" && !hasPoint ? [] : stay, left);
        }
    }

    [Fact]
    public async Task Nothing_goes_that_a_destination_has_not_settled()
    {
        using var house = new PruningHouse();
        var node = new NodeUnderTest("node-1", 0xA1, NodeUnderTest.Power("M1"));
        await house.Store.RegisterAsync(Points);
        await house.Store.AppendAsync([node.Layout(), .. Blocks(node, PlainRows(0, 5 * 96), 96)]);
        await house.Store.ProjectedAsync();
        house.Store.Time.Advance(Keep + Keep);
        Assert.Equal(0, await house.PruneAsync(Keep));
        await house.ForwardAsync();
        Assert.NotEqual(0, await house.PruneAsync(Keep));
    }

    [Fact]
    public async Task Nothing_goes_while_a_registry_brings_points_their_readings_of_before()
    {
        using var house = new PruningHouse();
        var node = new NodeUnderTest("node-1", 0xA1, NodeUnderTest.Power("M1"));
        await house.Store.AppendAsync([node.Layout(), .. Blocks(node, PlainRows(0, 20 * 96), 96)]);
        await house.ForwardAsync();
        house.Store.Time.Advance(Keep + Keep);
        await house.Store.RegisterAsync(Points);
        // A batch of a thousand is at the head-end, and 920 of the registry's are not.
        await house.ForwardAsync(batches: 1);
        Assert.Equal(0, await house.PruneAsync(Keep));
        await house.ForwardAsync();
        Assert.Equal(20 * 96, house.Taken.Count);
        Assert.NotEqual(0, await house.PruneAsync(Keep));
    }

    [Fact]
    public async Task Readings_that_wait_for_their_layout_stay_whole_and_so_do_those_of_a_clock_that_nobody_set()
    {
        using var house = new PruningHouse();
        var node = new NodeUnderTest("node-1", 0xA1, NodeUnderTest.Power("M1"));
        var clockless = new NodeUnderTest("node-2", 0xA2, NodeUnderTest.Power("M2"));
        await house.Store.RegisterAsync(Points);
        await house.Store.AppendAsync([clockless.Layout(), .. Blocks(clockless, [.. PlainRows(0, 5 * 96).Select(r => r with { Clock = ClockQuality.Unset })], 96)]);
        await house.Store.AppendAsync(Blocks(node, PlainRows(0, 5 * 96), 96));
        await house.ForwardAsync();
        house.Store.Time.Advance(Keep + Keep);
        await house.Store.AppendAsync(node.Layout());
        Assert.Equal(0, await house.PruneAsync(Keep));
        await house.ForwardAsync();
        Assert.Equal(2 * 5 * 96, house.Taken.Count);
    }

    [Fact]
    public async Task What_was_received_before_this_machine_had_the_time_is_as_young_as_what_came_after()
    {
        using var house = new PruningHouse();
        var node = new NodeUnderTest("node-1", 0xA1, NodeUnderTest.Power("M1"));
        await house.Store.AppendAsync([node.Layout(), .. Blocks(node, PlainRows(0, 5 * 96), 96)]);
        using (var log = house.Store.Files.OpenLog())
            log.Execute("UPDATE entry SET received_ms=1000");
        await house.Store.AppendAsync(node.Events(1, (NodeUnderTest.NewYear, EventCode.Started, EventBlock.WholeNode, 0, 0)));
        await house.ForwardAsync();
        house.Store.Time.Advance(Keep - TimeSpan.FromDays(1));
        Assert.Equal(0, await house.PruneAsync(Keep));
        house.Store.Time.Advance(TimeSpan.FromDays(2));
        Assert.NotEqual(0, await house.PruneAsync(Keep));
    }

    [Fact]
    public async Task Resent_blocks_of_which_the_first_was_pruned_are_known_and_bring_nothing_back()
    {
        using var house = new PruningHouse();
        var node = new NodeUnderTest("node-1", 0xA1, NodeUnderTest.Power("M1"));
        var rows = PlainRows(0, 5 * 96);
        await FillAsync(house, 5);
        house.Store.Time.Advance(Keep + Keep);
        await house.PruneAsync(Keep);
        var before = house.Store.Queries.Intervals("P", 0, uint.MaxValue);
        long last = house.Store.Log.LastEntry;
        Assert.True((await house.Store.AppendAsync(node.Block(rows.AsSpan(96, 96)))).WasKnown);
        Assert.True((await house.Store.AppendAsync(node.Block(rows.AsSpan(100, 20)))).WasKnown);
        Assert.Equal(last, house.Store.Log.LastEntry);
        // Cut otherwise, with a row that is new at its end.
        var more = PlainRows(0, 5 * 96 + 1);
        Assert.False((await house.Store.AppendAsync(node.Block(more.AsSpan(5 * 96 - 10, 11)))).WasKnown);
        await house.ForwardAsync();
        var after = house.Store.Queries.Intervals("P", 0, uint.MaxValue);
        Assert.Equal(before, after.SkipLast(1));
        Assert.Equal(5 * 96 + 1, house.Taken.Count);
    }

    [Fact]
    public async Task A_row_that_comes_late_corrects_the_interval_behind_it_and_none_over_pruned_rows()
    {
        using var house = new PruningHouse();
        var node = new NodeUnderTest("node-1", 0xA1, NodeUnderTest.Power("M1"));
        var rows = PlainRows(0, 10 * 96);
        await house.Store.RegisterAsync(Points);
        int late = (5 * 96) + 40;
        await house.Store.AppendAsync([node.Layout(), .. Blocks(node, rows[..late], 32), .. Blocks(node, rows[(late + 1)..], 32)]);
        await house.ForwardAsync();
        house.Store.Time.Advance(Keep + Keep);
        await house.PruneAsync(Keep);
        var before = house.Taken.ToDictionary();
        // With rows behind it that are there and pruned.
        await house.Store.AppendAsync(node.Block(rows.AsSpan(late - 10, 40)));
        await house.ForwardAsync();
        var changed = house.Taken.Where(t => !before.TryGetValue(t.Key, out var known) || known != t.Value).Select(t => (int)t.Key.Sequence).Order();
        Assert.Equal([late + 1, late + 2], changed);
        Assert.Equal(rows[^1].Registers[0] - rows[0].Registers[0], house.Taken.Values.Sum(t => t.Interval.Consumption));
    }

    [Fact]
    public async Task An_edit_and_a_service_keep_the_readings_at_their_edges()
    {
        using var house = new PruningHouse();
        await FillAsync(house, 10);
        uint edited = At(5, 40);
        var edit = new ProfileEdit("P", [new EditedInterval(edited, 5, 3)], "Li", "dispute 17");
        await house.Store.Log.AppendEditAsync(edit, CancellationToken.None);
        await house.ForwardAsync();
        var before = house.Store.Profiles.Profile("P", At(0, 96), At(9, 0));
        house.Store.Time.Advance(Keep + Keep);
        await house.PruneAsync(Keep);
        var after = house.Store.Profiles.Profile("P", At(0, 96), At(9, 0));
        Assert.Equal(before.Intervals.Sum(i => i.Consumption), after.Intervals.Sum(i => i.Consumption));
        Assert.Equal(before.Intervals.Single(i => i.EndUtcSeconds == edited), after.Intervals.Single(i => i.EndUtcSeconds == edited));
        Assert.Equal(before.Intervals.Count, after.Intervals.Count);
        Assert.Contains(after.Intervals, i => (i.Quality & IntervalQuality.Pruned) != 0);
    }

    [Fact]
    public async Task Of_days_of_32_meters_little_is_left_in_the_log()
    {
        using var house = new PruningHouse();
        var node = new NodeUnderTest("node-1", 0xA1, [.. Enumerable.Range(1, 32).Select(i => NodeUnderTest.Power($"M{i}"))]);
        var random = new Random(5);
        var rows = PlainRows(0, 10 * 96);
        long[] registers = new long[32];
        for (int i = 0; i < rows.Length; i++)
        {
            for (int channel = 0; channel < registers.Length; channel++)
                registers[channel] += random.Next(0, 120);
            rows[i] = rows[i] with { Registers = [.. registers.Select(r => (long?)r)] };
        }
        await house.Store.AppendAsync([node.Layout(), .. Blocks(node, rows, 96)]);
        await house.ForwardAsync();
        house.Store.Time.Advance(Keep + Keep);
        // Of the days in the midst: around the first begins a journal, around the last ends what was looked at.
        long whole = BytesInLog(house);
        await house.PruneAsync(Keep);
        long left = BytesInLog(house);
        TestContext.Current.TestOutputHelper?.WriteLine($"{whole} B of five days, {left} B left");
        Assert.InRange(left, 1, whole / 6);
    }

    private static long BytesInLog(PruningHouse house)
    {
        using var log = house.Store.Files.OpenLogReader();
        return log.ScalarLong("SELECT sum(length(body) + coalesce(length(pruned), 0)) FROM entry WHERE id BETWEEN 5 AND 9");
    }

    [Fact]
    public async Task A_new_destination_gets_what_is_left_and_the_sum_is_right()
    {
        using var house = new PruningHouse();
        var (before, _) = await FillAsync(house, 10);
        house.Store.Time.Advance(Keep + Keep);
        await house.PruneAsync(Keep);
        await house.Store.ProjectedAsync();
        using var outbox = new Outbox("another", house.Store.Files);
        var items = outbox.Next(house.Store.Projector.Entry);
        Assert.InRange(items.Count, 20, 300);
        Assert.Equal(before.Sum(i => i.Consumption), items.Sum(i => i.Item.Interval.Consumption));
        Assert.Equal(items.Count, items.Select(i => i.Item.Interval.Id).Distinct().Count());
    }

    /// <summary>Two gateways live through the same; one of them lets go whatever it may at every moment. In the end nobody can tell by the head-end.</summary>
    [Fact]
    public async Task A_head_end_has_the_same_with_and_without_retention_whatever_comes_late()
    {
        int seed = Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        long pruned = 0;
        for (int round = 0; round < 6; round++)
        {
            var random = new Random(seed + round);
            using var plain = new PruningHouse();
            using var lean = new PruningHouse();
            foreach (var house in new[] { plain, lean })
                await house.Store.RegisterAsync(Points);
            foreach (var blocks in Life(random))
            {
                foreach (var house in new[] { plain, lean })
                {
                    await house.Store.AppendAsync(blocks);
                    house.Store.Time.Advance(TimeSpan.FromDays(1));
                    await house.ForwardAsync();
                }
                pruned += await lean.PruneAsync(TimeSpan.FromDays(random.Next(0, 5)));
            }
            Assert.Equal(plain.Taken.Count, lean.Taken.Count);
            foreach (var (id, item) in plain.Taken)
                Assert.Equal(Told(item), Told(lean.Taken[id]));
            foreach (var point in Points)
                AssertSameButPruned(plain.Store.Queries.Intervals(point.Id, 0, uint.MaxValue), lean.Store.Queries.Intervals(point.Id, 0, uint.MaxValue));
            string[] views = lean.Store.DumpViews();
            lean.Store.Reopen(removeViews: true);
            await lean.Store.ProjectedAsync();
            Assert.Equal(views, lean.Store.DumpViews());
        }
        Assert.True(pruned > 1000, $"{pruned} readings were pruned");
    }

    // Whether a distance is a gap is judged by the period of the days around.
    private static (string, uint, long?, long?, IntervalQuality) Told(ForwardItem item) => (item.Point.Id, item.Interval.EndUtcSeconds, item.Interval.Register,
        item.Interval.Consumption, item.Interval.Quality & ~IntervalQuality.Gap);

    // Days of a node's life as its blocks arrive: in any order, cut anyhow, some of them much later, and halfway a journal begins anew.
    private static IEnumerable<List<IncomingBlock>> Life(Random random)
    {
        var nodes = new[] { 0xA1u, 0xB7u }.Select(epoch => new NodeUnderTest("node-1", epoch, NodeUnderTest.Power("M1"), NodeUnderTest.Power("M2"))).ToArray();
        var arriving = Enumerable.Range(0, 24).Select(_ => new List<IncomingBlock>()).ToList();
        arriving[random.Next(0, 3)].Add(nodes[0].Layout());
        long end = NodeUnderTest.NewYear;
        long[] registers = [1_000, 50_000];
        for (int life = 0; life < 2; life++)
        {
            var rows = new List<NodeRow>();
            for (uint sequence = 1; sequence <= 6 * 96; sequence++)
            {
                end += 900 * random.Next(300) switch { 0 => random.Next(2, 80), 1 => -random.Next(1, 6), _ => 1 };
                registers[0] += random.Next(0, 900);
                registers[1] = random.Next(400) == 0 ? 0 : registers[1] + random.Next(0, 3);
                var clock = random.Next(200) == 0 ? (ClockQuality)random.Next(0, 3) : rows.Count > 0 && random.Next(20) > 0 ? rows[^1].Clock : ClockQuality.Synchronised;
                rows.Add(new NodeRow(sequence, (uint)end, [random.Next(150) == 0 ? null : registers[0], registers[1]], clock));
            }
            NodeRow[] all = [.. rows];
            for (int next = 0; next < all.Length;)
            {
                var block = nodes[life].BlockFrom(all, next, random.Next(1, 60));
                next += (int)(block.Last - block.First) + 1;
                int day = life * 6 + next / 96;
                arriving[Math.Min(23, random.Next(8) == 0 ? random.Next(day, 24) : day)].Add(block);
                if (random.Next(10) == 0)
                    arriving[random.Next(day, 24)].Add(block);
            }
        }
        for (int day = 0; day < arriving.Count; day++)
            yield return [.. arriving[day].OrderBy(_ => random.Next())];
    }

    private static async Task<(IReadOnlyList<IntervalReading> Intervals, List<long?> Days)> FillAsync(PruningHouse house, int days)
    {
        var node = new NodeUnderTest("node-1", 0xA1, NodeUnderTest.Power("M1"));
        await house.Store.RegisterAsync(Points);
        await house.Store.AppendAsync([node.Layout(), .. Blocks(node, PlainRows(0, days * 96), 32)]);
        await house.ForwardAsync();
        var queries = await house.Store.ProjectedAsync();
        return (queries.Intervals("P", 0, uint.MaxValue), [.. queries.Consumption("P", 0, uint.MaxValue, 86_400, 28_800).Select(d => (long?)d.Consumption)]);
    }

    // Row 96 of a day ends at midnight of Beijing.
    private static uint At(int day, int row) => NodeUnderTest.NewYear - 28_800 + (uint)(day * 86_400 + row * 900);

    private static NodeRow[] PlainRows(int firstDay, int count) =>
        NodeUnderTest.QuarterHours(1, At(firstDay, 1), [.. Enumerable.Range(1, count).Select(i => (long?)(i * 10 + i % 7))]);

    private static IEnumerable<IncomingBlock> Blocks(NodeUnderTest node, NodeRow[] rows, int rowsMax)
    {
        for (int next = 0; next < rows.Length;)
        {
            var block = node.BlockFrom(rows, next, rowsMax);
            next += (int)(block.Last - block.First) + 1;
            yield return block;
        }
    }

    /// <summary>Each interval is there as it was, or is part of one that has the sum of its parts.</summary>
    private static void AssertSameButPruned(IReadOnlyList<IntervalReading> before, IReadOnlyList<IntervalReading> after)
    {
        var whole = before.ToDictionary(i => i.Id);
        foreach (var interval in after)
        {
            if ((interval.Quality & IntervalQuality.Pruned) == 0)
            {
                Assert.Equal(WithoutGap(whole[interval.Id]), WithoutGap(interval));
                continue;
            }
            var begin = interval.Begin!.Value;
            var parts = Enumerable.Range(1, (int)(interval.Id.Sequence - begin.Sequence)).Select(i => whole[begin with { Sequence = begin.Sequence + (uint)i }]).ToList();
            Assert.Equal((parts.Sum(p => p.Consumption), parts.Sum(p => p.Seconds), parts[^1].Register), (interval.Consumption, interval.Seconds, interval.Register));
            Assert.All(parts, p => Assert.Equal(IntervalQuality.Valid, p.Quality & ~IntervalQuality.Gap));
        }
        Assert.Equal(before.Sum(i => i.Consumption), after.Sum(i => i.Consumption));
    }

    private static IntervalReading WithoutGap(IntervalReading interval) => interval with { Quality = interval.Quality & ~IntervalQuality.Gap };
}
