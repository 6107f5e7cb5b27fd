using Microsoft.Data.Sqlite;

namespace EdgeMeters.Gateway.Store;

/// <summary>Reads entries of the log in order. One thread.</summary>
internal sealed class LogReader : IDisposable
{
    private const string Columns = "SELECT e.id, e.kind, coalesce(n.name, ''), e.body FROM entry e LEFT JOIN node n ON n.id=e.node";

    private readonly SqliteConnection _connection;
    private readonly SqliteCommand _after;
    private readonly SqliteCommand _one;

    public LogReader(StoreFiles files)
    {
        _connection = files.OpenLogReader();
        _after = _connection.Prepare($"{Columns} WHERE e.id>$1 ORDER BY e.id LIMIT $2", 2);
        _one = _connection.Prepare($"{Columns} WHERE e.id=$1", 1);
    }

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

    public void Dispose() => _connection.Dispose();

    private static LogEntry Read(SqliteDataReader row) =>
        new(row.GetInt64(0), (LogEntryKind)row.GetInt64(1), row.GetString(2), (byte[])row.GetValue(3));
}
