using System.Security.Cryptography;
using EdgeMeters.Gateway.Core;
using EdgeMeters.Gateway.Core.Registry;
using EdgeMeters.Gateway.Registry;
using Microsoft.Data.Sqlite;

namespace EdgeMeters.Gateway.Store;

/// <summary>The registry in the projections: points, registers, and every service with the entry that made it and the one that ended it.</summary>
/// <remarks>
/// What was in force at an entry can be told for ever: a service that a later registry changes is not written over but ended by that registry's
/// entry, and made anew by it. Points that left stay too, so that what was read while they were there still finds them.
/// </remarks>
internal sealed class RegistryProjection(SqliteConnection connection, SqliteTransaction? transaction)
{
    private const string PointColumns = "SELECT id, name, carrier, kind, utility, place, parent, class FROM point WHERE is_gone=0";

    /// <summary>The registry that the latest entry left in force.</summary>
    public PointRegistry Read() => new([.. ReadPoints()], [.. ReadRegisters()], [.. ReadServices()]);

    /// <exception cref="LogDamagedException">The entry holds no registry.</exception>
    public void Apply(LogEntry entry)
    {
        PointRegistry registry;
        try
        {
            registry = RegistryDocument.Read(entry.Body, Read, entry.ReceivedUtcSeconds);
        }
        catch (InvalidDataException)
        {
            throw new LogDamagedException(entry);
        }
        WritePoints(Compare(ReadPoints(), registry.Points));
        WriteRegisters(Compare(ReadRegisters(), registry.Registers));
        var (gone, added) = Compare(ReadServices(), registry.Services);
        End(gone, entry.Number);
        Begin(added, entry.Number);
        using var note = Prepare("UPDATE state SET registry=$1", 1);
        note.With(SHA256.HashData(entry.Body)).ExecuteNonQuery();
    }

    /// <summary>True when the latest registry was this entry, byte for byte.</summary>
    public bool IsLatest(byte[] body)
    {
        using var command = Prepare("SELECT registry FROM state", 0);
        return command.ExecuteScalar() is byte[] digest && digest.AsSpan().SequenceEqual(SHA256.HashData(body));
    }

    /// <summary>The points directly below one, in the order of their ids.</summary>
    public static List<RegisteredPoint> PointsBelow(SqliteConnection connection, string parent)
    {
        using var command = connection.Prepare($"{PointColumns} AND parent=$1 ORDER BY id", 1);
        return [.. ReadPoints(command.With(parent))];
    }

    /// <summary>So many points behind an id, in the order of their ids.</summary>
    public static List<RegisteredPoint> PointsAfter(SqliteConnection connection, string id, int max)
    {
        using var command = connection.Prepare($"{PointColumns} AND id>$1 ORDER BY id LIMIT $2", 2);
        return [.. ReadPoints(command.With(id, max))];
    }

    private IEnumerable<RegisteredPoint> ReadPoints()
    {
        using var command = Prepare(PointColumns, 0);
        foreach (var point in ReadPoints(command))
            yield return point;
    }

    private static IEnumerable<RegisteredPoint> ReadPoints(SqliteCommand command)
    {
        using var rows = command.ExecuteReader();
        while (rows.Read())
        {
            yield return new RegisteredPoint(rows.GetString(0), rows.GetString(1), (Carrier)rows.GetInt64(2), (PointKind)rows.GetInt64(3),
                rows.GetString(4), rows.GetString(5), rows.GetString(6), (PointClass)rows.GetInt64(7));
        }
    }

    private IEnumerable<MeterRegister> ReadRegisters()
    {
        using var command = Prepare("SELECT meter, register, unit, whole_digits, decimals, modulus FROM meter_register", 0);
        using var rows = command.ExecuteReader();
        while (rows.Read())
        {
            yield return new MeterRegister(rows.GetString(0), rows.GetString(1), DialUnit.Find(rows.GetString(2))!, rows.GetInt32(3), rows.GetInt32(4),
                rows.GetInt64(5));
        }
    }

    private IEnumerable<Service> ReadServices()
    {
        using var command = Prepare($"SELECT {Assignment.ServiceColumns} FROM assignment a WHERE a.to_entry IS NULL", 0);
        using var rows = command.ExecuteReader();
        while (rows.Read())
            yield return Assignment.ReadService(rows);
    }

    // What is there is read row by row: of a million points two whole registries at once would fill a small gateway's memory.
    private static (List<TRow> Gone, HashSet<TRow> Added) Compare<TRow>(IEnumerable<TRow> before, IReadOnlyList<TRow> after)
    {
        var added = after.ToHashSet();
        return ([.. before.Where(row => !added.Remove(row))], added);
    }

    private void WritePoints((List<RegisteredPoint> Gone, HashSet<RegisteredPoint> Added) points)
    {
        // A point that changed leaves first and comes back as it is now.
        using var leave = Prepare("UPDATE point SET is_gone=1 WHERE id=$1", 1);
        foreach (var point in points.Gone)
            leave.With(point.Id).ExecuteNonQuery();
        using var write = Prepare("INSERT OR REPLACE INTO point(id, name, carrier, kind, utility, place, parent, class, is_gone) VALUES($1, $2, $3, $4, $5, $6, $7, $8, 0)", 8);
        foreach (var point in points.Added)
            write.With(point.Id, point.Name, (int)point.Carrier, (int)point.Kind, point.Utility, point.Place, point.Parent, (int)point.Class).ExecuteNonQuery();
    }

    private void WriteRegisters((List<MeterRegister> Gone, HashSet<MeterRegister> Added) registers)
    {
        using var remove = Prepare("DELETE FROM meter_register WHERE meter=$1 AND register=$2", 2);
        foreach (var register in registers.Gone)
            remove.With(register.Meter, register.Register).ExecuteNonQuery();
        using var write = Prepare("INSERT INTO meter_register(meter, register, unit, whole_digits, decimals, modulus) VALUES($1, $2, $3, $4, $5, $6)", 6);
        foreach (var register in registers.Added)
            write.With(register.Meter, register.Register, register.Unit.Symbol, register.WholeDigits, register.Decimals, register.Modulus).ExecuteNonQuery();
    }

    private void End(IEnumerable<Service> services, long entry)
    {
        using var command = Prepare("UPDATE assignment SET to_entry=$1 WHERE meter=$2 AND register=$3 AND point=$4 AND after_utc=$5 AND to_entry IS NULL", 5);
        foreach (var service in services)
            command.With(entry, service.Meter, service.Register, service.Point, (long)service.AfterUtcSeconds).ExecuteNonQuery();
    }

    private void Begin(IEnumerable<Service> services, long entry)
    {
        using var command = Prepare("""
            INSERT INTO assignment(point, meter, register, node, channel, after_utc, through_utc, start_register, end_register, multiplier, pulses, from_entry, through_end)
            VALUES($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, coalesce((SELECT last_end FROM series WHERE meter=$2 AND register=$3), 0))
            """, 12);
        foreach (var s in services)
        {
            command.With(s.Point, s.Meter, s.Register, s.Node, s.Channel is { } channel ? (int)channel : null, (long)s.AfterUtcSeconds, (long)s.ThroughUtcSeconds,
                s.StartRegister, s.EndRegister, s.MultiplierMillionths, s.PulsesMillionths, entry).ExecuteNonQuery();
        }
    }

    private SqliteCommand Prepare(string text, int parameters)
    {
        var command = connection.Prepare(text, parameters);
        command.Transaction = transaction;
        return command;
    }
}
