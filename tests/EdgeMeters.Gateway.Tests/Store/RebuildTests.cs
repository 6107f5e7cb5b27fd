using EdgeMeters.Gateway.Core;
using EdgeMeters.Gateway.Store;
using EdgeMeters.Wire;
using Microsoft.Data.Sqlite;

namespace EdgeMeters.Gateway.Tests.Store;

/// <summary>The projections are a function of the log: thrown away, damaged or made of blocks cut in any other way, they come out the same.</summary>
public sealed class RebuildTests
{
    [Fact]
    public async Task Projections_made_anew_from_the_log_are_the_same_row_by_row()
    {
        using var store = new StoreUnderTest();
        await FillAsync(store, new Random(11));
        await store.ProjectedAsync();
        string[] before = store.DumpViews();
        Assert.True(before.Length > 20);
        store.Reopen(removeViews: true);
        await store.ProjectedAsync();
        Assert.Equal(before, store.DumpViews());
        store.Reopen();
        await store.ProjectedAsync();
        Assert.Equal(before, store.DumpViews());
    }

    [Fact]
    public async Task Projections_that_are_no_database_of_ours_are_made_anew()
    {
        using var store = new StoreUnderTest();
        await FillAsync(store, new Random(12));
        await store.ProjectedAsync();
        string[] before = store.DumpViews();
        Action<string>[] harms =
        [
            path => File.WriteAllText(path, new string('x', 20_000)),
            path => File.WriteAllText(path, ""),
            path => Overwrite(path, 0),
            path => Overwrite(path, 100),
            path => Change(path, "PRAGMA user_version=99"),
            path => Change(path, "DROP TABLE state"),
            path => Change(path, "UPDATE state SET entry=entry+1000000"),
            path =>
            {
                File.Delete(path);
                Change(path, "CREATE TABLE state(other INTEGER); PRAGMA user_version=1");
            },
        ];
        foreach (var harm in harms)
        {
            string views = store.Files.ViewsPath;
            store.Reopen();
            foreach (string rest in new[] { views + "-wal", views + "-shm" })
                File.Delete(rest);
            harm(views);
            await store.ProjectedAsync();
            Assert.Equal(before, store.DumpViews());
        }
    }

    [Fact]
    public async Task In_whatever_order_and_however_often_and_cut_a_nodes_rows_come_the_views_are_those_of_each_once()
    {
        int seed = Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        for (int round = 0; round < 8; round++)
        {
            var random = new Random(seed + round);
            var node = new NodeUnderTest("node-1", 0xA1, NodeUnderTest.Power("M1"), NodeUnderTest.Power("M2"));
            var rows = RandomRows(random, 200);
            using var once = new StoreUnderTest();
            using var often = new StoreUnderTest();
            MeteringPoint[] points = [StoreUnderTest.PointOf("P", "M1"), StoreUnderTest.PointOf("Q", "M2")];
            foreach (var store in new[] { once, often })
                await store.RegisterAsync(points);
            await once.AppendAsync(node.Layout());
            var whole = Cut(node, rows, () => int.MaxValue).ToList();
            await once.AppendAsync(whole);
            List<IncomingBlock> many = [node.Layout()];
            int repeats = random.Next(1, 21);
            for (int i = 0; i < repeats; i++)
                many.AddRange(Cut(node, rows, () => random.Next(1, i % 3 == 0 ? 4 : 60)));
            await Task.WhenAll(many.OrderBy(_ => random.Next()).Select(often.AppendAsync));
            await AssertSameAsync(once, often, rows.Length);
        }
    }

    [Fact]
    public async Task An_entry_that_was_damaged_on_disk_stops_the_projections_and_not_custody()
    {
        using var store = new StoreUnderTest();
        var node = new NodeUnderTest("node-1", 0xA1, NodeUnderTest.Power("M1"));
        await store.AppendAsync([node.Layout(), node.Block(NodeUnderTest.QuarterHours(1, NodeUnderTest.NewYear, 1, 2, 3))]);
        using (var connection = store.Files.OpenLog())
            connection.Execute("UPDATE entry SET body=zeroblob(40) WHERE id=2");
        await Deadline.UntilAsync(() => store.Projector.Error != null, "the damage to be noticed");
        Assert.Contains("entry 2", store.Projector.Error, StringComparison.Ordinal);
        Assert.Contains("node-1", store.Projector.Error, StringComparison.Ordinal);
        Assert.Contains("backup", store.Projector.Error, StringComparison.Ordinal);
        Assert.Equal(new Receipt(3, false), await store.AppendAsync(node.Block(NodeUnderTest.QuarterHours(4, NodeUnderTest.NewYear + 2_700, 4))));
        Assert.Equal(0, store.Projector.Entry);
    }

    [Fact]
    public async Task Projections_that_cannot_be_written_for_a_while_follow_by_themselves()
    {
        using var store = new StoreUnderTest();
        var node = new NodeUnderTest("node-1", 0xA1, NodeUnderTest.Power("M1"));
        await store.AppendAsync(node.Layout());
        await store.ProjectedAsync();
        Change(store.Files.ViewsPath, "CREATE TRIGGER refuse BEFORE INSERT ON reading_day BEGIN SELECT RAISE(ABORT, 'disk I/O error'); END");
        await store.AppendAsync(node.Block(NodeUnderTest.QuarterHours(1, NodeUnderTest.NewYear, 1, 2, 3)));
        await Deadline.UntilAsync(() => store.Projector.Error != null, "the fault to be noticed");
        Assert.Contains("disk I/O error", store.Projector.Error, StringComparison.Ordinal);
        Change(store.Files.ViewsPath, "DROP TRIGGER refuse");
        await Deadline.UntilAsync(() => store.Projector.Error == null, "the projections to go on");
        Assert.Equal(3, (await store.ProjectedAsync()).Status().Readings);
    }

    private static async Task AssertSameAsync(StoreUnderTest once, StoreUnderTest often, int rows)
    {
        var (a, b) = (await once.ProjectedAsync(), await often.ProjectedAsync());
        Assert.Equal((2L * rows, 2L * rows), (a.Status().Readings, b.Status().Readings));
        foreach (string point in new[] { "P", "Q" })
        {
            Assert.Equal(rows, a.Intervals(point, 0, uint.MaxValue).Count);
            Assert.Equal(a.Intervals(point, 0, uint.MaxValue), b.Intervals(point, 0, uint.MaxValue));
            Assert.Equal(a.Consumption(point, 0, uint.MaxValue, 86_400, 28_800), b.Consumption(point, 0, uint.MaxValue, 86_400, 28_800));
        }
        Assert.Equal(a.Points(PointSearch.All, "", 100), b.Points(PointSearch.All, "", 100));
    }

    // A node's life: it is off for a while, its clock runs free or is set back, a meter is silent.
    private static NodeRow[] RandomRows(Random random, int count)
    {
        var rows = new List<NodeRow>();
        long end = NodeUnderTest.NewYear;
        long power = 100;
        long water = 5_000;
        for (uint sequence = 1; sequence <= count; sequence++)
        {
            end += 900 * random.Next(40) switch { 0 => random.Next(2, 80), 1 => -random.Next(1, 6), _ => 1 };
            power += random.Next(0, 900);
            water += random.Next(0, 3);
            var clock = random.Next(30) == 0 ? (ClockQuality)random.Next(0, 3) : rows.Count > 0 ? rows[^1].Clock : ClockQuality.Synchronised;
            rows.Add(new NodeRow(sequence, (uint)end, [random.Next(12) == 0 ? null : power, water], clock));
        }
        return [.. rows];
    }

    private static IEnumerable<IncomingBlock> Cut(NodeUnderTest node, NodeRow[] rows, Func<int> rowsMax)
    {
        for (int next = 0; next < rows.Length;)
        {
            var block = node.BlockFrom(rows, next, rowsMax());
            yield return block;
            next += (int)(block.Last - block.First) + 1;
        }
    }

    private static async Task FillAsync(StoreUnderTest store, Random random)
    {
        await store.RegisterAsync(StoreUnderTest.PointOf("P", "M1"));
        var node = new NodeUnderTest("node-1", 0xA1, NodeUnderTest.Power("M1"), NodeUnderTest.Power("M2"));
        var other = new NodeUnderTest("node-2", 3, NodeUnderTest.Power("M3"));
        await store.AppendAsync(other.Block(NodeUnderTest.QuarterHours(1, NodeUnderTest.NewYear + 900, 1, 2, 3)));
        await store.AppendAsync(node.Layout());
        var blocks = Cut(node, RandomRows(random, 400), () => random.Next(1, 30)).OrderBy(_ => random.Next()).ToList();
        for (int i = 0; i < blocks.Count; i++)
        {
            await store.AppendAsync(blocks[i]);
            if (i == blocks.Count / 2)
            {
                store.Time.Advance(TimeSpan.FromDays(1));
                await store.RegisterAsync(StoreUnderTest.PointOf("P", "M2"), StoreUnderTest.PointOf("Q", "M1"));
                await store.AppendAsync(other.Layout());
            }
        }
        await store.AppendAsync(node.Events(1, (NodeUnderTest.NewYear, EventCode.Started, EventBlock.WholeNode, -1, 1)));
    }

    private static void Overwrite(string path, int from)
    {
        byte[] bytes = File.ReadAllBytes(path);
        new Random(3).NextBytes(bytes.AsSpan(from));
        File.WriteAllBytes(path, bytes);
    }

    private static void Change(string path, string statement)
    {
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        connection.Open();
        connection.Execute(statement);
    }
}
