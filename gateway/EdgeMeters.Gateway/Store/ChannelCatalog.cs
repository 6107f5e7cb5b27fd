using System.Collections.Concurrent;
using EdgeMeters.Wire;
using Microsoft.Data.Sqlite;

namespace EdgeMeters.Gateway.Store;

/// <summary>Channels by number. They never change once made, so each is read from the projections once.</summary>
internal sealed class ChannelCatalog
{
    private const string Columns = "id, node, layout, channel, series, meter, register, unit, numerator, denominator, modulus, rate_max";

    private readonly ConcurrentDictionary<uint, CatalogChannel> _channels = new();

    public CatalogChannel Find(SqliteConnection connection, uint number)
    {
        if (_channels.TryGetValue(number, out var channel))
            return channel;
        using var command = connection.Prepare($"SELECT {Columns} FROM channel WHERE id=$1", 1);
        using var rows = command.With((long)number).ExecuteReader();
        if (!rows.Read())
            throw new InvalidDataException($"The projections hold readings of channel {number}, which they do not know.");
        return _channels.GetOrAdd(number, Read(rows));
    }

    /// <summary>The channels of a layout in order; empty when it is not known.</summary>
    public IReadOnlyList<CatalogChannel> OfLayout(SqliteConnection connection, SqliteTransaction? transaction, string node, uint layoutId)
    {
        using var command = connection.Prepare($"SELECT {Columns} FROM channel WHERE node=$1 AND layout=$2 ORDER BY channel", 2);
        command.Transaction = transaction;
        using var rows = command.With(node, (long)layoutId).ExecuteReader();
        var channels = new List<CatalogChannel>();
        while (rows.Read())
            channels.Add(Read(rows));
        return channels;
    }

    private static CatalogChannel Read(SqliteDataReader row) => new(
        (uint)row.GetInt64(0), row.GetString(1), (uint)row.GetInt64(2), (byte)row.GetInt64(3), row.GetInt64(4),
        new ChannelLayout
        {
            MeterSerial = row.GetString(5),
            Register = row.GetString(6),
            Unit = (Unit)row.GetInt64(7),
            Numerator = row.GetInt64(8),
            Denominator = row.GetInt64(9),
            Modulus = row.GetInt64(10),
            RateMaxPerHour = row.GetInt64(11),
        });
}
