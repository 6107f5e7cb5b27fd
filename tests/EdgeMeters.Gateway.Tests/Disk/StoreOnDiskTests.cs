using CsCheck;
using EdgeMeters.Gateway.Audit;
using EdgeMeters.Gateway.Core;
using EdgeMeters.Gateway.Store;
using EdgeMeters.Gateway.Tests.Store;
using EdgeMeters.Simulation.Disk;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeMeters.Gateway.Tests.Disk;

/// <summary>The gateway's store, stepped, on a disk that fails and loses what was not synced.</summary>
public sealed class StoreOnDiskTests
{
    private const int Nodes = 5;
    private const int BlocksOfNode = 30;
    private const int RowsOfBlock = 8;

    private static readonly IncomingBlock[] Blocks = [.. MakeBlocks()];

    [Fact]
    public void Every_receipt_holds_after_any_crash_and_the_projections_are_as_if_made_anew()
    {
        int receipts = 0, failures = 0;
        Gen.Int[0, int.MaxValue - 1].Sample(seed =>
        {
            using var disk = new SimulatedDisk("store", seed);
            var random = new Random(seed);
            var kept = new Dictionary<IncomingBlock, long>();
            while (kept.Count < Blocks.Length)
            {
                disk.FailAt(random.Next(200), isForEver: random.Next(2) == 0);
                Live(disk, random, kept);
                Interlocked.Add(ref failures, (int)disk.Failures);
                disk.Crash();
                AssertKept(disk, kept);
            }
            AssertUnharmed(disk);
            Interlocked.Add(ref receipts, kept.Count);
            AssertAsMadeAnew(disk);
            Assert.Equal(0, disk.OpenFiles);
        }, iter: 12);
        Assert.True(receipts > 0 && failures > 0, $"{receipts} receipts, {failures} failures");
    }

    [Fact]
    public void A_call_that_fails_once_is_told_and_the_store_goes_on()
    {
        int refused = 0, stood = 0, k = 0;
        // Calls all through this life fail, each in one of its own, until it makes no more of them.
        for (bool hasFailed = true; hasFailed; k += 3)
        {
            using var disk = new SimulatedDisk("store", k);
            using (var store = new Stepped(disk))
            {
                store.Append(Blocks.AsSpan(0, 20));
                disk.FailAt(k, isForEver: false);
                var appended = store.Append(Blocks.AsSpan(20, 20));
                refused += appended.Count(a => a.IsFaulted) > 0 ? 1 : 0;
                stood += store.TryProject() ? 0 : 1;
                // What was refused is sent again, and what was not is known. The call may fail only now.
                if (store.Append(Blocks).Any(a => a.IsFaulted))
                    Assert.All(store.Append(Blocks), a => Assert.True(a.IsCompletedSuccessfully));
                if (!store.TryProject())
                {
                    stood++;
                    Assert.True(store.TryProject());
                }
                Assert.Equal((Blocks.Length, Blocks.Length, null), (store.Log.LastEntry, store.Projector.Entry, store.Log.Error));
            }
            hasFailed = disk.Failures == 1;
            Assert.Equal(0, disk.OpenFiles);
            disk.Crash();
            AssertAsMadeAnew(disk);
        }
        Assert.True(refused > 0 && stood > 0, $"of {k} calls, {refused} commits and {stood} projections failed");
    }

    /// <summary>Appends what has no receipt yet, projects now and then, and ends somewhere.</summary>
    private static void Live(SimulatedDisk disk, Random random, Dictionary<IncomingBlock, long> kept)
    {
        Stepped store;
        try
        {
            store = new Stepped(disk);
        }
        catch (Exception e) when (e is StoreUnavailableException or Microsoft.Data.Sqlite.SqliteException)
        {
            return;
        }
        for (int i = random.Next(1, 40); i > 0; i--)
        {
            var sent = Blocks.Where(b => !kept.ContainsKey(b)).Take(random.Next(1, 20)).ToArray();
            var appended = store.Append(sent);
            for (int j = 0; j < sent.Length; j++)
            {
                if (appended[j].IsCompletedSuccessfully)
                    kept.Add(sent[j], appended[j].Result.Entry);
            }
            if (random.Next(3) == 0)
                store.Projector.Step();
        }
        // Without a word to the disk any more: this life ends before its connections are closed.
        disk.Crash();
        store.Dispose();
    }

    private static void AssertKept(SimulatedDisk disk, Dictionary<IncomingBlock, long> kept)
    {
        if (kept.Count == 0)
            return;
        using var reader = new LogReader(StoreFiles.OpenOn(disk));
        foreach (var (block, entry) in kept)
        {
            var held = reader.ReadOne(entry);
            Assert.Equal(block.Node, held.Node);
            Assert.True(block.Bytes.AsSpan().SequenceEqual(held.Body), $"entry {entry} is not what was acknowledged");
        }
    }

    // A power cut is no damage: whatever it takes, the chain holds.
    private static void AssertUnharmed(SimulatedDisk disk)
    {
        var files = StoreFiles.OpenOn(disk);
        using var log = new LogStore(files, TimeProvider.System, isStepped: true);
        using var check = new IntegrityCheck(files, log, TimeProvider.System, NullLogger<IntegrityCheck>.Instance);
        check.CheckEnd();
        while (check.Step())
        {
            // To the end.
        }
        Assert.Equal((log.LastEntry, 0, null), (check.Status.CheckedEntries, check.Status.FaultCount, check.Status.Error));
    }

    private static void AssertAsMadeAnew(SimulatedDisk disk)
    {
        var files = StoreFiles.OpenOn(disk);
        string[] grown = Dump();
        files.DeleteViews();
        Assert.Equal(Dump(), grown);
        Assert.Contains(grown, line => line.StartsWith("reading_day", StringComparison.Ordinal));

        string[] Dump()
        {
            using var store = new Stepped(disk);
            Assert.True(store.TryProject());
            return StoreUnderTest.DumpViews(files);
        }
    }

    private static IEnumerable<IncomingBlock> MakeBlocks()
    {
        var nodes = Enumerable.Range(0, Nodes).Select(n => new NodeUnderTest($"n-{n}", 1, NodeUnderTest.Power($"M-{n}"))).ToArray();
        foreach (var node in nodes)
            yield return node.Layout();
        for (int i = 0; i < BlocksOfNode; i++)
        {
            foreach (var node in nodes)
            {
                uint first = (uint)(1 + i * RowsOfBlock);
                long?[] registers = [.. Enumerable.Range(0, RowsOfBlock).Select(r => (long?)((first + r) * 1_000 + r * 7_919 % 997))];
                yield return node.Block(NodeUnderTest.QuarterHours(first, NodeUnderTest.NewYear + NodeUnderTest.QuarterHour * first, registers));
            }
        }
    }

    /// <summary>One life of the store.</summary>
    private sealed class Stepped : IDisposable
    {
        public Stepped(SimulatedDisk disk)
        {
            var files = StoreFiles.OpenOn(disk);
            Log = new LogStore(files, TimeProvider.System, isStepped: true);
            try
            {
                Projector = new Projector(files, Log, NullLogger<Projector>.Instance, isStepped: true);
            }
            catch
            {
                Log.Dispose();
                throw;
            }
        }

        public LogStore Log { get; }

        public Projector Projector { get; }

        public Task<Receipt>[] Append(ReadOnlySpan<IncomingBlock> blocks)
        {
            var appended = new Task<Receipt>[blocks.Length];
            for (int i = 0; i < blocks.Length; i++)
                appended[i] = Log.AppendAsync(blocks[i], CancellationToken.None);
            while (Log.Step())
            {
                // All that waits.
            }
            Assert.All(appended, a => Assert.True(a.IsCompleted));
            return appended;
        }

        /// <summary>Projects all that is committed; false when it stands still.</summary>
        public bool TryProject()
        {
            while (Projector.Step())
                Assert.Null(Projector.Error);
            return Projector.Error == null;
        }

        public void Dispose()
        {
            Projector.Dispose();
            Log.Dispose();
        }
    }
}
