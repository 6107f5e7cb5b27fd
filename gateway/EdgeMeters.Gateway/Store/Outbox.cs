using EdgeMeters.Gateway.Core;
using EdgeMeters.Wire;
using Microsoft.Data.Sqlite;

namespace EdgeMeters.Gateway.Store;

/// <summary>What one destination has still to be sent, in the order of the log.</summary>
/// <remarks>
/// There is no queue to keep: the log is the queue, and a destination's place in it is an entry and a number of items. What an entry has for
/// a head-end follows from log and projections: the intervals of its readings; for a late block also the intervals that it changed; for a
/// layout the readings that had waited for it; for a new registry the readings that came before it and that it gives to a point which had them not.
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
    private readonly Revisions _revisions;
    private readonly ReadingBlock _readings = new(Limits.ReadingsPerBlockMax);
    private readonly ReadingBlockReader _reader = new();
    private readonly SqliteCommand _waitingAmong;
    private readonly SqliteCommand _lateAmong;
    private readonly SqliteCommand _assignmentsOf;
    private readonly HashSet<long> _waiting = [];
    private readonly HashSet<long> _late = [];
    private readonly Dictionary<(string Node, uint Epoch), long> _highest = [];
    private readonly Dictionary<(string Node, uint LayoutId), IReadOnlyList<CatalogChannel>> _layouts = [];
    private readonly Dictionary<long, List<Assignment>> _assignments = [];
    private long _entry;
    private int _items;
    private long _through = -1;

    public Outbox(string destination, StoreFiles files)
    {
        _destination = destination;
        _files = files;
        _log = new LogReader(files);
        _views = files.OpenViewsReader();
        _series = new SeriesReader(_views, _catalog);
        _waitingAmong = _views.Prepare("SELECT entry FROM waiting WHERE entry BETWEEN $1 AND $2", 2);
        _lateAmong = _views.Prepare("SELECT entry FROM late WHERE entry BETWEEN $1 AND $2", 2);
        _assignmentsOf = Assignment.PrepareOfSeries(_views);
        _revisions = new Revisions(files);
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
        Remember(through);
        var batch = new List<OutboxItem>();
        while (batch.Count < BatchItemsMax && _entry < through)
        {
            var entries = _log.Read(_entry, (int)Math.Min(EntriesPerLookMax, through - _entry));
            Look(_waitingAmong, entries, _waiting);
            Look(_lateAmong, entries, _late);
            foreach (var entry in entries)
            {
                // Only the entry at the cursor was sent in part; those behind it have not been touched.
                Add(entry, entry.Number == _entry + 1 ? _items : 0, batch);
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

    private void Add(LogEntry entry, int items, List<OutboxItem> batch)
    {
        using var more = ItemsOf(entry).Skip(items).GetEnumerator();
        bool hasMore = more.MoveNext();
        while (hasMore && batch.Count < BatchItemsMax)
        {
            var item = more.Current;
            hasMore = more.MoveNext();
            batch.Add(new OutboxItem(item, entry.Number, hasMore ? ++items : OutboxItem.AllOfEntry));
        }
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
        _revisions.Dispose();
    }

    // What was read of the projections is good until they go on.
    private void Remember(long through)
    {
        if (through == _through)
            return;
        _through = through;
        _series.Forget();
        _assignments.Clear();
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
            "SELECT entry, items, position FROM settlement WHERE destination=$1", 1);
        using var rows = command.With(_destination).ExecuteReader();
        if (!rows.Read())
            return;
        MoveTo(rows.GetInt64(0) - 1, rows.GetInt32(1));
        Position = rows.IsDBNull(2) ? null : rows.GetString(2);
    }

    // First what is new, then what it changed: how much is new never changes, so a place among it stays the same for ever.
    private IEnumerable<ForwardItem> ItemsOf(LogEntry entry) => entry.Kind switch
    {
        LogEntryKind.Readings when !_waiting.Contains(entry.Number) => ItemsOf([entry], entry.Number),
        LogEntryKind.Layout => ItemsOf([.. EntriesExplainedBy(entry.Number).Select(_log.ReadOne)], entry.Number),
        LogEntryKind.Registry => NewlyAssigned(entry.Number),
        _ => [],
    };

    /// <param name="entries">Entries with readings.</param>
    /// <param name="at">The entry that brings them up for forwarding: their own, or that of the layout they waited for.</param>
    private IEnumerable<ForwardItem> ItemsOf(IReadOnlyList<LogEntry> entries, long at) =>
        entries.SelectMany(entry => ItemsOf(entry, at, false))
            .Concat(entries.Where(entry => IsLate(entry.Number)).SelectMany(entry => ItemsOf(entry, at, true)).DistinctBy(item => item.Interval.Id));

    private List<ForwardItem> ItemsOf(LogEntry entry, long at, bool areCorrections)
    {
        var items = new List<ForwardItem>();
        if (_reader.TryRead(entry.Body, entry.Body.Length, _readings) != BlockError.None)
            throw new LogDamagedException(entry);
        bool[] isNew = NewRows(entry);
        uint from = Math.Max(1, _readings.UtcSecondsOf(Array.IndexOf(isNew, true))) - 1;
        uint to = _readings.UtcSecondsOf(_readings.Rows - 1);
        foreach (var channel in ChannelsOf(entry.Node, _readings.LayoutId))
        {
            var assignments = AssignmentsOf(channel.Series);
            if (!assignments.Exists(a => a.IsInForceAt(at)))
                continue;
            var intervals = _series.Intervals(channel.Series, from, to);
            if (areCorrections)
                intervals.AddRange(_series.ChangedAfter(channel.Series, _readings.Epoch, _readings.FirstSequence + (uint)_readings.Rows - 1, to));
            foreach (var interval in intervals)
            {
                bool isNewItself = IsNew(interval.Id, entry.Node, channel.Channel, isNew);
                if ((areCorrections ? !isNewItself && IsChanged(interval, entry.Node, channel.Channel, isNew) : isNewItself)
                    && assignments.Find(a => a.IsInForceAt(at) && a.Service.Holds(interval)) is { } assignment)
                {
                    items.Add(new ForwardItem(assignment.Point, channel.Layout.Unit, interval, areCorrections ? _revisions.OfChanged(interval, at) : _revisions.OfNew(interval, at)));
                }
            }
        }
        return items;
    }

    private IReadOnlyList<CatalogChannel> ChannelsOf(string node, uint layoutId)
    {
        if (_layouts.TryGetValue((node, layoutId), out var channels))
            return channels;
        channels = _catalog.OfLayout(_views, null, node, layoutId);
        if (channels.Count == 0)
            return channels;
        if (_layouts.Count >= ChannelCatalog.LayoutsKeptMax)
            _layouts.Clear();
        _layouts.Add((node, layoutId), channels);
        return channels;
    }

    private List<Assignment> AssignmentsOf(long series)
    {
        if (_assignments.TryGetValue(series, out var assignments))
            return assignments;
        if (_assignments.Count >= ChannelCatalog.ChannelsKeptMax)
            _assignments.Clear();
        _assignments.Add(series, assignments = Assignment.OfSeries(_assignmentsOf, series));
        return assignments;
    }

    // A block that was made again after a lost receipt begins with rows that were forwarded already.
    private bool[] NewRows(LogEntry entry)
    {
        var isNew = new bool[_readings.Rows];
        Array.Fill(isNew, true);
        // Most blocks begin where none has been, which needs no search.
        var stream = (entry.Node, _readings.Epoch);
        if (!_highest.TryGetValue(stream, out long highest))
            highest = _log.HighestBefore(entry, _readings.Epoch);
        _highest[stream] = Math.Max(highest, _readings.FirstSequence + _readings.Rows - 1L);
        if (_readings.FirstSequence > highest)
            return isNew;
        foreach (var (first, last) in _log.HeldBefore(entry, _readings))
        {
            for (int row = 0; row < isNew.Length; row++)
                isNew[row] &= _readings.FirstSequence + row < first || _readings.FirstSequence + row > last;
        }
        return isNew;
    }

    private bool IsNew(ReadingId id, string node, byte channel, bool[] isNew) =>
        id.Node == node && id.Channel == channel && id.Epoch == _readings.Epoch
        && id.Sequence >= _readings.FirstSequence && id.Sequence - _readings.FirstSequence < _readings.Rows
        && isNew[id.Sequence - _readings.FirstSequence];

    // By rows that are new between its ends. Which those are never changes, whatever is pruned: so a place among the corrections stays the same as well.
    private bool IsChanged(IntervalReading interval, string node, byte channel, bool[] isNew)
    {
        var id = interval.Id;
        if (interval.Begin is not { } begin || begin != id with { Sequence = begin.Sequence })
            return true;
        if (id.Node != node || id.Channel != channel || id.Epoch != _readings.Epoch)
            return false;
        long first = Math.Max(0, (long)begin.Sequence - _readings.FirstSequence);
        long end = Math.Min(isNew.Length, (long)id.Sequence - _readings.FirstSequence);
        return first < end && isNew.AsSpan((int)first, (int)(end - first)).Contains(true);
    }

    // Of the readings that were there before: those that no service of the point held until this registry.
    private IEnumerable<ForwardItem> NewlyAssigned(long entry)
    {
        var ended = Assignment.EndedBy(_views, entry).ToLookup(a => (a.Point.Id, a.Series), a => a.Service);
        foreach (var assignment in Assignment.MadeBy(_views, entry))
        {
            var service = assignment.Service;
            uint through = Math.Min(service.ThroughUtcSeconds, assignment.ThroughEndUtcSeconds);
            var before = ended[(assignment.Point.Id, assignment.Series)].ToList();
            if (through <= service.AfterUtcSeconds || before.Exists(s => s.Node == service.Node && s.Channel == service.Channel
                && s.AfterUtcSeconds <= service.AfterUtcSeconds && s.ThroughUtcSeconds >= through))
                continue;
            var unit = UnitOf(assignment.Series);
            foreach (var interval in _series.Intervals(assignment.Series, service.AfterUtcSeconds, through))
            {
                if (service.Holds(interval) && !before.Exists(s => s.Holds(interval)))
                    yield return new ForwardItem(assignment.Point, unit, interval, _revisions.OfNew(interval, entry));
            }
        }
    }

    private Unit UnitOf(long series)
    {
        using var command = _views.Prepare("SELECT unit FROM series WHERE id=$1", 1);
        return (Unit)(long)command.With(series).ExecuteScalar()!;
    }

    private List<long> EntriesExplainedBy(long entry)
    {
        using var command = _views.Prepare("SELECT entry FROM waiting WHERE explained_by=$1 ORDER BY entry", 1);
        using var rows = command.With(entry).ExecuteReader();
        var entries = new List<long>();
        while (rows.Read())
            entries.Add(rows.GetInt64(0));
        return entries;
    }

    private static void Look(SqliteCommand among, IReadOnlyList<LogEntry> entries, HashSet<long> found)
    {
        found.Clear();
        using var rows = among.With(entries[0].Number, entries[^1].Number).ExecuteReader();
        while (rows.Read())
            found.Add(rows.GetInt64(0));
    }

    // An entry that waited for its layout lies before those that are looked at.
    private bool IsLate(long entry)
    {
        if (_late.Contains(entry))
            return true;
        using var rows = _lateAmong.With(entry, entry).ExecuteReader();
        return rows.Read();
    }
}
