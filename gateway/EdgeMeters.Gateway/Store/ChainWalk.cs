using System.Globalization;
using Microsoft.Data.Sqlite;

namespace EdgeMeters.Gateway.Store;

/// <summary>Walks over the log, entry by entry, and holds its numbers and its chain of hashes against the seals.</summary>
/// <param name="hasSeals">False for a log from before there were any.</param>
/// <param name="noted">The hash of an entry as it was noted elsewhere; null when none was.</param>
/// <param name="tell">Told of every fault, once.</param>
internal sealed class ChainWalk(bool hasSeals, LogHead? noted, Action<string> tell) : IDisposable
{
    /// <summary>Entries between two seals at most: a commit holds so many, and is sealed when the seal before it lies far enough back.</summary>
    public const int SealDistanceMax = LogWriter.SealEntries + LogStore.CommitBlocksMax;

    private readonly LogChain _chain = new();
    private long _sealedEntry;
    private bool _isDocumentUnsealed;

    /// <summary>The entry that was walked over last; 0 before the first.</summary>
    public long Entry { get; private set; }

    /// <summary>The hash of the entry that was walked over last.</summary>
    public LogHead Head => new(Entry, Entry == 0 ? "" : Convert.ToHexStringLower(_chain.Head));

    /// <summary>Begins behind a seal, which is believed, instead of before the first entry.</summary>
    public void BeginAfter(long entry, byte[] seal)
    {
        Entry = _sealedEntry = entry;
        _chain.GoOnFrom(seal);
    }

    /// <summary>Walks over the next entry.</summary>
    /// <param name="receivedMs">When it was received, in milliseconds since 1970.</param>
    /// <param name="seal">Its seal; null when it has none.</param>
    public void Add(LogEntry entry, long receivedMs, byte[]? seal)
    {
        TellAbsent(entry.Number - 1);
        Entry = entry.Number;
        if (entry.Pruned == null)
            _chain.Add(entry.Number, entry.Kind, entry.Node, receivedMs, entry.Body);
        else
            _chain.Add(entry.Number, entry.Kind, entry.Node, receivedMs, PrunedBlock.HashOf(entry.Pruned));
        _isDocumentUnsealed |= entry.IsDocument;
        if (Entry == noted?.Entry && Head.Hash != noted.Hash)
            tell($"the log up to entry {Entry} is not the one of which the hash {noted.Hash} was noted");
        if (seal != null)
            Meet(seal);
    }

    /// <summary>Walks over entries of an open log: a slice that takes a short time.</summary>
    /// <param name="through">The last entry.</param>
    /// <param name="entriesMax">Entries at most …</param>
    /// <param name="bytesMax">… and none further once the bodies took so many bytes.</param>
    /// <returns>False when there is no more; what is missing at the end was told.</returns>
    public bool Walk(SqliteConnection log, long through, int entriesMax, long bytesMax = long.MaxValue)
    {
        using var command = log.Prepare(
            """
            SELECT e.id, e.kind, coalesce(n.name, ''), e.received_ms, s.chain, e.body, e.pruned FROM entry e LEFT JOIN node n ON n.id=e.node
            LEFT JOIN seal s ON s.entry=e.id WHERE e.id>$1 AND e.id<=$2 ORDER BY e.id LIMIT $3
            """, 3);
        using var rows = command.With(Entry, through, entriesMax).ExecuteReader();
        int entries = 0;
        long bytes = 0;
        while (bytes < bytesMax && rows.Read())
        {
            var entry = new LogEntry(rows.GetInt64(0), (LogEntryKind)rows.GetInt64(1), rows.GetString(2), rows.GetInt64(3) / 1000, rows.Bytes(5),
                rows.IsDBNull(6) ? null : rows.Bytes(6));
            Add(entry, rows.GetInt64(3), rows.IsDBNull(4) ? null : rows.Bytes(4));
            entries++;
            bytes += entry.Body.Length;
        }
        if (Entry < through && (entries == entriesMax || bytes >= bytesMax))
            return true;
        TellAbsent(through);
        TellUnsealed();
        return false;
    }

    /// <summary>Tells which seal is missing behind the last entry.</summary>
    public void TellUnsealed()
    {
        CheckDistance();
        if (hasSeals && _isDocumentUnsealed)
            tell($"a registry, an edit or a pruning after entry {_sealedEntry} was never sealed: it was not written by a gateway");
    }

    public void Dispose() => _chain.Dispose();

    private void TellAbsent(long through)
    {
        if (through > Entry)
            tell(through == Entry + 1 ? $"entry {through} is not there" : $"entries {Entry + 1} to {through} are not there");
    }

    private void Meet(byte[] seal)
    {
        if (!_chain.Head.SequenceEqual(seal))
        {
            tell(string.Create(CultureInfo.InvariantCulture, $"entries {_sealedEntry + 1} to {Entry} are not those that were sealed: one of them was changed, added, taken out or moved"));
            // Each fault is told once, by the seals around it.
            _chain.GoOnFrom(seal);
        }
        CheckDistance();
        _sealedEntry = Entry;
        _isDocumentUnsealed = false;
    }

    private void CheckDistance()
    {
        if (hasSeals && Entry - _sealedEntry > SealDistanceMax)
            tell($"between entries {_sealedEntry} and {Entry} a seal is not there");
    }
}
