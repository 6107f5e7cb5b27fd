using EdgeMeters.Gateway.Store;
using Microsoft.Data.Sqlite;

namespace EdgeMeters.Benchmarks.Rival;

/// <summary>The rival's store: SQLite with a row for each reading, WAL, every commit on disk, duplicates refused by meter and interval end.</summary>
/// <remarks>
/// It knows less than the gateway's: no node, epoch and sequence, no layout, no clock quality, nothing to prove an origin by. What it has is
/// written as well as the gateway writes its own: prepared statements and commits that are shared.
/// </remarks>
internal sealed class RowStore : IDisposable
{
    private const string KeyedSchema = """
        CREATE TABLE meter(id INTEGER PRIMARY KEY, serial TEXT NOT NULL, obis TEXT NOT NULL, UNIQUE(serial, obis));
        CREATE TABLE reading(meter INTEGER NOT NULL, end INTEGER NOT NULL, register INTEGER NOT NULL, quality INTEGER NOT NULL,
            PRIMARY KEY(meter, end)) WITHOUT ROWID;
        """;

    private const string PlainSchema = """
        CREATE TABLE reading(id INTEGER PRIMARY KEY, meter TEXT NOT NULL, obis TEXT NOT NULL, end INTEGER NOT NULL,
            register INTEGER NOT NULL, quality INTEGER NOT NULL);
        CREATE UNIQUE INDEX reading_once ON reading(meter, obis, end);
        """;

    private readonly RowSchema _schema;
    private readonly SqliteConnection _connection;
    private readonly SqliteCommand _insert;
    private readonly SqliteCommand _insertMeter;
    private readonly Dictionary<(string Serial, string Obis), long> _meters = [];
    private SqliteTransaction? _transaction;

    public RowStore(string path, RowSchema schema)
    {
        _schema = schema;
        _connection = Open(path);
        _connection.Execute("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;");
        _connection.EnsureSchema(schema == RowSchema.Keyed ? KeyedSchema : PlainSchema, 1);
        _insert = schema == RowSchema.Keyed
            ? _connection.Prepare("INSERT INTO reading(meter, end, register, quality) VALUES($1, $2, $3, $4) ON CONFLICT DO NOTHING", 4)
            : _connection.Prepare("INSERT INTO reading(meter, obis, end, register, quality) VALUES($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING", 5);
        _insertMeter = _connection.Prepare("INSERT INTO meter(id, serial, obis) VALUES($1, $2, $3)", 3);
    }

    public void Begin()
    {
        _transaction = _connection.BeginTransaction();
        _insert.Transaction = _transaction;
        _insertMeter.Transaction = _transaction;
    }

    public void Insert(string serial, string obis, long end, long register, int quality)
    {
        if (_schema == RowSchema.Keyed)
            _insert.With(MeterId(serial, obis), end, register, quality).ExecuteNonQuery();
        else
            _insert.With(serial, obis, end, register, quality).ExecuteNonQuery();
    }

    public void Commit()
    {
        _transaction!.Commit();
        _transaction.Dispose();
        _transaction = null;
    }

    public void Dispose()
    {
        _transaction?.Dispose();
        _connection.Dispose();
    }

    public static long Count(string path)
    {
        using var connection = Open(path);
        return connection.ScalarLong("SELECT count(*) FROM reading");
    }

    /// <summary>Intervals of a register over a connection of its own, as the gateway's queries have one.</summary>
    public static List<RowInterval> Intervals(string path, RowSchema schema, string serial, string obis, long from, long to)
    {
        using var connection = Open(path);
        string meter = schema == RowSchema.Keyed ? "meter=(SELECT id FROM meter WHERE serial=$1 AND obis=$2)" : "meter=$1 AND obis=$2";
        using var command = connection.Prepare(
            $"SELECT end, register, quality FROM reading WHERE {meter} AND end>$3 AND end<=$4 ORDER BY end", 4);
        using var rows = command.With(serial, obis, from, to).ExecuteReader();
        var intervals = new List<RowInterval>();
        long? previous = null;
        while (rows.Read())
        {
            long register = rows.GetInt64(1);
            intervals.Add(new RowInterval(rows.GetInt64(0), register, register - previous, rows.GetInt32(2)));
            previous = register;
        }
        return intervals;
    }

    private static SqliteConnection Open(string path)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        connection.Open();
        return connection;
    }

    private long MeterId(string serial, string obis)
    {
        if (_meters.TryGetValue((serial, obis), out long id))
            return id;
        id = _meters.Count + 1;
        _insertMeter.With(id, serial, obis).ExecuteNonQuery();
        _meters.Add((serial, obis), id);
        return id;
    }
}
