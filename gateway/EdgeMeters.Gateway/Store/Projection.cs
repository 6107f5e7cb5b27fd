using EdgeMeters.Wire;
using Microsoft.Data.Sqlite;

namespace EdgeMeters.Gateway.Store;

/// <summary>Folds log entries, in order, into the projections. A pure function of the log: the same entries give the same rows.</summary>
internal sealed class Projection : IDisposable
{
    /// <summary>Days of readings kept in memory from one transaction to the next, some kilobytes each.</summary>
    private const int DaysKeptMax = 2048;

    /// <summary>Days of readings that a transaction may change before it is to end, so that a backlog takes no more memory than a trickle.</summary>
    private const int DaysPerCommitMax = 4_096;

    private readonly SqliteConnection _connection;
    private readonly ChannelCatalog _catalog;
    private readonly ReadingBlockReader _readingReader = new();
    private readonly ReadingBlock _readings = new(Limits.ReadingsPerBlockMax);
    private readonly EventBlockCodec _eventCodec = new();
    private readonly EventBlock _events = new();
    private readonly SqliteCommand _selectDay;
    private readonly SqliteCommand _upsertDay;
    private readonly SqliteCommand _deleteDay;
    private readonly SqliteCommand _deleteSpan;
    private readonly SqliteCommand _selectLifetimes;
    private readonly SqliteCommand _upsertSpan;
    private readonly SqliteCommand _updateSeries;
    private readonly SqliteCommand _insertEvent;
    private readonly SqliteCommand _insertWaiting;
    private readonly SqliteCommand _insertLate;
    private readonly SqliteCommand _updateState;
    private readonly Dictionary<(string Node, uint LayoutId), IReadOnlyList<CatalogChannel>> _layouts = [];
    // What the transaction has changed is written once, at its end: a backlog brings many rows of the same day.
    private readonly Dictionary<(long Series, long Day), DayRuns> _days = [];
    private readonly HashSet<(long Series, long Day)> _changedDays = [];
    private readonly PrunedRows _pruned;
    private readonly Dictionary<long, SeriesGrowth> _growths = [];
    private readonly Dictionary<long, SeriesLifetimes> _lifetimes = [];
    private SqliteTransaction? _transaction;

    public Projection(SqliteConnection connection, ChannelCatalog catalog)
    {
        _connection = connection;
        _catalog = catalog;
        _pruned = new PrunedRows(connection);
        _selectDay = connection.Prepare("SELECT body FROM reading_day WHERE series=$1 AND day=$2", 2);
        _upsertDay = connection.Prepare(
            "INSERT INTO reading_day(series, day, body) VALUES($1, $2, $3) ON CONFLICT DO UPDATE SET body=excluded.body", 3);
        _deleteDay = connection.Prepare("DELETE FROM reading_day WHERE series=$1 AND day=$2", 2);
        _deleteSpan = connection.Prepare("DELETE FROM span WHERE series=$1 AND epoch=$2 AND day=$3", 3);
        _selectLifetimes = connection.Prepare("SELECT epoch, max(last), max(day) FROM span WHERE series=$1 GROUP BY epoch", 1);
        _upsertSpan = connection.Prepare(
            "INSERT INTO span(series, epoch, day, first, last) VALUES($1, $2, $3, $4, $5) ON CONFLICT DO UPDATE SET first=excluded.first, last=excluded.last", 5);
        _updateSeries = connection.Prepare("""
            UPDATE series SET readings=readings+$2, last_end=max(last_end, $3), node=iif($3>=last_end, $4, node), unit=iif($3>=last_end, $5, unit),
                channel=iif($3>=last_end, $6, channel)
            WHERE id=$1
            """, 6);
        _insertEvent = connection.Prepare(
            "INSERT INTO event(node, epoch, sequence, utc, code, meter, a, b, entry) VALUES($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING", 9);
        _insertWaiting = connection.Prepare("INSERT INTO waiting(entry, node, layout) VALUES($1, $2, $3) ON CONFLICT DO NOTHING", 3);
        _insertLate = connection.Prepare("INSERT INTO late(entry) VALUES($1) ON CONFLICT DO NOTHING", 1);
        _updateState = connection.Prepare("UPDATE state SET entry=$1, blocks=blocks+$2, readings=readings+$3", 3);
    }

    /// <summary>The latest entry folded in.</summary>
    public long Entry => _connection.ScalarLong("SELECT entry FROM state");

    /// <summary>True when the transaction has changed so much that it is to be committed.</summary>
    public bool IsFull => _changedDays.Count >= DaysPerCommitMax;

    /// <summary>The latest seal of the log from which this was made; null before the first.</summary>
    public (long Entry, byte[] Chain)? Origin
    {
        get
        {
            using var command = _connection.Prepare("SELECT entry, chain FROM origin", 0);
            using var rows = command.ExecuteReader();
            return rows.Read() ? (rows.GetInt64(0), rows.Bytes(1)) : null;
        }
    }

    /// <summary>Notes the latest seal of the log up to what was folded in, within the transaction.</summary>
    public void NoteOrigin(long entry, byte[] chain)
    {
        using var command = _connection.Prepare("INSERT INTO origin VALUES(1, $1, $2) ON CONFLICT DO UPDATE SET entry=excluded.entry, chain=excluded.chain", 2);
        command.Transaction = _transaction;
        command.With(entry, chain).ExecuteNonQuery();
    }

    public void Begin()
    {
        _transaction = _connection.BeginTransaction();
        foreach (var command in new[] { _selectDay, _upsertDay, _deleteDay, _deleteSpan, _selectLifetimes, _upsertSpan, _updateSeries, _insertEvent, _insertWaiting, _insertLate, _updateState })
            command.Transaction = _transaction;
    }

    public void Commit()
    {
        WriteDays();
        WriteGrowths();
        _transaction!.Commit();
        _transaction.Dispose();
        _transaction = null;
        if (_days.Count > DaysKeptMax)
        {
            _days.Clear();
            _lifetimes.Clear();
        }
    }

    /// <summary>Gives up the transaction, and what was remembered during it.</summary>
    public void Rollback()
    {
        _transaction?.Dispose();
        _transaction = null;
        _layouts.Clear();
        _days.Clear();
        _changedDays.Clear();
        _growths.Clear();
        _lifetimes.Clear();
    }

    /// <summary>Folds one entry in.</summary>
    /// <param name="entry">The entry after the latest.</param>
    /// <param name="bodyOf">Reads the body of an earlier entry, for readings that waited for their layout.</param>
    public void Apply(LogEntry entry, Func<long, LogEntry> bodyOf)
    {
        int readings = 0;
        switch (entry.Kind)
        {
            case LogEntryKind.Layout:
                readings = ApplyLayout(entry, bodyOf);
                break;
            case LogEntryKind.Readings:
            case LogEntryKind.Events:
                readings = ApplyBlock(entry);
                break;
            case LogEntryKind.Registry:
                // It looks at where the series end.
                WriteGrowths();
                new RegistryProjection(_connection, _transaction!).Apply(entry);
                break;
            case LogEntryKind.Edit:
                new ProfileEdits(_connection, _transaction!).Apply(entry);
                break;
            case LogEntryKind.Pruning:
                Prune(entry, bodyOf);
                break;
        }
        _updateState.With(entry.Number, entry.IsDocument ? 0 : 1, readings).ExecuteNonQuery();
    }

    public void Dispose() => _connection.Dispose();

    private int ApplyLayout(LogEntry entry, Func<long, LogEntry> bodyOf)
    {
        if (LayoutCodec.TryReadBlock(entry.Body, entry.Body.Length, out var channels, out uint layoutId) != BlockError.None)
            throw new LogDamagedException(entry);
        for (int i = 0; i < channels.Length; i++)
            InsertChannel(entry.Node, layoutId, (byte)i, channels[i]);
        int readings = 0;
        foreach (long waiting in WaitingFor(entry.Node, layoutId))
        {
            using (var command = Prepare("UPDATE waiting SET explained_by=$2 WHERE entry=$1", 2))
                command.With(waiting, entry.Number).ExecuteNonQuery();
            readings += ApplyBlock(bodyOf(waiting));
        }
        return readings;
    }

    private void InsertChannel(string node, uint layoutId, byte index, ChannelLayout channel)
    {
        using var series = Prepare(
            "INSERT INTO series(meter, register, unit, node, channel, readings, last_end) VALUES($1, $2, $3, $4, $5, 0, 0) ON CONFLICT DO NOTHING", 5);
        series.With(channel.MeterSerial, channel.Register, (int)channel.Unit, node, (int)index).ExecuteNonQuery();
        using var insert = Prepare("""
            INSERT INTO channel(node, layout, channel, series, meter, register, unit, numerator, denominator, modulus, rate_max)
            VALUES($1, $2, $3, (SELECT id FROM series WHERE meter=$4 AND register=$5), $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING
            """, 10);
        insert.With(node, (long)layoutId, index, channel.MeterSerial, channel.Register, (int)channel.Unit, channel.Numerator,
            channel.Denominator, channel.Modulus, channel.RateMaxPerHour).ExecuteNonQuery();
    }

    private List<long> WaitingFor(string node, uint layoutId)
    {
        using var command = Prepare("SELECT entry FROM waiting WHERE node=$1 AND layout=$2 AND explained_by IS NULL ORDER BY entry", 2);
        using var rows = command.With(node, (long)layoutId).ExecuteReader();
        var entries = new List<long>();
        while (rows.Read())
            entries.Add(rows.GetInt64(0));
        return entries;
    }

    private int ApplyBlock(LogEntry entry) =>
        entry.Kind == LogEntryKind.Readings ? ApplyReadings(entry) : ApplyEvents(entry);

    private int ApplyReadings(LogEntry entry)
    {
        if (_readingReader.TryRead(entry.Body, entry.Body.Length, _readings) != BlockError.None)
            throw new LogDamagedException(entry);
        var channels = ChannelsOf(entry.Node, _readings.LayoutId);
        if (channels.Count != _readings.Channels)
        {
            _insertWaiting.With(entry.Number, entry.Node, (long)_readings.LayoutId).ExecuteNonQuery();
            return 0;
        }
        bool[] isPruned = _pruned.Rows(_transaction!, entry.Node, _readings);
        int readings = 0;
        bool isLate = false;
        for (int column = 0; column < channels.Count; column++)
        {
            var channel = channels[column];
            int added = AddColumn(channel, column, isPruned, out int firstAdded);
            if (added == 0)
                continue;
            var lifetimes = LifetimesOf(channel.Series);
            isLate |= lifetimes.IsLate(_readings, firstAdded);
            lifetimes.Add(_readings);
            readings += added;
            GrowthOf(channel.Series).Add(added, _readings.UtcSecondsOf(_readings.Rows - 1), channel);
        }
        if (isLate)
            _insertLate.With(entry.Number).ExecuteNonQuery();
        return readings;
    }

    private int AddColumn(CatalogChannel channel, int column, bool[] isPruned, out int firstAdded)
    {
        firstAdded = -1;
        int added = 0;
        for (int row = 0; row < _readings.Rows;)
        {
            long day = DayRuns.DayOf(_readings.UtcSecondsOf(row));
            var runs = RunsOf(channel.Series, day);
            for (; row < _readings.Rows && DayRuns.DayOf(_readings.UtcSecondsOf(row)) == day; row++)
            {
                if (isPruned[row] || !runs.TryAdd(channel.Number, _readings, row, column))
                    continue;
                if (added == 0)
                    firstAdded = row;
                added++;
            }
            _changedDays.Add((channel.Series, day));
        }
        return added;
    }

    // What is counted as taken in stays counted; how far each lifetime has come is told by rows that are kept.
    private void Prune(LogEntry entry, Func<long, LogEntry> bodyOf)
    {
        Pruning pruning;
        try
        {
            pruning = PruningDocument.Read(entry.Body);
        }
        catch (InvalidDataException)
        {
            throw new LogDamagedException(entry);
        }
        var stretches = new PrunedStretches();
        foreach (long number in pruning.Entries)
            Prune(bodyOf(number), stretches);
        stretches.Write(_connection, _transaction!);
        _pruned.IsAny = true;
        using var command = Prepare("UPDATE state SET pruned_through=iif($2, $1, pruned_through), pruned_before=max(pruned_before, $3), pruned=pruned+$4", 4);
        command.With(pruning.Through, pruning.IsComplete, pruning.BeforeUtcSeconds, pruning.Readings).ExecuteNonQuery();
    }

    private void Prune(LogEntry entry, PrunedStretches stretches)
    {
        if (_readingReader.TryRead(entry.Body, entry.Body.Length, _readings) != BlockError.None)
            throw new LogDamagedException(entry);
        var channels = ChannelsOf(entry.Node, _readings.LayoutId);
        for (int row = 0; row < _readings.Rows; row++)
        {
            if (entry.KeepsRow(row))
                continue;
            uint sequence = _readings.FirstSequence + (uint)row;
            stretches.Add(entry.Node, _readings.Epoch, sequence);
            long day = DayRuns.DayOf(_readings.UtcSecondsOf(row));
            foreach (var channel in channels)
            {
                if (RunsOf(channel.Series, day).Remove(channel.Number, _readings.Epoch, sequence))
                    _changedDays.Add((channel.Series, day));
            }
        }
    }

    private DayRuns RunsOf(long series, long day)
    {
        if (_days.TryGetValue((series, day), out var runs))
            return runs;
        runs = _selectDay.With(series, day).ExecuteScalar() is byte[] body ? DayRuns.Decode(body) : new DayRuns();
        _days.Add((series, day), runs);
        return runs;
    }

    private SeriesGrowth GrowthOf(long series)
    {
        if (!_growths.TryGetValue(series, out var growth))
            _growths.Add(series, growth = new SeriesGrowth());
        return growth;
    }

    private SeriesLifetimes LifetimesOf(long series)
    {
        if (_lifetimes.TryGetValue(series, out var lifetimes))
            return lifetimes;
        _lifetimes.Add(series, lifetimes = new SeriesLifetimes());
        using var rows = _selectLifetimes.With(series).ExecuteReader();
        while (rows.Read())
            lifetimes.Add((uint)rows.GetInt64(0), (uint)rows.GetInt64(1), rows.GetInt64(2));
        return lifetimes;
    }

    private void WriteDays()
    {
        // In the order in which they lie, so that each page is written once and not once a day.
        foreach (var (series, day) in _changedDays.Order())
        {
            var runs = _days[(series, day)];
            foreach (uint epoch in runs.TakeEmptied())
                _deleteSpan.With(series, (long)epoch, day).ExecuteNonQuery();
            if (runs.Runs.Count == 0)
            {
                _deleteDay.With(series, day).ExecuteNonQuery();
                continue;
            }
            _upsertDay.With(series, day, runs.Encode()).ExecuteNonQuery();
            foreach (var epoch in runs.Runs.GroupBy(r => r.Epoch))
                _upsertSpan.With(series, (long)epoch.Key, day, (long)epoch.Min(r => r.FirstSequence), (long)epoch.Max(r => r.LastSequence)).ExecuteNonQuery();
        }
        _changedDays.Clear();
    }

    private void WriteGrowths()
    {
        foreach (var (series, growth) in _growths.OrderBy(g => g.Key))
            _updateSeries.With(series, growth.Readings, growth.NewestEnd, growth.Newest!.Node, (int)growth.Newest.Layout.Unit, (int)growth.Newest.Channel).ExecuteNonQuery();
        _growths.Clear();
    }

    private int ApplyEvents(LogEntry entry)
    {
        if (_eventCodec.TryRead(entry.Body, entry.Body.Length, _events) != BlockError.None)
            throw new LogDamagedException(entry);
        var channels = ChannelsOf(entry.Node, _events.LayoutId);
        for (int i = 0; i < _events.Count; i++)
        {
            string? meter = _events.Channels[i] < channels.Count ? channels[_events.Channels[i]].Layout.MeterSerial : null;
            _insertEvent.With(entry.Node, (long)_events.Epoch, (long)_events.FirstSequence + i, (long)_events.UtcSeconds[i],
                _events.Codes[i], meter, _events.A[i], _events.B[i], entry.Number).ExecuteNonQuery();
        }
        return 0;
    }

    private IReadOnlyList<CatalogChannel> ChannelsOf(string node, uint layoutId)
    {
        if (_layouts.TryGetValue((node, layoutId), out var channels))
            return channels;
        channels = _catalog.OfLayout(_connection, _transaction, node, layoutId);
        if (channels.Count == 0)
            return channels;
        if (_layouts.Count >= ChannelCatalog.LayoutsKeptMax)
            _layouts.Clear();
        _layouts.Add((node, layoutId), channels);
        return channels;
    }

    private SqliteCommand Prepare(string text, int parameters)
    {
        var command = _connection.Prepare(text, parameters);
        command.Transaction = _transaction;
        return command;
    }

    /// <summary>What the transaction has added to a series so far. Its channel is that of the newest reading, not of the one that came last.</summary>
    private sealed class SeriesGrowth
    {
        public int Readings { get; private set; }

        public long NewestEnd { get; private set; }

        public CatalogChannel? Newest { get; private set; }

        public void Add(int readings, long end, CatalogChannel channel)
        {
            Readings += readings;
            if (end < NewestEnd)
                return;
            NewestEnd = end;
            Newest = channel;
        }
    }

    /// <summary>The lifetimes of journals that a series has readings of: how far each has come, by sequence and by label.</summary>
    private sealed class SeriesLifetimes
    {
        private readonly Dictionary<uint, (uint Last, long Day)> _byEpoch = [];

        public void Add(uint epoch, uint last, long day)
        {
            var known = _byEpoch.GetValueOrDefault(epoch, (last, day));
            _byEpoch[epoch] = (Math.Max(known.Item1, last), Math.Max(known.Item2, day));
        }

        public void Add(ReadingBlock block) =>
            Add(block.Epoch, block.FirstSequence + (uint)block.Rows - 1, DayRuns.DayOf(block.UtcSecondsOf(block.Rows - 1)));

        /// <summary>True when a reading that is there already may be judged otherwise now: one behind it by sequence, or of another lifetime by label.</summary>
        public bool IsLate(ReadingBlock block, int firstAdded)
        {
            long day = DayRuns.DayOf(block.UtcSecondsOf(firstAdded));
            foreach (var (epoch, known) in _byEpoch)
            {
                if (epoch == block.Epoch ? known.Last > block.FirstSequence + firstAdded : known.Day >= day)
                    return true;
            }
            return false;
        }
    }
}
