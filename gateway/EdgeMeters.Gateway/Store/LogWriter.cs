using EdgeMeters.Gateway.Core;
using EdgeMeters.Wire;
using Microsoft.Data.Sqlite;

namespace EdgeMeters.Gateway.Store;

/// <summary>Writes the log within a transaction that the caller begins and commits. One thread.</summary>
internal sealed class LogWriter : IDisposable
{
    public const int SchemaVersion = 3;

    /// <summary>Entries between two seals at least, unless one of them is a registry or an edit.</summary>
    public const int SealEntries = 64;

    private const string SealTable = "CREATE TABLE seal(entry INTEGER PRIMARY KEY, chain BLOB NOT NULL);";

    // Version 2 had a chain over the bodies themselves: it is made anew over their hashes, which stay when a body is pruned.
    private const string PrunedColumn = $"ALTER TABLE entry ADD COLUMN pruned BLOB; DELETE FROM seal; {DocumentIndex}";

    // Among millions of blocks there are a few documents.
    private const string DocumentIndex = "CREATE INDEX document ON entry(id) WHERE kind>3;";

    private const string Schema = $"""
        CREATE TABLE node(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
        CREATE TABLE entry(id INTEGER PRIMARY KEY, kind INTEGER NOT NULL, node INTEGER NOT NULL, received_ms INTEGER NOT NULL, body BLOB NOT NULL, pruned BLOB);
        CREATE TABLE range(node INTEGER NOT NULL, kind INTEGER NOT NULL, epoch INTEGER NOT NULL, first INTEGER NOT NULL,
            last INTEGER NOT NULL, entry INTEGER NOT NULL, PRIMARY KEY(node, kind, epoch, first, entry)) WITHOUT ROWID;
        CREATE TABLE settlement(destination TEXT PRIMARY KEY, entry INTEGER NOT NULL, items INTEGER NOT NULL,
            accepted INTEGER NOT NULL, rejected INTEGER NOT NULL, position TEXT, settled_ms INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE dead_letter(id INTEGER PRIMARY KEY, destination TEXT NOT NULL, key TEXT NOT NULL, reason TEXT NOT NULL, settled_ms INTEGER NOT NULL);
        {SealTable}
        {DocumentIndex}
        """;

    private readonly SqliteConnection _connection;
    private readonly SqliteCommand _insertEntry;
    private readonly SqliteCommand _insertRange;
    private readonly SqliteCommand _insertNode;
    private readonly SqliteCommand _insertSettlement;
    private readonly SqliteCommand _insertDeadLetter;
    private readonly SqliteCommand _insertSeal;
    private readonly SqliteCommand _overlaps;
    private readonly SqliteCommand _body;
    private readonly SqliteCommand _latestRegistry;
    private readonly SqliteCommand _registryAfter;
    private readonly SqliteCommand _isWhole;
    private readonly SqliteCommand _prune;
    private readonly Dictionary<string, long> _nodes = new(StringComparer.Ordinal);
    private readonly Dictionary<(long Node, BlockKind Kind, uint Epoch), uint> _highest = [];
    private readonly List<string> _newNodes = [];
    private readonly LogChain _chain = new();
    private readonly byte[] _committedHead = new byte[LogChain.HashBytes];
    private long _committedEntry;
    private long _sealedEntry;
    private bool _isDocument;
    private SqliteTransaction? _transaction;

    /// <param name="connection">The log, open for writing; owned from here on, also when this throws.</param>
    public LogWriter(SqliteConnection connection)
    {
        _connection = connection;
        try
        {
            connection.EnsureSchema(Schema, SchemaVersion, SealTable, PrunedColumn);
            LastEntry = connection.ScalarLong("SELECT max(id) FROM entry");
            LoadNodes();
            _insertSeal = connection.Prepare("INSERT INTO seal(entry, chain) VALUES($1, $2) ON CONFLICT DO NOTHING", 2);
            LoadChain();
        }
        catch
        {
            connection.Dispose();
            throw;
        }
        _committedEntry = LastEntry;
        _insertEntry = connection.Prepare("INSERT INTO entry(id, kind, node, received_ms, body) VALUES($1, $2, $3, $4, $5)", 5);
        _insertRange = connection.Prepare("INSERT INTO range(node, kind, epoch, first, last, entry) VALUES($1, $2, $3, $4, $5, $6)", 6);
        _insertNode = connection.Prepare("INSERT INTO node(id, name) VALUES($1, $2)", 2);
        _insertSettlement = connection.Prepare("""
            INSERT INTO settlement(destination, entry, items, accepted, rejected, position, settled_ms) VALUES($1, $2, $3, $4, $5, $6, $7)
            ON CONFLICT DO UPDATE SET entry=excluded.entry, items=excluded.items, accepted=accepted+excluded.accepted,
                rejected=rejected+excluded.rejected, position=excluded.position, settled_ms=excluded.settled_ms
            """, 7);
        _insertDeadLetter = connection.Prepare("INSERT INTO dead_letter(destination, key, reason, settled_ms) VALUES($1, $2, $3, $4)", 4);
        // No block holds more rows than the wire's limit, so nothing that begins further back can reach this far.
        _overlaps = connection.Prepare(
            $"SELECT first, last, entry FROM range WHERE node=$1 AND kind=$2 AND epoch=$3 AND first<=$5 AND first>=$4-{Limits.ReadingsPerBlockMax} AND last>=$4 ORDER BY first, entry", 5);
        _body = connection.Prepare("SELECT body FROM entry WHERE id=$1 AND pruned IS NULL", 1);
        _latestRegistry = connection.Prepare($"SELECT body FROM entry WHERE kind>3 AND kind={(int)LogEntryKind.Registry} ORDER BY id DESC LIMIT 1", 0);
        _registryAfter = connection.Prepare($"SELECT 1 FROM entry WHERE kind>3 AND kind={(int)LogEntryKind.Registry} AND id>$1 LIMIT 1", 1);
        _isWhole = connection.Prepare($"SELECT 1 FROM entry WHERE id=$1 AND kind={(int)LogEntryKind.Readings} AND pruned IS NULL", 1);
        _prune = connection.Prepare("UPDATE entry SET body=$2, pruned=$3 WHERE id=$1", 3);
    }

    /// <summary>Number of the latest entry written, committed or not.</summary>
    public long LastEntry { get; private set; }

    /// <summary>The hash of the latest entry that was committed.</summary>
    public LogHead Head => new(_committedEntry, _committedEntry == 0 ? "" : Convert.ToHexStringLower(_committedHead));

    public void Begin()
    {
        _transaction = _connection.BeginTransaction();
        foreach (var command in new[] { _insertEntry, _insertRange, _insertNode, _insertSettlement, _insertDeadLetter, _insertSeal, _overlaps, _body, _latestRegistry, _registryAfter, _isWhole, _prune })
            command.Transaction = _transaction;
    }

    public void Commit()
    {
        bool isSealing = _isDocument || LastEntry - _sealedEntry >= SealEntries;
        if (isSealing)
            _insertSeal.With(LastEntry, _chain.Head.ToArray()).ExecuteNonQuery();
        _transaction!.Commit();
        End();
        if (isSealing)
            _sealedEntry = LastEntry;
        _isDocument = false;
        _committedEntry = LastEntry;
        _chain.Head.CopyTo(_committedHead);
        _newNodes.Clear();
    }

    public void Rollback()
    {
        try
        {
            _transaction?.Rollback();
        }
        catch (Exception e) when (e is SqliteException or InvalidOperationException)
        {
            // SQLite has rolled back by itself already, which it does for a full disk and for some I/O errors.
        }
        End();
        LastEntry = _committedEntry;
        _chain.GoOnFrom(_committedHead);
        _isDocument = false;
        _highest.Clear();
        foreach (string node in _newNodes)
            _nodes.Remove(node);
        _newNodes.Clear();
    }

    public Receipt Append(IncomingBlock block, DateTimeOffset now)
    {
        long node = NodeId(block.Node);
        // The common case, a node that goes on where it ended, needs no search.
        var stream = (node, block.Kind, block.Epoch);
        if (!_highest.TryGetValue(stream, out uint highest) || block.First <= highest)
        {
            var known = FindKnown(node, block);
            if (known is { } receipt)
                return receipt;
        }
        long entry = Insert((LogEntryKind)block.Kind, node, block.Node, block.Bytes, now);
        _insertRange.With(node, (int)block.Kind, (long)block.Epoch, (long)block.First, (long)block.Last, entry).ExecuteNonQuery();
        // Known to be the highest only if it was, or if nothing is held at all above it.
        if (_highest.ContainsKey(stream) || !HasAbove(node, block))
            _highest[stream] = Math.Max(block.Last, highest);
        return new Receipt(entry, false);
    }

    public Receipt AppendRegistry(byte[] document, DateTimeOffset now)
    {
        if (_latestRegistry.ExecuteScalar() is byte[] latest && latest.AsSpan().SequenceEqual(document))
            return new Receipt(LastEntry, true);
        return new Receipt(InsertDocument(LogEntryKind.Registry, document, now), false);
    }

    public Receipt AppendEdit(byte[] document, DateTimeOffset now) => new(InsertDocument(LogEntryKind.Edit, document, now), false);

    /// <summary>Takes the plain readings of blocks away, and says so, in one.</summary>
    /// <param name="left">What is left and noted of each entry, upwards.</param>
    /// <returns>
    /// A receipt of what is held already, and nothing is changed, when one of them was pruned before, or a registry came that no destination has settled:
    /// it may bring points their readings of before, and how many there are must not change while they are sent.
    /// </returns>
    public Receipt Prune(Pruning pruning, IReadOnlyList<(long Entry, byte[] Body, byte[] Pruned)> left, DateTimeOffset now)
    {
        if (_registryAfter.With(pruning.Settled).ExecuteScalar() != null)
            return new Receipt(LastEntry, true);
        foreach (var (entry, _, _) in left)
        {
            if (_isWhole.With(entry).ExecuteScalar() == null)
                return new Receipt(LastEntry, true);
        }
        foreach (var (entry, body, pruned) in left)
            _prune.With(entry, body, pruned).ExecuteNonQuery();
        return new Receipt(InsertDocument(LogEntryKind.Pruning, PruningDocument.Of(pruning), now), false);
    }

    public Receipt Settle(Settlement settlement, DateTimeOffset now)
    {
        long nowMs = now.ToUnixTimeMilliseconds();
        _insertSettlement.With(settlement.Destination, settlement.Entry, settlement.Items, settlement.Accepted,
            settlement.DeadLetters.Count, settlement.Position, nowMs).ExecuteNonQuery();
        foreach (var letter in settlement.DeadLetters)
            _insertDeadLetter.With(settlement.Destination, letter.Key, letter.Reason, nowMs).ExecuteNonQuery();
        return new Receipt(settlement.Entry, false);
    }

    public void Dispose()
    {
        _chain.Dispose();
        _connection.Dispose();
    }

    private void End()
    {
        _transaction?.Dispose();
        _transaction = null;
    }

    // What people said is sealed at once.
    private long InsertDocument(LogEntryKind kind, byte[] document, DateTimeOffset now)
    {
        _isDocument = true;
        return Insert(kind, 0, "", document, now);
    }

    private long Insert(LogEntryKind kind, long node, string name, byte[] body, DateTimeOffset now)
    {
        long entry = LastEntry + 1;
        long nowMs = now.ToUnixTimeMilliseconds();
        _insertEntry.With(entry, (int)kind, node, nowMs, body).ExecuteNonQuery();
        _chain.Add(entry, kind, name, nowMs, body);
        LastEntry = entry;
        return entry;
    }

    /// <summary>Compares with what is held of these sequences.</summary>
    /// <returns>The receipt of before, if all of it is held; null if some of it is new.</returns>
    /// <exception cref="SequenceConflictException">What is held differs.</exception>
    private Receipt? FindKnown(long node, IncomingBlock block)
    {
        var held = new List<(uint First, uint Last, long Entry)>();
        using (var rows = _overlaps.With(node, (int)block.Kind, (long)block.Epoch, (long)block.First, (long)block.Last).ExecuteReader())
        {
            while (rows.Read())
                held.Add(((uint)rows.GetInt64(0), (uint)rows.GetInt64(1), rows.GetInt64(2)));
        }
        long next = block.First;
        foreach (var (first, last, entry) in held)
        {
            // What was pruned can be compared no more; it was settled months ago.
            if (_body.With(entry).ExecuteScalar() is byte[] body && !BlockComparer.Agree(block.Kind, block.Bytes, body))
            {
                throw new SequenceConflictException(
                    $"Node {block.Node} sent other {block.Kind} under sequences {block.First}..{block.Last} of epoch {block.Epoch:x8} than "
                    + "those held. Two nodes may share one name and journal: check for a cloned device.");
            }
            if (first <= next && last >= next)
                next = (long)last + 1;
        }
        return next > block.Last ? new Receipt(held[0].Entry, true) : null;
    }

    private bool HasAbove(long node, IncomingBlock block)
    {
        using var command = _connection.Prepare("SELECT 1 FROM range WHERE node=$1 AND kind=$2 AND epoch=$3 AND first>$4 LIMIT 1", 4);
        command.Transaction = _transaction;
        return command.With(node, (int)block.Kind, (long)block.Epoch, (long)block.First).ExecuteScalar() != null;
    }

    private long NodeId(string name)
    {
        if (_nodes.TryGetValue(name, out long id))
            return id;
        id = _nodes.Count + 1;
        _insertNode.With(id, name).ExecuteNonQuery();
        _nodes.Add(name, id);
        _newNodes.Add(name);
        return id;
    }

    // From the latest seal on; a log that has none, as one of the version before, is sealed throughout.
    private void LoadChain()
    {
        using (var command = _connection.Prepare("SELECT entry, chain FROM seal ORDER BY entry DESC LIMIT 1", 0))
        using (var rows = command.ExecuteReader())
        {
            if (rows.Read())
            {
                _sealedEntry = rows.GetInt64(0);
                _chain.GoOnFrom(rows.Bytes(1));
            }
        }
        bool isUnsealed = _sealedEntry == 0;
        var seals = new List<(long Entry, byte[] Chain)>();
        var names = _nodes.ToDictionary(n => n.Value, n => n.Key);
        using (var command = _connection.Prepare("SELECT id, kind, node, received_ms, body, pruned FROM entry WHERE id>$1 ORDER BY id", 1))
        using (var rows = command.With(_sealedEntry).ExecuteReader())
        {
            while (rows.Read())
            {
                long entry = rows.GetInt64(0);
                string name = names.GetValueOrDefault(rows.GetInt64(2), "");
                var kind = (LogEntryKind)rows.GetInt64(1);
                if (rows.IsDBNull(5))
                    _chain.Add(entry, kind, name, rows.GetInt64(3), rows.Bytes(4));
                else
                    _chain.Add(entry, kind, name, rows.GetInt64(3), PrunedBlock.HashOf(rows.Bytes(5)));
                if (isUnsealed && (entry - _sealedEntry >= SealEntries || entry == LastEntry))
                {
                    seals.Add((entry, _chain.Head.ToArray()));
                    _sealedEntry = entry;
                }
            }
        }
        foreach (var (entry, chain) in seals)
            _insertSeal.With(entry, chain).ExecuteNonQuery();
        _chain.Head.CopyTo(_committedHead);
    }

    private void LoadNodes()
    {
        using var command = _connection.Prepare("SELECT id, name FROM node", 0);
        using var rows = command.ExecuteReader();
        while (rows.Read())
            _nodes.Add(rows.GetString(1), rows.GetInt64(0));
    }
}
