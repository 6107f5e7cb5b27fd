using EdgeMeters.Wire;
using Microsoft.Data.Sqlite;

namespace EdgeMeters.Gateway.Store;

/// <summary>Reads entries of the log in order. One thread.</summary>
internal sealed class LogReader : IDisposable
{
    private const string Columns =
        "SELECT e.id, e.kind, coalesce(n.name, ''), e.received_ms, e.body, e.pruned FROM entry e LEFT JOIN node n ON n.id=e.node";

    private readonly SqliteConnection _connection;
    private readonly SqliteCommand _after;
    private readonly SqliteCommand _one;
    private readonly SqliteCommand _heldBefore;
    private readonly SqliteCommand _highestBefore;
    private readonly SqliteCommand _sealUpTo;

    public LogReader(StoreFiles files)
    {
        _connection = files.OpenLogReader();
        _after = _connection.Prepare($"{Columns} WHERE e.id>$1 ORDER BY e.id LIMIT $2", 2);
        _one = _connection.Prepare($"{Columns} WHERE e.id=$1", 1);
        _heldBefore = _connection.Prepare(
            $"""
            SELECT first, last FROM range WHERE node=(SELECT id FROM node WHERE name=$1) AND kind={(int)LogEntryKind.Readings} AND epoch=$2
            AND first BETWEEN $3-{Limits.ReadingsPerBlockMax} AND $4 AND last>=$3 AND entry<$5
            """, 5);
        _highestBefore = _connection.Prepare(
            $"SELECT max(last) FROM range WHERE node=(SELECT id FROM node WHERE name=$1) AND kind={(int)LogEntryKind.Readings} AND epoch=$2 AND entry<$3", 3);
        _sealUpTo = _connection.Prepare("SELECT entry, chain FROM seal WHERE entry<=$1 ORDER BY entry DESC LIMIT 1", 1);
    }

    /// <summary>The latest seal of an entry up to one; null when there is none.</summary>
    public (long Entry, byte[] Chain)? SealUpTo(long entry)
    {
        using var rows = _sealUpTo.With(entry).ExecuteReader();
        return rows.Read() ? (rows.GetInt64(0), rows.Bytes(1)) : null;
    }

    /// <summary>The highest sequence of readings that entries before one hold of its node and an epoch; 0 when there is none.</summary>
    public long HighestBefore(LogEntry entry, uint epoch) =>
        _highestBefore.With(entry.Node, (long)epoch, entry.Number).ExecuteScalar() is long highest ? highest : 0;

    public IReadOnlyList<LogEntry> Read(long after, int max)
    {
        using var rows = _after.With(after, max).ExecuteReader();
        var entries = new List<LogEntry>();
        while (rows.Read())
            entries.Add(Read(rows));
        return entries;
    }

    public LogEntry ReadOne(long number)
    {
        using var rows = _one.With(number).ExecuteReader();
        return rows.Read() ? Read(rows) : throw new InvalidDataException($"The log has no entry {number}.");
    }

    /// <summary>The sequences among those of an entry with readings that earlier entries hold already, as ranges.</summary>
    public IReadOnlyList<(uint First, uint Last)> HeldBefore(LogEntry entry, ReadingBlock block)
    {
        long last = block.FirstSequence + (long)block.Rows - 1;
        using var rows = _heldBefore.With(entry.Node, (long)block.Epoch, (long)block.FirstSequence, last, entry.Number).ExecuteReader();
        var held = new List<(uint, uint)>();
        while (rows.Read())
            held.Add(((uint)rows.GetInt64(0), (uint)rows.GetInt64(1)));
        return held;
    }

    /// <summary>When the log began, in milliseconds since 1970. A log that takes another's place begins later.</summary>
    public long BeganMs() => _connection.ScalarLong("SELECT received_ms FROM entry ORDER BY id LIMIT 1");

    public void Dispose() => _connection.Dispose();

    private static LogEntry Read(SqliteDataReader row) =>
        new(row.GetInt64(0), (LogEntryKind)row.GetInt64(1), row.GetString(2), row.GetInt64(3) / 1000, row.Bytes(4), row.IsDBNull(5) ? null : row.Bytes(5));
}
