using System.Collections.Concurrent;
using EdgeMeters.Wire;
using Microsoft.Data.Sqlite;

namespace EdgeMeters.Gateway.Store;

/// <summary>Channels by number, and those of a layout. They never change once made, so what was read from the projections is kept, up to a number.</summary>
internal sealed class ChannelCatalog
{
    /// <summary>Channels kept in memory, a few hundred bytes each: a gateway of the whole plan has a million.</summary>
    public const int ChannelsKeptMax = 32_768;

    /// <summary>Layouts that whoever reads blocks keeps in memory, of up to 32 channels each.</summary>
    public const int LayoutsKeptMax = ChannelsKeptMax / Limits.ChannelsMax;

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
        if (_channels.Count >= ChannelsKeptMax)
            _channels.Clear();
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
