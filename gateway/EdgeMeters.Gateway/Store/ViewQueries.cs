using EdgeMeters.Gateway.Core;
using EdgeMeters.Gateway.Core.Registry;
using EdgeMeters.Wire;
using Microsoft.Data.Sqlite;

namespace EdgeMeters.Gateway.Store;

/// <summary>Answers what pages, API and exports ask, from the projections. Each call opens its own connection.</summary>
/// <param name="files">The data folder, own or another process's.</param>
/// <param name="progress">The forwarders of this process.</param>
/// <param name="trouble">What keeps the store from its work; null while nothing does.</param>
/// <param name="time">Tells which meter serves a point now; null for the machine's.</param>
/// <param name="integrity">What the check of the log found; null where there is none.</param>
public sealed class ViewQueries(
    StoreFiles files, ForwarderProgress progress, Func<string?> trouble, TimeProvider? time = null, Func<IntegrityStatus>? integrity = null) : IReadingQueries
{
    /// <summary>Points whose days are held at a time when all are walked over.</summary>
    private const int PointsPerLook = 256;

    // Each table is looked through by itself: joined first, a million points would take ten times as long.
    private const string PointsLike = """
        SELECT id FROM point WHERE id LIKE $4 ESCAPE '\' OR name LIKE $4 ESCAPE '\'
        UNION SELECT point FROM assignment WHERE to_entry IS NULL AND meter LIKE $4 ESCAPE '\'
        UNION SELECT a.point FROM series s CROSS JOIN assignment a ON a.meter=s.meter AND a.register=s.register
            WHERE a.to_entry IS NULL AND s.node LIKE $4 ESCAPE '\'
        """;

    private readonly ChannelCatalog _catalog = new();

    public IReadOnlyList<PointStatus> Points(PointSearch search, string afterId, int max)
    {
        var wanted = new List<string> { "is_gone=0", "id>$1" };
        if (search.Carrier != null)
            wanted.Add("carrier=$3");
        if (search.Text.Length > 0)
            wanted.Add($"id IN ({PointsLike})");
        return SelectPoints($"SELECT id FROM point WHERE {string.Join(" AND ", wanted)} ORDER BY id LIMIT $2",
            afterId, max, (int?)search.Carrier, PatternOf(search.Text));
    }

    public int PointCount()
    {
        using var connection = files.OpenViewsReader();
        return (int)connection.ScalarLong("SELECT count(*) FROM point WHERE is_gone=0");
    }

    public PointStatus? Point(string pointId) => SelectPoints("$1", pointId).FirstOrDefault();

    public IReadOnlyList<IntervalReading> Intervals(string pointId, uint fromUtcSeconds, uint toUtcSeconds)
    {
        using var connection = files.OpenViewsReader();
        RefuseUnknown(connection, pointId);
        return IntervalsOf(Assignment.OfPoint(connection, pointId), new SeriesReader(connection, _catalog), fromUtcSeconds, toUtcSeconds);
    }

    /// <summary>The intervals of every point, point by point in the order of their ids: what is held at a time does not grow with their number.</summary>
    /// <remarks>Each point is as the projections have it when its turn comes; the log goes on meanwhile.</remarks>
    public IEnumerable<(string PointId, IReadOnlyList<IntervalReading> Intervals)> IntervalsOfAll(uint fromUtcSeconds, uint toUtcSeconds)
    {
        using var connection = files.OpenViewsReader();
        using var reader = new SeriesReader(connection, _catalog);
        using var next = connection.Prepare($"SELECT id FROM point WHERE is_gone=0 AND id>$1 ORDER BY id LIMIT {PointsPerLook}", 1);
        using var assignments = Assignment.PrepareOfPoint(connection);
        for (var ids = IdsAfter(next, ""); ids.Count > 0; ids = IdsAfter(next, ids[^1]))
        {
            foreach (string id in ids)
                yield return (id, IntervalsOf(Assignment.OfPoint(assignments, id), reader, fromUtcSeconds, toUtcSeconds));
            reader.Forget();
        }
    }

    public IReadOnlyList<ConsumptionPeriod> Consumption(
        string pointId, uint fromUtcSeconds, uint toUtcSeconds, int periodSeconds, int offsetSeconds) =>
        ConsumptionAggregator.Sum(Intervals(pointId, fromUtcSeconds, toUtcSeconds), periodSeconds, offsetSeconds);

    /// <summary>The registry that is in force.</summary>
    public PointRegistry Registry()
    {
        using var connection = files.OpenViewsReader();
        return new RegistryProjection(connection, null).Read();
    }

    public IReadOnlyList<UnassignedMeter> UnassignedMeters(int max)
    {
        using var connection = files.OpenViewsReader();
        using var command = connection.Prepare("""
            SELECT s.meter, s.register, s.node, s.readings FROM series s
            WHERE NOT EXISTS(SELECT 1 FROM assignment a WHERE a.meter=s.meter AND a.register=s.register AND a.to_entry IS NULL
                AND (s.last_end=0 OR s.last_end BETWEEN a.after_utc+1 AND a.through_utc) AND (a.node='' OR a.node=s.node AND coalesce(a.channel, s.channel)=s.channel))
            ORDER BY s.meter, s.register LIMIT $1
            """, 1);
        using var rows = command.With(max).ExecuteReader();
        var meters = new List<UnassignedMeter>();
        while (rows.Read())
            meters.Add(new UnassignedMeter(rows.GetString(0), rows.GetString(1), rows.GetString(2), rows.GetInt64(3)));
        return meters;
    }

    public IReadOnlyList<NodeEvent> Events(int max)
    {
        using var connection = files.OpenViewsReader();
        using var command = connection.Prepare(
            "SELECT node, epoch, sequence, utc, code, meter, a, b FROM event ORDER BY entry DESC, sequence DESC LIMIT $1", 1);
        using var rows = command.With(max).ExecuteReader();
        var events = new List<NodeEvent>();
        while (rows.Read())
        {
            events.Add(new NodeEvent(rows.GetString(0), (uint)rows.GetInt64(1), (uint)rows.GetInt64(2), (uint)rows.GetInt64(3),
                (EventCode)rows.GetInt64(4), rows.IsDBNull(5) ? null : rows.GetString(5), rows.GetInt64(6), rows.GetInt64(7)));
        }
        return events;
    }

    public StoreStatus Status()
    {
        using var views = files.OpenViewsReader();
        long blocks = views.ScalarLong("SELECT blocks FROM state");
        long readings = views.ScalarLong("SELECT readings FROM state");
        long entry = views.ScalarLong("SELECT entry FROM state");
        using var logReader = files.OpenLogReader();
        long nodes = logReader.ScalarLong("SELECT count(*) FROM node");
        long lastEntry = logReader.ScalarLong("SELECT max(id) FROM entry");
        var forwarders = progress.Names.Select(name => ForwarderStatus(logReader, name, lastEntry)).ToList();
        return new StoreStatus(blocks, readings, lastEntry - entry, (int)nodes, forwarders, trouble(), SealOf(logReader),
            views.ScalarLong("SELECT pruned FROM state"), views.ScalarLong("SELECT pruned_before FROM state"), integrity?.Invoke());
    }

    // LIKE has two characters that stand for others.
    private static string PatternOf(string text) =>
        $"%{text.Replace(@"\", @"\\", StringComparison.Ordinal).Replace("%", @"\%", StringComparison.Ordinal).Replace("_", @"\_", StringComparison.Ordinal)}%";

    private static string? SealOf(SqliteConnection logReader)
    {
        using var command = logReader.Prepare("SELECT entry, chain FROM seal ORDER BY entry DESC LIMIT 1", 0);
        using var rows = command.ExecuteReader();
        return rows.Read() ? new LogHead(rows.GetInt64(0), Convert.ToHexStringLower(rows.Bytes(1))).ToString() : null;
    }

    private ForwarderStatus ForwarderStatus(SqliteConnection logReader, string name, long lastEntry)
    {
        using var command = logReader.Prepare(
            "SELECT coalesce(sum(accepted), 0), coalesce(sum(rejected), 0), coalesce(max(entry), 0) FROM settlement WHERE destination=$1", 1);
        using var rows = command.With(name).ExecuteReader();
        rows.Read();
        long reached = Math.Max(rows.GetInt64(2), progress.ReachedOf(name));
        return new ForwarderStatus(
            name, rows.GetInt64(0), rows.GetInt64(1), Math.Max(0, lastEntry - reached), progress.ErrorOf(name));
    }

    /// <param name="ids">What gives the ids of the points that are wanted, with its arguments.</param>
    private List<PointStatus> SelectPoints(string ids, params object?[] arguments)
    {
        using var connection = files.OpenViewsReader();
        using var reader = new SeriesReader(connection, _catalog);
        using var command = connection.Prepare($"""
            SELECT {Assignment.ServiceColumns}, p.id, p.name, p.carrier, s.id, s.unit, s.last_end, s.node
            FROM point p LEFT JOIN assignment a ON a.point=p.id AND a.to_entry IS NULL
            LEFT JOIN series s ON s.meter=a.meter AND s.register=a.register WHERE p.is_gone=0 AND p.id IN ({ids}) ORDER BY p.id, a.after_utc
            """, arguments.Length);
        using var rows = command.With(arguments).ExecuteReader();
        long nowUtcSeconds = (time ?? TimeProvider.System).GetUtcNow().ToUnixTimeSeconds();
        var points = new List<PointStatus>();
        while (rows.Read())
        {
            string id = rows.GetString(11);
            // Of its services, in the order of their begins, a point shows the latest that has begun.
            if (points.Count > 0 && points[^1].Point.Id == id)
            {
                if (rows.GetInt64(5) <= nowUtcSeconds)
                    points[^1] = StatusOf(rows, id, reader);
                continue;
            }
            points.Add(StatusOf(rows, id, reader));
        }
        return points;
    }

    private static PointStatus StatusOf(SqliteDataReader row, string id, SeriesReader reader)
    {
        var service = row.IsDBNull(0) ? null : Assignment.ReadService(row);
        var point = new MeteringPoint(id, row.GetString(12), (Carrier)row.GetInt64(13), service?.Meter ?? "", service?.Register ?? "");
        if (service == null || row.IsDBNull(14))
            return new PointStatus(point, null, 0, null, null);
        // What the meter read at another point is not this one's.
        var (last, period) = reader.Latest(row.GetInt64(14), service, (uint)row.GetInt64(16));
        return new PointStatus(point, (Unit)row.GetInt64(15), period, last, row.GetString(17));
    }

    // After an exchange a point has the readings of two meters, each judged by itself: no difference is taken across.
    private static IReadOnlyList<IntervalReading> IntervalsOf(List<Assignment> assignments, SeriesReader reader, uint from, uint to) =>
        [.. assignments
            .SelectMany(a => reader.Intervals(a.Series, Math.Max(from, a.Service.AfterUtcSeconds), Math.Min(to, a.Service.ThroughUtcSeconds)).Where(a.Service.Holds))
            .OrderBy(i => i.EndUtcSeconds)];

    private static List<string> IdsAfter(SqliteCommand command, string id)
    {
        using var rows = command.With(id).ExecuteReader();
        var ids = new List<string>();
        while (rows.Read())
            ids.Add(rows.GetString(0));
        return ids;
    }

    /// <exception cref="KeyNotFoundException">The registry has no such point.</exception>
    internal static void RefuseUnknown(SqliteConnection connection, string pointId)
    {
        using var exists = connection.Prepare("SELECT 1 FROM point WHERE id=$1 AND is_gone=0", 1);
        if (exists.With(pointId).ExecuteScalar() == null)
            throw new KeyNotFoundException($"The registry has no metering point {pointId}.");
    }
}
