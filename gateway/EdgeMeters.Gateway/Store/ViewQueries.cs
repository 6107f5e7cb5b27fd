using EdgeMeters.Gateway.Core;
using EdgeMeters.Wire;
using Microsoft.Data.Sqlite;

namespace EdgeMeters.Gateway.Store;

/// <summary>Answers what pages, API and exports ask, from the projections. Each call opens its own connection.</summary>
/// <param name="files">The data folder, own or another process's.</param>
/// <param name="progress">The forwarders of this process.</param>
/// <param name="trouble">What keeps the store from its work; null while nothing does.</param>
public sealed class ViewQueries(StoreFiles files, ForwarderProgress progress, Func<string?> trouble) : IReadingQueries
{
    private readonly ChannelCatalog _catalog = new();

    public IReadOnlyList<PointStatus> Points() => SelectPoints("", null);

    public PointStatus? Point(string pointId) => SelectPoints("WHERE p.id=$1", pointId).FirstOrDefault();

    public IReadOnlyList<IntervalReading> Intervals(string pointId, uint fromUtcSeconds, uint toUtcSeconds)
    {
        using var connection = files.OpenViewsReader();
        var reader = new SeriesReader(connection, _catalog);
        // After an exchange a point has the readings of two meters, each judged by itself: no difference is taken across.
        var all = AssignmentsOf(connection, pointId).Select(a => reader.Intervals(
            a.Series, Math.Max(fromUtcSeconds, a.AfterUtcSeconds), Math.Min(toUtcSeconds, a.ThroughUtcSeconds))).ToArray();
        return all.Length == 1 ? all[0] : [.. all.SelectMany(i => i).OrderBy(i => i.EndUtcSeconds)];
    }

    public IReadOnlyList<ConsumptionPeriod> Consumption(
        string pointId, uint fromUtcSeconds, uint toUtcSeconds, int periodSeconds, int offsetSeconds) =>
        ConsumptionAggregator.Sum(Intervals(pointId, fromUtcSeconds, toUtcSeconds), periodSeconds, offsetSeconds);

    public IReadOnlyList<UnassignedMeter> UnassignedMeters()
    {
        using var connection = files.OpenViewsReader();
        using var command = connection.Prepare("""
            SELECT s.meter, s.register, s.node, s.readings FROM series s
            WHERE NOT EXISTS(SELECT 1 FROM assignment a WHERE a.meter=s.meter AND a.register=s.register AND a.to_utc IS NULL)
            ORDER BY s.meter, s.register
            """, 0);
        using var rows = command.ExecuteReader();
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
        return new StoreStatus(blocks, readings, lastEntry - entry, (int)nodes, forwarders, trouble());
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

    private List<PointStatus> SelectPoints(string where, string? pointId)
    {
        using var connection = files.OpenViewsReader();
        var reader = new SeriesReader(connection, _catalog);
        using var command = connection.Prepare($"""
            SELECT p.id, p.name, p.carrier, p.meter, p.register, s.id, s.unit, s.last_end, s.node, a.after_utc
            FROM point p LEFT JOIN series s ON s.meter=p.meter AND s.register=p.register
            JOIN assignment a ON a.meter=p.meter AND a.register=p.register AND a.to_utc IS NULL {where} ORDER BY p.id
            """, pointId == null ? 0 : 1);
        if (pointId != null)
            command.With(pointId);
        using var rows = command.ExecuteReader();
        var points = new List<PointStatus>();
        while (rows.Read())
        {
            var point = new MeteringPoint(rows.GetString(0), rows.GetString(1), (Carrier)rows.GetInt64(2), rows.GetString(3), rows.GetString(4));
            if (rows.IsDBNull(5))
            {
                points.Add(new PointStatus(point, null, 0, null, null));
                continue;
            }
            // What the meter read at another point before is not this one's.
            uint lastEnd = rows.GetInt64(7) > rows.GetInt64(9) ? (uint)rows.GetInt64(7) : 0;
            var (last, period) = reader.Latest(rows.GetInt64(5), lastEnd);
            points.Add(new PointStatus(point, (Unit)rows.GetInt64(6), period, last, rows.GetString(8)));
        }
        return points;
    }

    private static List<Assignment> AssignmentsOf(SqliteConnection connection, string pointId)
    {
        using var exists = connection.Prepare("SELECT 1 FROM point WHERE id=$1", 1);
        if (exists.With(pointId).ExecuteScalar() == null)
            throw new KeyNotFoundException($"The registry has no metering point {pointId}.");
        return Assignment.OfPoint(connection, pointId);
    }
}
