using System.Runtime.CompilerServices;
using EdgeMeters.Gateway.Core;
using EdgeMeters.Gateway.Store;
using Microsoft.Data.Sqlite;

namespace EdgeMeters.Gateway.Tests.Store;

public sealed class LogStoreFailureTests
{
    [Fact]
    public async Task A_full_disk_gives_nobody_a_receipt_and_passes_when_there_is_room_again()
    {
        using var store = new StoreUnderTest();
        await store.AppendAsync(Block("before", 1));
        long before = store.Log.LastEntry;
        var connection = ConnectionOf(WriterOf(store.Log));
        connection.Execute($"PRAGMA max_page_count={connection.ScalarLong("PRAGMA page_count")}");

        for (int round = 0; round < 3; round++)
        {
            // Of nodes that the store knows and of such that it does not; together more than the free rest of a page.
            var waiting = Enumerable.Range(0, 60).Select(i => store.AppendAsync(Block($"n-{i}", 40))).Append(store.AppendAsync(Block("before", 40, 5))).ToList();
            var outcomes = await Task.WhenAll(waiting.Select(OutcomeAsync));
            Assert.Contains(outcomes, o => o.Fault != null);
            before += outcomes.Count(o => o.Receipt is { WasKnown: false });
            Assert.Equal(before, store.Log.LastEntry);
            Assert.All(outcomes.Where(o => o.Fault != null), o =>
            {
                var e = Assert.IsType<StoreUnavailableException>(o.Fault);
                Assert.Contains("log.db", e.Message, StringComparison.Ordinal);
                Assert.Contains("full", e.Message, StringComparison.Ordinal);
                Assert.Contains("free space", e.Message, StringComparison.Ordinal);
            });
            // Which of them came last is chance, and one that still fitted leaves no error. This one needs pages of its own.
            var large = await OutcomeAsync(store.AppendAsync(Block("large", 3000)));
            Assert.NotNull(large.Fault);
            Assert.NotNull(store.Log.Error);
        }

        connection.Execute("PRAGMA max_page_count=1000000");
        var receipts = new List<Receipt>();
        for (int i = 0; i < 60; i++)
            receipts.Add(await store.AppendAsync(Block($"n-{i}", 40)));
        receipts.Add(await store.AppendAsync(Block("before", 40, 5)));
        Assert.Null(store.Log.Error);
        Assert.Equal(62, store.Log.LastEntry);
        store.Reopen();
        using var reader = new LogReader(store.Files);
        Assert.Equal(Enumerable.Range(1, 62).Select(i => (long)i), reader.Read(0, 100).Select(e => e.Number));
        Assert.All(receipts.Take(60).Select((r, i) => (r, i)), pair => Assert.Equal($"n-{pair.i}", reader.ReadOne(pair.r.Entry).Node));
        Assert.Equal(62, (await store.ProjectedAsync()).Status().Blocks);
    }

    [Fact]
    public async Task A_commit_that_fails_fails_for_all_that_wait_for_it_and_for_no_other()
    {
        using var store = new StoreUnderTest();
        using var held = new ManualResetEventSlim();
        void Hold() => held.Wait();
        store.Log.Committed += Hold;
        await store.AppendAsync(Block("first", 1));
        var waiting = Enumerable.Range(0, 30).Select(i => store.AppendAsync(Block($"n-{i}", 2))).ToList();
        using (var other = store.Files.OpenLog())
            other.Execute("CREATE TRIGGER refuse BEFORE INSERT ON entry WHEN NEW.id=20 BEGIN SELECT RAISE(ABORT, 'disk I/O error'); END");
        held.Set();
        Assert.All(await Task.WhenAll(waiting.Select(OutcomeAsync)), 
            o => Assert.Contains("disk I/O error", Assert.IsType<StoreUnavailableException>(o.Fault).Message, StringComparison.Ordinal));
        Assert.Equal(1, store.Log.LastEntry);
        Assert.Contains("disk I/O error", store.Log.Error, StringComparison.Ordinal);
        using (var other = store.Files.OpenLog())
            other.Execute("DROP TRIGGER refuse");
        var receipts = await Task.WhenAll(Enumerable.Range(0, 30).Select(i => store.AppendAsync(Block($"n-{i}", 2))));
        Assert.Equal(Enumerable.Range(2, 30).Select(i => new Receipt(i, false)), receipts);
        Assert.Null(store.Log.Error);
    }

    [Fact]
    public void A_log_whose_begin_was_overwritten_is_named_with_a_remedy()
    {
        using var store = new TempFolder();
        Fill(store.Path, "log.db", 0);
        var e = Open(store.Path);
        Assert.Equal(Path.Combine(store.Path, "log.db"), e.Path);
        Assert.Contains("backup", e.Message, StringComparison.Ordinal);
        Assert.Contains("move this file away", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_log_whose_tables_were_overwritten_is_named_as_well()
    {
        using var store = new TempFolder();
        Fill(store.Path, "log.db", 100);
        Assert.Equal(Path.Combine(store.Path, "log.db"), Open(store.Path).Path);
    }

    [Fact]
    public void A_file_that_is_no_database_is_not_touched()
    {
        using var folder = new TempFolder();
        string path = folder.PathOf("log.db");
        File.WriteAllText(path, new string('x', 10_000));
        Open(folder.Path);
        Assert.Equal(new string('x', 10_000), File.ReadAllText(path));
    }

    [Fact]
    public void A_log_of_a_later_version_is_refused()
    {
        using var folder = new TempFolder();
        using var files = StoreFiles.Open(folder.Path);
        new LogStore(files, TimeProvider.System).Dispose();
        using (var connection = files.OpenLog())
            connection.Execute("PRAGMA user_version=4");
        var e = Assert.Throws<NotSupportedException>(() => new LogStore(files, TimeProvider.System));
        Assert.Contains("log.db", e.Message, StringComparison.Ordinal);
        Assert.Contains("a later one", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_data_folder_that_is_a_file_is_named()
    {
        using var folder = new TempFolder();
        string path = folder.PathOf("file");
        File.WriteAllText(path, "");
        Assert.Contains(path, Assert.Throws<StoreUnavailableException>(() => StoreFiles.Open(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_data_folder_belongs_to_one_gateway_at_a_time()
    {
        using var folder = new TempFolder();
        using (StoreFiles.Open(folder.Path))
        {
            var e = Assert.Throws<StoreUnavailableException>(() => StoreFiles.Open(folder.Path));
            Assert.Contains(folder.Path, e.Message, StringComparison.Ordinal);
            Assert.Contains("another gateway", e.Message, StringComparison.Ordinal);
        }
        StoreFiles.Open(folder.Path).Dispose();
    }

    [Fact]
    public void A_folder_without_readings_is_not_opened_to_read()
    {
        using var folder = new TempFolder();
        Assert.Contains("dataFolder", Assert.Throws<StoreUnavailableException>(() => StoreFiles.OpenToRead(folder.Path)).Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
    }

    // Reaches the very connection that the log writes with: SQLite's bound on pages holds for one connection and is a real SQLITE_FULL.
    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_writer")]
    private static extern ref LogWriter WriterOf(LogStore log);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_connection")]
    private static extern ref SqliteConnection ConnectionOf(LogWriter writer);

    private static async Task<(Receipt? Receipt, Exception? Fault)> OutcomeAsync(Task<Receipt> append)
    {
        try
        {
            return (await append, null);
        }
        catch (StoreUnavailableException e)
        {
            return (null, e);
        }
    }

    private static IncomingBlock Block(string node, int rows, uint firstSequence = 1)
    {
        long?[] registers = [.. Enumerable.Range(0, rows).Select(i => (long?)(i * 7_919L * 104_729 % 1_000_003))];
        return new NodeUnderTest(node, 7, NodeUnderTest.Power("M")).Block(
            NodeUnderTest.QuarterHours(firstSequence, NodeUnderTest.NewYear + 900 * firstSequence, registers));
    }

    private static void Fill(string folder, string name, int from)
    {
        using (var files = StoreFiles.Open(folder))
            new LogStore(files, TimeProvider.System).Dispose();
        using var file = new FileStream(Path.Combine(folder, name), FileMode.Open, FileAccess.ReadWrite);
        file.Position = from;
        byte[] noise = new byte[file.Length - from];
        new Random(1).NextBytes(noise);
        file.Write(noise);
    }

    private static StoreDamagedException Open(string folder)
    {
        using var files = StoreFiles.Open(folder);
        return Assert.Throws<StoreDamagedException>(() => new LogStore(files, TimeProvider.System));
    }
}
