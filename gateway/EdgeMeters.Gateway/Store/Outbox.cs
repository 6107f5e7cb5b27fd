using EdgeMeters.Gateway.Core;
using EdgeMeters.Wire;
using Microsoft.Data.Sqlite;

namespace EdgeMeters.Gateway.Store;

/// <summary>What one destination has still to be sent, in the order of the log.</summary>
/// <remarks>
/// There is no queue to keep: the log is the queue, and a destination's place in it is an entry and a number of items. What an entry has for
/// a head-end follows from log and projections: the intervals of its readings; for a late block also the intervals that it changed; for a
/// layout the readings that had waited for it; for a new registry the readings of meters that had no point before.
/// </remarks>
internal sealed class Outbox : IDisposable
{
    /// <summary>Items in a batch at most.</summary>
    public const int BatchItemsMax = 1000;

    private const int EntriesPerLookMax = 256;

    private readonly string _destination;
    private readonly StoreFiles _files;
    private readonly ChannelCatalog _catalog = new();
    private readonly LogReader _log;
    private readonly SqliteConnection _views;
    private readonly SeriesReader _series;
    private readonly ReadingBlock _readings = new(Limits.ReadingsPerBlockMax);
    private readonly ReadingBlockReader _reader = new();
    private long _entry;
    private int _items;

    public Outbox(string destination, StoreFiles files)
    {
        _destination = destination;
        _files = files;
        _log = new LogReader(files);
        _views = files.OpenViewsReader();
        _series = new SeriesReader(_views, _catalog);
        LoadPlace();
    }

    /// <summary>The forwarder's own position as of the latest settlement.</summary>
    public string? Position { get; private set; }

    /// <summary>Latest entry of which everything is settled, or in which there was nothing to send.</summary>
    public long Reached => _entry;

    /// <summary>The next items, and the place in the log behind each.</summary>
    /// <param name="through">Latest entry that the projections have taken in.</param>
    public List<OutboxItem> Next(long through)
    {
        var batch = new List<OutboxItem>();
        while (batch.Count < BatchItemsMax && _entry < through)
        {
            foreach (var entry in _log.Read(_entry, (int)Math.Min(EntriesPerLookMax, through - _entry)))
            {
                var items = ItemsOf(entry);
                // Only the entry at the cursor was sent in part; those behind it have not been touched.
                for (int i = entry.Number == _entry + 1 ? _items : 0; i < items.Count && batch.Count < BatchItemsMax; i++)
                    batch.Add(new OutboxItem(items[i], entry.Number, i + 1));
                if (batch.Count >= BatchItemsMax)
                    return batch;
                if (batch.Count == 0)
                    MoveTo(entry.Number, 0);
            }
            if (batch.Count > 0)
                return batch;
        }
        return batch;
    }

    /// <summary>Moves behind a settled item. The caller has made it durable.</summary>
    public void Settle(OutboxItem last, string? position)
    {
        // The entry itself is looked at once more, from the item on; when it has no more, it is passed.
        MoveTo(last.Entry - 1, last.Items);
        Position = position;
    }

    public void Dispose()
    {
        _views.Dispose();
        _log.Dispose();
    }

    private void MoveTo(long entry, int items)
    {
        _entry = entry;
        _items = items;
    }

    private void LoadPlace()
    {
        using var connection = _files.OpenLogReader();
        using var command = connection.Prepare(
            "SELECT entry, items, position FROM settlement WHERE destination=$1 ORDER BY id DESC LIMIT 1", 1);
        using var rows = command.With(_destination).ExecuteReader();
        if (!rows.Read())
            return;
        MoveTo(rows.GetInt64(0) - 1, rows.GetInt32(1));
        Position = rows.IsDBNull(2) ? null : rows.GetString(2);
    }

    private List<ForwardItem> ItemsOf(LogEntry entry)
    {
        var items = new List<ForwardItem>();
        switch (entry.Kind)
        {
            case LogEntryKind.Readings when !IsWaiting(entry.Number):
                AddReadings(entry, items);
                break;
            case LogEntryKind.Layout:
                foreach (long waited in EntriesExplainedBy(entry.Number))
                    AddReadings(_log.ReadOne(waited), items);
                break;
            case LogEntryKind.Registry:
                AddNewlyAssigned(entry.Number, items);
                break;
        }
        return items;
    }

    private void AddReadings(LogEntry entry, List<ForwardItem> items)
    {
        if (entry.Kind != LogEntryKind.Readings || _reader.TryRead(entry.Body, entry.Body.Length, _readings) != BlockError.None)
            return;
        bool isLate = Exists("SELECT 1 FROM late WHERE entry=$1", entry.Number);
        uint from = _readings.StartUtcSeconds - 1;
        uint to = _readings.UtcSecondsOf(_readings.Rows - 1);
        foreach (var channel in _catalog.OfLayout(_views, null, entry.Node, _readings.LayoutId))
        {
            if (PointOf(channel, entry.Number) is not { } point)
                continue;
            foreach (var interval in _series.Intervals(channel.Series, from, to))
            {
                if (IsOf(interval.Id, entry.Node, channel.Channel))
                    items.Add(new ForwardItem(point, channel.Layout.Unit, interval, 0));
                else if (isLate)
                    items.Add(new ForwardItem(point, channel.Layout.Unit, interval, entry.Number));
            }
            if (isLate && _series.FirstAfter(channel.Series, to) is { } changed)
                items.Add(new ForwardItem(point, channel.Layout.Unit, changed, entry.Number));
        }
    }

    private bool IsOf(ReadingId id, string node, byte channel) =>
        id.Node == node && id.Channel == channel && id.Epoch == _readings.Epoch
        && id.Sequence >= _readings.FirstSequence && id.Sequence - _readings.FirstSequence < _readings.Rows;

    private void AddNewlyAssigned(long entry, List<ForwardItem> items)
    {
        using var command = _views.Prepare("""
            SELECT p.id, p.name, p.carrier, a.meter, a.register, s.id, s.unit, a.through_end FROM assignment a
            JOIN series s ON s.meter=a.meter AND s.register=a.register JOIN point p ON p.id=a.point
            WHERE a.from_entry=$1 AND a.through_end>0 ORDER BY s.id
            """, 1);
        using var rows = command.With(entry).ExecuteReader();
        while (rows.Read())
        {
            var point = new MeteringPoint(rows.GetString(0), rows.GetString(1), (Carrier)rows.GetInt64(2), rows.GetString(3), rows.GetString(4));
            foreach (var interval in _series.Intervals(rows.GetInt64(5), 0, (uint)rows.GetInt64(7)))
                items.Add(new ForwardItem(point, (Unit)rows.GetInt64(6), interval, 0));
        }
    }

    // The assignment that was in force when the block came: a registry of later brings its earlier readings itself.
    private MeteringPoint? PointOf(CatalogChannel channel, long entry)
    {
        using var command = _views.Prepare("""
            SELECT p.id, p.name, p.carrier FROM assignment a JOIN point p ON p.id=a.point
            WHERE a.meter=$1 AND a.register=$2 AND a.from_entry<$3 AND (a.to_entry IS NULL OR a.to_entry>$3)
            """, 3);
        using var rows = command.With(channel.Layout.MeterSerial, channel.Layout.Register, entry).ExecuteReader();
        return rows.Read()
            ? new MeteringPoint(rows.GetString(0), rows.GetString(1), (Carrier)rows.GetInt64(2), channel.Layout.MeterSerial, channel.Layout.Register)
            : null;
    }

    private bool IsWaiting(long entry) => Exists("SELECT 1 FROM waiting WHERE entry=$1", entry);

    private List<long> EntriesExplainedBy(long entry)
    {
        using var command = _views.Prepare("SELECT entry FROM waiting WHERE explained_by=$1 ORDER BY entry", 1);
        using var rows = command.With(entry).ExecuteReader();
        var entries = new List<long>();
        while (rows.Read())
            entries.Add(rows.GetInt64(0));
        return entries;
    }

    private bool Exists(string query, long entry)
    {
        using var command = _views.Prepare(query, 1);
        return command.With(entry).ExecuteScalar() != null;
    }
}
