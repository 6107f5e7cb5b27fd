using System.Globalization;
using EdgeMeters.Gateway.Core;
using EdgeMeters.Gateway.Core.Registry;
using EdgeMeters.Gateway.Registry;
using EdgeMeters.Gateway.Store;
using EdgeMeters.Wire;
using Microsoft.Data.Sqlite;

namespace EdgeMeters.Gateway.Audit;

/// <summary>Reads a whole log and holds every part of it against every other and against the nodes' keys. Changes nothing.</summary>
/// <remarks>
/// Found: damage of the file; an entry that was removed, renumbered, added or changed in whatever way, by the chain of hashes; a block with one byte
/// changed, or under another node's name, by its key even if the chain was made anew; a range that is not its block's; two blocks that tell different
/// readings under one sequence; a destination's place where no place can be, and refusals that do not add up. Found only by a hash that was noted
/// elsewhere: a chain made anew over other documents, and entries cut off behind the last seal. Not found: a destination's place moved to another entry that can be one; it shows when totals are
/// compared with those of a backup.
/// </remarks>
/// <param name="path">The log's file.</param>
/// <param name="macs">The keys that each node has or had.</param>
/// <param name="head">The hash of an entry as it was noted elsewhere; null when none was.</param>
/// <param name="progress">Told the entries read and the entries in all.</param>
internal sealed class LogAudit(string path, IReadOnlyDictionary<string, IBlockMac[]> macs, LogHead? head, Action<long, long> progress, CancellationToken cancel)
{
    private const int EntriesPerTell = 1000;
    private const int DamagesMax = 20;
    private const long DaySeconds = 86_400;

    /// <summary>The first schema whose seals are those of today. Logs before it are checked without.</summary>
    private const int SealedVersion = 3;

    private readonly AuditReport _report = new();
    private readonly ReadingDigest _digest = new();
    private readonly Dictionary<string, NodeTotals> _totals = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _unproven = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Node, LogEntryKind Kind, uint Epoch), SequenceBook> _books = [];
    private readonly ReadingBlock _readings = new(Limits.ReadingsPerBlockMax);
    private readonly ReadingBlockReader _readingReader = new();
    private readonly EventBlock _events = new();
    private readonly Dictionary<long, byte[]> _seals = [];
    private bool _hasSeals;
    private long _prunedListed;
    private readonly EventBlockCodec _eventCodec = new();

    /// <exception cref="StoreUnavailableException">There is no log, or it cannot be opened.</exception>
    /// <exception cref="StoreDamagedException">The file is no database any more.</exception>
    public AuditReport Run()
    {
        using var connection = StoreFiles.OpenFileReader(path);
        try
        {
            // One moment of the log, however much is written to it meanwhile.
            connection.Execute("BEGIN");
            long version = connection.ScalarLong("PRAGMA user_version");
            _hasSeals = version >= SealedVersion;
            if (version is < 1 or > LogWriter.SchemaVersion)
                throw new StoreUnavailableException($"{path} has schema {version}, this program knows {LogWriter.SchemaVersion}. It is no log, or one of another version.");
            CheckFile(connection);
            LoadSeals(connection);
            CheckEntries(connection);
            CheckPruned(connection);
            CheckRanges(connection);
            CheckSettlements(connection);
        }
        catch (SqliteException e) when (_report.Entries > 0 || StoreFiles.IsDamage(e))
        {
            _report.AddFault($"the file cannot be read further: {e.Message}");
        }
        foreach (var (node, blocks) in _unproven)
            _report.AddFault($"{blocks} blocks of {node} cannot be proven to be its own: its key is not at hand. Add it to nodes, or give it with --key {node}=FILE");
        foreach (var (stream, book) in _books)
            TotalsOf(stream.Node).Absent += book.Absent;
        _report.Nodes.AddRange(_totals.Values.OrderBy(t => t.Node, StringComparer.Ordinal));
        _report.Digest = _digest.ToString();
        return _report;
    }

    private void CheckFile(SqliteConnection connection)
    {
        using var command = connection.Prepare($"PRAGMA integrity_check({DamagesMax})", 0);
        using var rows = command.ExecuteReader();
        while (rows.Read())
        {
            if (rows.GetString(0) is var damage && damage != "ok")
                _report.AddFault($"the file is damaged: {damage}");
        }
    }

    private void CheckEntries(SqliteConnection connection)
    {
        long last = connection.ScalarLong("SELECT max(id) FROM entry");
        using var ranges = connection.Prepare("SELECT last FROM range WHERE node=$1 AND kind=$2 AND epoch=$3 AND first=$4 AND entry=$5", 5);
        using var command = connection.Prepare(
            $"SELECT e.id, e.kind, coalesce(n.name, ''), e.body, e.node, e.received_ms, {(_hasSeals ? "e.pruned" : "NULL")} FROM entry e LEFT JOIN node n ON n.id=e.node ORDER BY e.id", 0);
        using var rows = command.ExecuteReader();
        var names = new Dictionary<long, string>();
        using var walk = new ChainWalk(_hasSeals, head, _report.AddFault);
        while (rows.Read())
        {
            // One string a node, so that what is counted by name is found fast.
            if (!names.TryGetValue(rows.GetInt64(4), out string? node))
                names.Add(rows.GetInt64(4), node = rows.GetString(2));
            var entry = new LogEntry(rows.GetInt64(0), (LogEntryKind)rows.GetInt64(1), node, rows.GetInt64(5) / 1000, rows.Bytes(3), rows.IsDBNull(6) ? null : rows.Bytes(6));
            _report.Entries++;
            walk.Add(entry, rows.GetInt64(5), _seals.Remove(entry.Number, out byte[]? seal) ? seal : null);
            Check(connection, entry, rows.GetInt64(4), ranges);
            if (_report.Entries % EntriesPerTell != 0)
                continue;
            cancel.ThrowIfCancellationRequested();
            progress(_report.Entries, last);
        }
        CheckEnd(walk);
    }

    private void LoadSeals(SqliteConnection connection)
    {
        if (!_hasSeals)
            return;
        using var command = connection.Prepare("SELECT entry, chain FROM seal", 0);
        using var rows = command.ExecuteReader();
        while (rows.Read())
            _seals.Add(rows.GetInt64(0), rows.Bytes(1));
    }

    private void CheckEnd(ChainWalk walk)
    {
        walk.TellUnsealed();
        foreach (long entry in _seals.Keys.Order())
            _report.AddFault($"entry {entry} was sealed and is not there");
        if (head != null && walk.Entry < head.Entry)
            _report.AddFault($"the log ends with entry {walk.Entry}, but the hash of entry {head.Entry} was noted");
        _report.Head = walk.Head.ToString();
    }

    private void Check(SqliteConnection connection, LogEntry entry, long nodeId, SqliteCommand ranges)
    {
        if (entry.Kind is LogEntryKind.Registry or LogEntryKind.Edit or LogEntryKind.Pruning)
        {
            CheckDocument(connection, entry);
            return;
        }
        if (entry.Node.Length == 0)
        {
            Fault(entry, "names no node that the log knows");
            return;
        }
        // The key proved the block as it came; what is left of it is proven by the pruning that lists it.
        var error = entry.Pruned == null ? Prove(entry) : BlockEnvelope.Inspect(entry.Body, 0, entry.Body.Length);
        var (epoch, first, end) = (0u, 0u, 0u);
        if (error == BlockError.None)
            error = Read(entry, out epoch, out first, out end);
        if (error != BlockError.None)
        {
            Fault(entry, $"is not what it was when it was taken: {error}");
            return;
        }
        if (ranges.With(nodeId, (int)entry.Kind, (long)epoch, (long)first, entry.Number).ExecuteScalar() is not long last || last != end)
            Fault(entry, string.Create(CultureInfo.InvariantCulture, $"has sequences {first}..{end} of epoch {epoch:x8}, but no range that says so"));
        Count(connection, entry, nodeId, epoch, first, end);
    }

    // A key that a node had before proves what it sent under it.
    private BlockError Prove(LogEntry entry)
    {
        byte[] body = entry.Body;
        if (!macs.TryGetValue(entry.Node, out var known))
        {
            _unproven[entry.Node] = _unproven.GetValueOrDefault(entry.Node) + 1;
            return BlockEnvelope.Inspect(body, 0, body.Length);
        }
        var error = BlockError.None;
        foreach (var mac in known)
        {
            error = new BlockEnvelope(mac).Verify(body, 0, body.Length);
            if (error == BlockError.None)
                break;
        }
        return error;
    }

    private BlockError Read(LogEntry entry, out uint epoch, out uint first, out uint last)
    {
        (epoch, first, last) = (0, 0, 0);
        byte[] body = entry.Body;
        if (body[1] != (byte)entry.Kind)
            return BlockError.UnknownKind;
        BlockError error;
        switch (entry.Kind)
        {
            case LogEntryKind.Readings:
                error = _readingReader.TryRead(body, body.Length, _readings);
                (epoch, first, last) = (_readings.Epoch, _readings.FirstSequence, _readings.FirstSequence + (uint)_readings.Rows - 1);
                return error;
            case LogEntryKind.Events:
                error = _eventCodec.TryRead(body, body.Length, _events);
                (epoch, first, last) = (_events.Epoch, _events.FirstSequence, _events.FirstSequence + (uint)_events.Count - 1);
                return error;
            case LogEntryKind.Layout:
                return LayoutCodec.TryReadBlock(body, body.Length, out _, out epoch);
            default:
                return BlockError.UnknownKind;
        }
    }

    private void Count(SqliteConnection connection, LogEntry entry, long nodeId, uint epoch, uint first, uint last)
    {
        var totals = TotalsOf(entry.Node);
        totals.Blocks++;
        if (entry.Kind == LogEntryKind.Layout)
            return;
        var stream = (entry.Node, entry.Kind, epoch);
        if (!_books.TryGetValue(stream, out var book))
            _books.Add(stream, book = new SequenceBook());
        bool mayBeHeld = first <= book.Highest;
        if (mayBeHeld && entry.Pruned == null)
            CompareWithEarlier(connection, entry, nodeId, epoch, first, last);
        for (long sequence = first; sequence <= last; sequence++)
        {
            if (mayBeHeld && book.Holds((uint)sequence))
                continue;
            if (entry.Kind == LogEntryKind.Events)
                totals.Events++;
            else if (!entry.KeepsRow((int)(sequence - first)))
                totals.Pruned += _readings.Channels;
            else
                CountRow(entry.Node, totals, (int)(sequence - first));
        }
        book.Add(first, last);
    }

    private void CountRow(string node, NodeTotals totals, int row)
    {
        for (int channel = 0; channel < _readings.Channels; channel++)
        {
            totals.Readings++;
            if (_readings.Qualities[row * _readings.Channels + channel] == (byte)Quality.Missing)
                totals.Missing++;
            _digest.Add(node, _readings, row, channel);
        }
    }

    private void CompareWithEarlier(SqliteConnection connection, LogEntry entry, long nodeId, uint epoch, uint first, uint last)
    {
        using var command = connection.Prepare($"""
            SELECT r.entry, e.body FROM range r JOIN entry e ON e.id=r.entry
            WHERE r.node=$1 AND r.kind=$2 AND r.epoch=$3 AND r.first<=$5 AND r.first>=$4-{Limits.ReadingsPerBlockMax} AND r.last>=$4 AND r.entry<$6
            {(_hasSeals ? "AND e.pruned IS NULL" : "")}
            """, 6);
        using var rows = command.With(nodeId, (int)entry.Kind, (long)epoch, (long)first, (long)last, entry.Number).ExecuteReader();
        while (rows.Read())
        {
            if (!BlockComparer.Agree((BlockKind)entry.Kind, entry.Body, rows.Bytes(1)))
                Fault(entry, $"tells other {entry.Kind} under sequences that entry {rows.GetInt64(0)} holds as well");
        }
    }

    // Every block found its range above; as many as there are blocks, so there is none without its block.
    private void CheckRanges(SqliteConnection connection)
    {
        long ranges = connection.ScalarLong("SELECT count(*) FROM range");
        long blocks = connection.ScalarLong($"SELECT count(*) FROM entry WHERE kind NOT IN ({(int)LogEntryKind.Registry}, {(int)LogEntryKind.Edit}, {(int)LogEntryKind.Pruning})");
        if (ranges != blocks)
            _report.AddFault($"{blocks} blocks have {ranges} ranges: each block has one");
    }

    private void CheckSettlements(SqliteConnection connection)
    {
        using var command = connection.Prepare("""
            SELECT s.destination, s.entry, s.items, s.accepted, s.rejected, coalesce(e.kind, 0),
                (SELECT count(*) FROM dead_letter d WHERE d.destination=s.destination)
            FROM settlement s LEFT JOIN entry e ON e.id=s.entry ORDER BY s.destination
            """, 0);
        using var rows = command.ExecuteReader();
        while (rows.Read())
        {
            var place = new DestinationTotals(rows.GetString(0), rows.GetInt64(1), rows.GetInt64(3), rows.GetInt64(4));
            _report.Destinations.Add(place);
            var kind = (LogEntryKind)rows.GetInt64(5);
            if (kind is not (LogEntryKind.Readings or LogEntryKind.Layout or LogEntryKind.Registry) || rows.GetInt64(2) < 1)
                _report.AddFault($"the place of {place.Destination}, entry {place.Entry}, item {rows.GetInt64(2)}, is none that has anything to send");
            if (place.Accepted < 0 || place.Rejected != rows.GetInt64(6))
                _report.AddFault($"{place.Destination} accepted {place.Accepted} and refused {place.Rejected}, but {rows.GetInt64(6)} refusals are kept");
        }
        if (connection.ScalarLong("SELECT count(*) FROM dead_letter WHERE destination NOT IN (SELECT destination FROM settlement)") is > 0 and var orphans)
            _report.AddFault($"{orphans} refusals are kept of destinations that have no place");
    }

    private void CheckDocument(SqliteConnection connection, LogEntry entry)
    {
        try
        {
            // Every list is a registry by itself, whatever was before it.
            if (entry.Kind == LogEntryKind.Registry)
                RegistryDocument.Read(entry.Body, () => PointRegistry.Empty, entry.ReceivedUtcSeconds);
            else if (entry.Kind == LogEntryKind.Edit)
                EditDocument.Read(entry.Body);
            else
                CheckPruning(connection, entry, PruningDocument.Read(entry.Body));
            if (entry.Node.Length == 0)
                return;
        }
        catch (InvalidDataException)
        {
            // Said below.
        }
        Fault(entry, entry.Kind switch
        {
            LogEntryKind.Registry => "is no registry of metering points",
            LogEntryKind.Edit => "is no edit of a load profile",
            _ => "is no pruning of the log",
        });
    }

    private void CheckPruning(SqliteConnection connection, LogEntry entry, Pruning pruning)
    {
        using var command = connection.Prepare("SELECT body, pruned, received_ms FROM entry WHERE id=$1 AND pruned IS NOT NULL AND id<$2", 2);
        long mayGoMs = 1000 * (entry.ReceivedUtcSeconds - Pruner.KeepDaysMin * DaySeconds);
        int early = 0;
        var left = new List<(long Entry, byte[] Body, byte[] Pruned)>();
        foreach (long number in pruning.Entries)
        {
            using var rows = command.With(number, entry.Number).ExecuteReader();
            if (!rows.Read())
                continue;
            left.Add((number, rows.Bytes(0), rows.Bytes(1)));
            early += rows.GetInt64(2) > mayGoMs ? 1 : 0;
        }
        if (early > 0)
            Fault(entry, $"took the readings of {early} blocks that were younger than {Pruner.KeepDaysMin} days, which no gateway does");
        _prunedListed += left.Count;
        if (PruningDocument.HashOf(left) != pruning.Hash)
            Fault(entry, "lists entries of which something else is left than it says");
    }

    // What was pruned is listed once: a block cannot be blanked without a pruning that says so.
    private void CheckPruned(SqliteConnection connection)
    {
        if (_hasSeals && connection.ScalarLong("SELECT count(*) FROM entry WHERE pruned IS NOT NULL") is var pruned && pruned != _prunedListed)
            _report.AddFault($"{pruned} blocks were pruned, but prunings list {_prunedListed}");
    }

    private void Fault(LogEntry entry, string what) =>
        _report.AddFault($"entry {entry.Number} ({entry.Kind} of {(entry.Node.Length > 0 ? entry.Node : "the gateway")}) {what}");

    private NodeTotals TotalsOf(string node)
    {
        if (!_totals.TryGetValue(node, out var totals))
            _totals.Add(node, totals = new NodeTotals(node));
        return totals;
    }
}
