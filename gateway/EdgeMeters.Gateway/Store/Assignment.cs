using EdgeMeters.Gateway.Core;
using Microsoft.Data.Sqlite;

namespace EdgeMeters.Gateway.Store;

/// <summary>For which time a meter's register serves a metering point.</summary>
/// <remarks>
/// A registry is in force from the moment it came into the log. What a meter read up to then stays with the point it served, however late it
/// arrives; what it read while it served none belongs to the next one. So of one register the times do not overlap and leave nothing out.
/// </remarks>
/// <param name="Series">The register's series in the projections.</param>
/// <param name="AfterUtcSeconds">Intervals that end after this belong to the point …</param>
/// <param name="ThroughUtcSeconds">… up to and including this; <see cref="uint.MaxValue"/> while it is in force.</param>
/// <param name="FromEntry">The registry that made it.</param>
internal sealed record Assignment(MeteringPoint Point, long Series, uint AfterUtcSeconds, uint ThroughUtcSeconds, long FromEntry)
{
    private const string Columns = "p.id, p.name, p.carrier, a.meter, a.register, s.id, a.after_utc, a.from_entry";
    private const string Source =
        "FROM assignment a JOIN point p ON p.id=a.point JOIN series s ON s.meter=a.meter AND s.register=a.register";

    public bool Holds(uint endUtcSeconds) => endUtcSeconds > AfterUtcSeconds && endUtcSeconds <= ThroughUtcSeconds;

    /// <summary>What <see cref="OfSeries"/> asks, once for many.</summary>
    public static SqliteCommand PrepareOfSeries(SqliteConnection connection) =>
        connection.Prepare($"SELECT {Columns}, a.to_utc {Source} WHERE s.id=$1 ORDER BY a.from_entry", 1);

    /// <summary>All assignments of a series, the oldest first.</summary>
    public static List<Assignment> OfSeries(SqliteCommand prepared, long series) => Read(prepared.With(series));

    /// <summary>All assignments of a point, the oldest first.</summary>
    public static List<Assignment> OfPoint(SqliteConnection connection, string pointId)
    {
        using var command = connection.Prepare($"SELECT {Columns}, a.to_utc {Source} WHERE a.point=$1 ORDER BY a.from_entry", 1);
        return Read(command.With(pointId));
    }

    /// <summary>What a registry assigned of readings that had come before it: each up to the latest of them.</summary>
    public static List<Assignment> MadeBy(SqliteConnection connection, long entry)
    {
        using var command = connection.Prepare(
            $"SELECT {Columns}, min(a.through_end, coalesce(a.to_utc, a.through_end)) {Source} WHERE a.from_entry=$1 ORDER BY s.id", 1);
        return Read(command.With(entry));
    }

    private static List<Assignment> Read(SqliteCommand command)
    {
        using var rows = command.ExecuteReader();
        var assignments = new List<Assignment>();
        while (rows.Read())
        {
            var point = new MeteringPoint(rows.GetString(0), rows.GetString(1), (Carrier)rows.GetInt64(2), rows.GetString(3), rows.GetString(4));
            uint through = rows.IsDBNull(8) ? uint.MaxValue : (uint)rows.GetInt64(8);
            assignments.Add(new Assignment(point, rows.GetInt64(5), (uint)rows.GetInt64(6), through, rows.GetInt64(7)));
        }
        return assignments;
    }
}
