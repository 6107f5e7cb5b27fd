using EdgeMeters.Gateway.Core;
using EdgeMeters.Gateway.Core.Registry;
using Microsoft.Data.Sqlite;

namespace EdgeMeters.Gateway.Store;

/// <summary>A service of a metering point by a register that a series is known of, and the entries of the log between which the registry had it so.</summary>
/// <param name="Point">The point, with the meter of this service.</param>
/// <param name="Series">The register's series in the projections.</param>
/// <param name="Service">From when to when it serves.</param>
/// <param name="FromEntry">The registry that made it.</param>
/// <param name="ToEntry">The registry that changed or removed it; <see cref="long.MaxValue"/> while it is in force.</param>
/// <param name="ThroughEndUtcSeconds">The series' latest reading when it was made; 0 for none.</param>
internal sealed record Assignment(MeteringPoint Point, long Series, Service Service, long FromEntry, long ToEntry, uint ThroughEndUtcSeconds)
{
    public const string ServiceColumns =
        "a.point, a.meter, a.register, a.node, a.channel, a.after_utc, a.through_utc, a.start_register, a.end_register, a.multiplier, a.pulses";

    private const string Select = $"""
        SELECT {ServiceColumns}, p.name, p.carrier, s.id, a.from_entry, a.to_entry, a.through_end
        FROM assignment a JOIN point p ON p.id=a.point JOIN series s ON s.meter=a.meter AND s.register=a.register
        """;

    /// <summary>True when readings that come into the log at an entry go by it.</summary>
    public bool IsInForceAt(long entry) => FromEntry < entry && ToEntry > entry;

    /// <summary>What <see cref="OfSeries"/> asks, once for many.</summary>
    public static SqliteCommand PrepareOfSeries(SqliteConnection connection) =>
        connection.Prepare($"{Select} WHERE s.id=$1 ORDER BY a.from_entry, a.after_utc", 1);

    /// <summary>All assignments that a series ever had, the oldest first.</summary>
    public static List<Assignment> OfSeries(SqliteCommand prepared, long series) => Read(prepared.With(series));

    /// <summary>The assignments of a point that are in force, in the order of their begins.</summary>
    public static List<Assignment> OfPoint(SqliteConnection connection, string pointId)
    {
        using var command = PrepareOfPoint(connection);
        return OfPoint(command, pointId);
    }

    /// <summary>What <see cref="OfPoint(SqliteCommand, string)"/> asks, once for many.</summary>
    public static SqliteCommand PrepareOfPoint(SqliteConnection connection) =>
        connection.Prepare($"{Select} WHERE a.point=$1 AND a.to_entry IS NULL ORDER BY a.after_utc", 1);

    /// <inheritdoc cref="OfPoint(SqliteConnection, string)"/>
    public static List<Assignment> OfPoint(SqliteCommand prepared, string pointId) => Read(prepared.With(pointId));

    /// <summary>What a registry made.</summary>
    public static List<Assignment> MadeBy(SqliteConnection connection, long entry)
    {
        using var command = connection.Prepare($"{Select} WHERE a.from_entry=$1 ORDER BY s.id, a.after_utc", 1);
        return Read(command.With(entry));
    }

    /// <summary>What a registry ended.</summary>
    public static List<Assignment> EndedBy(SqliteConnection connection, long entry)
    {
        using var command = connection.Prepare($"{Select} WHERE a.to_entry=$1 ORDER BY s.id, a.after_utc", 1);
        return Read(command.With(entry));
    }

    /// <summary>Reads <see cref="ServiceColumns"/> from the first column on.</summary>
    public static Service ReadService(SqliteDataReader row) => new(
        row.GetString(0), row.GetString(1), row.GetString(2), row.GetString(3), row.IsDBNull(4) ? null : (byte)row.GetInt64(4),
        (uint)row.GetInt64(5), (uint)row.GetInt64(6), row.IsDBNull(7) ? null : row.GetInt64(7), row.IsDBNull(8) ? null : row.GetInt64(8),
        row.GetInt64(9), row.GetInt64(10));

    private static List<Assignment> Read(SqliteCommand command)
    {
        using var rows = command.ExecuteReader();
        var assignments = new List<Assignment>();
        while (rows.Read())
        {
            var service = ReadService(rows);
            var point = new MeteringPoint(service.Point, rows.GetString(11), (Carrier)rows.GetInt64(12), service.Meter, service.Register);
            assignments.Add(new Assignment(point, rows.GetInt64(13), service, rows.GetInt64(14), rows.IsDBNull(15) ? long.MaxValue : rows.GetInt64(15),
                (uint)rows.GetInt64(16)));
        }
        return assignments;
    }
}
