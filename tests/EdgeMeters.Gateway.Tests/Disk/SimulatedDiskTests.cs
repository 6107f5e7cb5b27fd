using CsCheck;
using EdgeMeters.Simulation.Disk;
using Microsoft.Data.Sqlite;

namespace EdgeMeters.Gateway.Tests.Disk;

/// <summary>The simulated disk against SQLite, whose promises are known: what must hold on it holds, and what may break does break.</summary>
public sealed class SimulatedDiskTests
{
    private const int Lives = 8;
    private const int SqliteFull = 13;
    private const int SqliteIoError = 10;

    private static readonly Gen<int> Seed = Gen.Int[0, int.MaxValue - 1];

    [Fact]
    public void A_commit_that_returned_is_there_after_any_crash()
    {
        int commits = 0, unasked = 0;
        Seed.Sample(seed =>
        {
            var ledger = LiveThrough(seed, "FULL");
            Assert.Equal((0, 0), (ledger.Lost, ledger.Damaged));
            Interlocked.Add(ref commits, ledger.Commits);
            Interlocked.Add(ref unasked, ledger.Unasked);
        }, iter: 150);
        // The crash came in the midst of work, and also between the platter and the answer.
        Assert.True(commits > 150, $"only {commits} commits");
        Assert.True(unasked > 0, "no crash fell between a sync and its answer");
    }

    [Fact]
    public void Commits_that_are_not_synced_are_lost_but_the_database_stays_whole()
    {
        int lost = 0;
        Seed.Sample(seed =>
        {
            var ledger = LiveThrough(seed, "NORMAL");
            Assert.Equal(0, ledger.Damaged);
            Interlocked.Add(ref lost, ledger.Lost);
        }, iter: 60);
        Assert.True(lost > 0, "no crash cost anything");
    }

    [Fact]
    public void Without_any_barrier_databases_are_damaged()
    {
        int damaged = 0;
        Seed.Sample(seed => Interlocked.Add(ref damaged, LiveThrough(seed, "OFF").Damaged), iter: 60);
        Assert.True(damaged > 0, "no crash damaged anything");
    }

    [Fact]
    public void A_call_that_fails_once_costs_its_transaction_and_nothing_else()
    {
        var codes = new HashSet<int>();
        for (int k = 0; k < 150; k++)
        {
            using var disk = new SimulatedDisk("disk", k);
            var ledger = new DiskLedger(disk, "FULL", new Random(k));
            using (var connection = ledger.Open())
            {
                Assert.Equal(0, ledger.Write(connection, 3));
                disk.FailAt(k, isForEver: false);
                codes.Add(ledger.Write(connection, 30));
                Assert.Equal(0, ledger.Write(connection, 3));
            }
            ledger.Look();
            Assert.Equal((0, 0, 1), (ledger.Lost, ledger.Damaged, (int)disk.Failures));
        }
        // Some failed where nothing depends on it: at a checkpoint, which is made again.
        Assert.Equal([0, SqliteIoError], codes.Order());
    }

    [Fact]
    public void A_full_disk_refuses_and_takes_again_when_there_is_room()
    {
        using var disk = new SimulatedDisk("disk", 1);
        var ledger = new DiskLedger(disk, "FULL", new Random(1));
        using (var connection = ledger.Open())
        {
            Assert.Equal(0, ledger.Write(connection, 5));
            disk.CapacityBytes = disk.UsedBytes + 30_000;
            Assert.Equal(SqliteFull, ledger.Write(connection, 100));
            Assert.InRange(disk.FreeBytes, 0, 30_000);
            disk.CapacityBytes = long.MaxValue;
            Assert.Equal(0, ledger.Write(connection, 20));
        }
        disk.Crash();
        ledger.Look();
        Assert.Equal((0, 0), (ledger.Lost, ledger.Damaged));
    }

    [Fact]
    public void Connections_of_before_a_crash_are_dead_and_leave_the_next_life_alone()
    {
        using var disk = new SimulatedDisk("disk", 1);
        var ledger = new DiskLedger(disk, "FULL", new Random(1));
        var writer = ledger.Open();
        var reader = ledger.Open();
        var idle = ledger.Open();
        Assert.Equal(0, ledger.Write(writer, 10));
        using var rows = Select(reader).ExecuteReader();
        Assert.True(rows.Read());
        // In the midst of a transaction that has written to the log already, and of a query.
        string keys = string.Join(',', Enumerable.Range(100, 60));
        DiskLedger.Execute(writer, "PRAGMA cache_size=1; BEGIN; DELETE FROM entry;");
        DiskLedger.Execute(writer, $"INSERT INTO entry SELECT value, 1, zeroblob(9000) FROM json_each('[{keys}]')");

        disk.Crash();
        ledger.Look();
        using (var next = ledger.Open())
        {
            Assert.Equal(0, ledger.Write(next, 5));
            Assert.Equal(SqliteIoError, Assert.Throws<SqliteException>(() => DiskLedger.Execute(idle, "SELECT count(*) FROM entry")).SqliteErrorCode);
            idle.Dispose();
            rows.Dispose();
            reader.Dispose();
            DiskLedger.Execute(writer, "ROLLBACK");
            writer.Dispose();
            Assert.Equal(0, ledger.Write(next, 5));
        }
        ledger.Look();
        Assert.Equal((0, 0, 0), (ledger.Lost, ledger.Damaged, disk.OpenFiles));
    }

    [Fact]
    public void A_connection_may_be_closed_after_its_disk()
    {
        var disk = new SimulatedDisk("disk", 1);
        var ledger = new DiskLedger(disk, "FULL", new Random(1));
        var connection = ledger.Open();
        Assert.Equal(0, ledger.Write(connection, 10));
        disk.Dispose();
        Assert.Equal(SqliteIoError, ledger.Write(connection, 1));
        connection.Dispose();
        Assert.Equal(0, disk.OpenFiles);
    }

    [Fact]
    public void One_seed_has_one_outcome()
    {
        var outcomes = Enumerable.Range(0, 2).Select(_ =>
        {
            using var disk = new SimulatedDisk("disk", 7);
            var ledger = LiveOn(disk, 7, "FULL");
            return (ledger.Commits, ledger.Unasked, disk.Syncs, disk.Writes, disk.WrittenBytes, disk.UsedBytes);
        }).Distinct();
        Assert.Single(outcomes);
    }

    [Fact]
    public void A_file_reads_as_written_and_after_a_crash_as_synced()
    {
        Seed.Sample(seed =>
        {
            var random = new Random(seed);
            var file = new SimulatedFile();
            byte[] expected = [];
            for (int i = 0; i < 30; i++)
            {
                if (random.Next(4) == 0)
                {
                    Array.Resize(ref expected, random.Next(150_000));
                    file.Truncate(expected.Length);
                }
                else
                {
                    byte[] bytes = new byte[random.Next(1, 20_000)];
                    random.NextBytes(bytes);
                    int offset = random.Next(expected.Length + 1);
                    file.Write(offset, bytes);
                    Array.Resize(ref expected, Math.Max(expected.Length, offset + bytes.Length));
                    bytes.CopyTo(expected, offset);
                }
                Assert.True(expected.AsSpan().SequenceEqual(ReadAll(file)));
                if (random.Next(5) != 0)
                    continue;
                file.Sync();
                file.Crash(random);
                Assert.True(expected.AsSpan().SequenceEqual(ReadAll(file)));
            }
            // Now of what was not synced anything may be there, but nothing that was never written.
            file.Crash(random);
            byte[] survived = ReadAll(file);
            file.Crash(random);
            Assert.True(survived.AsSpan().SequenceEqual(ReadAll(file)));
        }, iter: 100);
    }

    private static DiskLedger LiveThrough(int seed, string synchronous)
    {
        using var disk = new SimulatedDisk("disk", seed);
        var ledger = LiveOn(disk, seed, synchronous);
        Assert.Equal(0, disk.OpenFiles);
        return ledger;
    }

    /// <summary>Several lives, each ended by a crash somewhere in its work: in the midst of a call, or between two.</summary>
    private static DiskLedger LiveOn(SimulatedDisk disk, int seed, string synchronous)
    {
        var random = new Random(seed);
        var ledger = new DiskLedger(disk, synchronous, random);
        for (int life = 0; life < Lives && ledger.Damaged == 0; life++)
        {
            using (var connection = ledger.Open())
            {
                disk.FailAt(random.Next(400), isForEver: true);
                ledger.Write(connection, random.Next(1, 12));
                disk.Crash();
            }
            ledger.Look();
        }
        return ledger;
    }

    private static SqliteCommand Select(SqliteConnection connection)
    {
        var command = connection.CreateCommand();
        command.CommandText = "SELECT id FROM entry";
        return command;
    }

    private static byte[] ReadAll(SimulatedFile file)
    {
        byte[] content = new byte[file.Length];
        Assert.Equal(content.Length, file.Read(0, content));
        Assert.Equal(0, file.Read(file.Length, new byte[10]));
        return content;
    }
}
