using EdgeMeters.Simulation.Disk;
using Microsoft.Data.Sqlite;

namespace EdgeMeters.Gateway.Tests.Disk;

/// <summary>A small database that is written at random, crashed and looked at again: what it holds is compared with what was committed.</summary>
internal sealed class DiskLedger(SimulatedDisk disk, string synchronous, Random random)
{
    private const int KeysMax = 40;
    private const int BytesMax = 9_000;

    /// <summary>Every state since the last look, the oldest first: version by key. The last may be one whose commit did not return.</summary>
    private readonly List<Dictionary<int, int>> _states = [[]];
    private int _returned;
    private int _version;

    /// <summary>Commits that returned, of all lives.</summary>
    public int Commits { get; private set; }

    /// <summary>Commits that returned and were not there after a crash.</summary>
    public int Lost { get; private set; }

    /// <summary>Commits that did not return and were there all the same.</summary>
    public int Unasked { get; private set; }

    /// <summary>Looks at which the database was no whole state, or none at all.</summary>
    public int Damaged { get; private set; }

    public SqliteConnection Open()
    {
        var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder { DataSource = "ledger.db", Vfs = disk.Vfs, Pooling = false }.ToString());
        try
        {
            connection.Open();
            Execute(connection, $"PRAGMA journal_mode=WAL; PRAGMA synchronous={synchronous}; PRAGMA wal_autocheckpoint=25;");
            Execute(connection, "CREATE TABLE IF NOT EXISTS entry(id INTEGER PRIMARY KEY, version INTEGER NOT NULL, body BLOB NOT NULL)");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Writes until a call fails or all is done.</summary>
    /// <returns>SQLite's code of the failure; 0 when nothing failed.</returns>
    public int Write(SqliteConnection connection, int transactions)
    {
        try
        {
            for (int i = 0; i < transactions; i++)
                WriteOnce(connection);
            return 0;
        }
        catch (SqliteException e)
        {
            return e.SqliteErrorCode;
        }
    }

    /// <summary>Opens the database and finds out which state it has.</summary>
    public void Look()
    {
        int found = -1;
        try
        {
            using var connection = Open();
            found = FindState(connection);
        }
        catch (SqliteException)
        {
            // It does not even open.
        }
        if (found < 0)
        {
            Damaged++;
            return;
        }
        Lost += Math.Max(0, _returned - found);
        Unasked += Math.Max(0, found - _returned);
        var state = _states[found];
        _states.Clear();
        _states.Add(state);
        _returned = 0;
    }

    public static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private void WriteOnce(SqliteConnection connection)
    {
        // What a commit that did not return left is rolled back: the next begins from the state before.
        _states.RemoveRange(_returned + 1, _states.Count - _returned - 1);
        var state = new Dictionary<int, int>(_states[^1]);
        using var transaction = connection.BeginTransaction();
        for (int i = random.Next(1, 6); i > 0; i--)
        {
            int key = random.Next(KeysMax);
            using var command = connection.CreateCommand();
            command.Transaction = transaction;
            if (random.Next(4) == 0)
            {
                state.Remove(key);
                command.CommandText = "DELETE FROM entry WHERE id=$1";
            }
            else
            {
                state[key] = ++_version;
                command.CommandText = "INSERT OR REPLACE INTO entry VALUES($1, $2, $3)";
                command.Parameters.AddWithValue("$2", _version);
                command.Parameters.AddWithValue("$3", BodyOf(key, _version));
            }
            command.Parameters.AddWithValue("$1", key);
            command.ExecuteNonQuery();
        }
        _states.Add(state);
        transaction.Commit();
        _returned = _states.Count - 1;
        Commits++;
    }

    private int FindState(SqliteConnection connection)
    {
        using var check = connection.CreateCommand();
        check.CommandText = "PRAGMA integrity_check";
        if ((string?)check.ExecuteScalar() != "ok")
            return -1;
        var held = new Dictionary<int, int>();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT id, version, body FROM entry";
        using var rows = command.ExecuteReader();
        while (rows.Read())
        {
            held.Add(rows.GetInt32(0), rows.GetInt32(1));
            if (!BodyOf(rows.GetInt32(0), rows.GetInt32(1)).AsSpan().SequenceEqual((byte[])rows.GetValue(2)))
                return -1;
        }
        return _states.FindLastIndex(s => s.Count == held.Count && held.All(h => s.TryGetValue(h.Key, out int version) && version == h.Value));
    }

    private static byte[] BodyOf(int key, int version)
    {
        byte[] body = new byte[(key * 7919 + version * 104_729) % BytesMax];
        for (int i = 0; i < body.Length; i++)
            body[i] = (byte)(key + version * 31 + i * 7);
        return body;
    }
}
