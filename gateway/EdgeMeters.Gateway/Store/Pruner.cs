using EdgeMeters.Gateway.Core.Validation;
using EdgeMeters.Gateway.Core;
using Microsoft.Data.Sqlite;

namespace EdgeMeters.Gateway.Store;

/// <summary>Finds what retention lets go: plain readings that were taken long enough ago and that every destination has settled.</summary>
/// <remarks>
/// It goes over the log once, in stretches of entries, and within a stretch from node to node, so that a day of a series is written once and not with each
/// of its rows. What waits for its layout stays whole.
/// </remarks>
/// <param name="settled">The latest entry that every destination has settled, and that the projections hold.</param>
/// <param name="isClockRight">False while nothing keeps this machine's clock: nobody knows then how old anything is.</param>
/// <param name="keep">How long a reading is kept as it came.</param>
/// <param name="slack">By how much longer it may be kept, so that many go at once.</param>
internal sealed class Pruner(
    StoreFiles files, Func<long> settled, RuleBook book, TimeProvider time, Func<bool> isClockRight, TimeSpan keep, TimeSpan slack)
{
    /// <summary>Half a year, the longest: what is disputed is disputed on the readings themselves.</summary>
    public const int KeepDaysMin = 184;

    private static readonly TimeSpan LookEvery = TimeSpan.FromMinutes(10);

    /// <summary>Entries of one stretch at most, a few bytes each in memory.</summary>
    private const int StretchEntriesMax = 200_000;

    /// <summary>Readings that are looked at in one go at most.</summary>
    private const int ReadingsMax = 500_000;

    /// <summary>2025-01-01: a machine without a battery clock starts before it, and what it took in then has the age of what came after.</summary>
    private const long PlausibleUtcMs = 1_735_689_600_000;

    private readonly ChannelCatalog _catalog = new();
    private readonly Queue<(string Node, long[] Entries)> _parts = new();
    private long _through;
    private long _settled;
    private long _beforeUtcSeconds;

    /// <summary>Keeps for a week more, so that a week goes at once.</summary>
    public Pruner(StoreFiles files, Func<long> settled, RuleBook book, TimeProvider time, Func<bool> isClockRight, TimeSpan keep)
        : this(files, settled, book, time, isClockRight, keep, TimeSpan.FromDays(7))
    {
    }

    /// <summary>Prunes until cancelled.</summary>
    public async Task RunAsync(LogStore log, ILogger logger, CancellationToken cancel)
    {
        await Task.Yield();
        while (!cancel.IsCancellationRequested)
        {
            try
            {
                long readings = 0;
                while (Next() is { } batch && await PruneAsync(log, batch, cancel))
                    readings += batch.Pruning.Readings;
                if (readings > 0)
                    logger.LogInformation("{Readings} readings were pruned, received before {Before:u}", readings, DateTimeOffset.FromUnixTimeSeconds(_beforeUtcSeconds));
                await Task.Delay(LookEvery, time, cancel);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (Exception e) when (e is StoreUnavailableException or SqliteException or LogDamagedException or InvalidDataException)
            {
                logger.LogWarning("Retention does not get on: {Error} Nothing was pruned with it; it is tried again.", e.Message);
                Reset();
                await Task.Delay(LookEvery, time, cancel).ContinueWith(_ => { }, TaskScheduler.Default);
            }
        }
    }

    /// <summary>Takes a batch away. What nothing goes of is not worth an entry of the log.</summary>
    /// <returns>False when it was refused: by a registry that came meanwhile, of which destinations are to be sent first what it says of old readings.</returns>
    public async Task<bool> PruneAsync(LogStore log, PruningBatch batch, CancellationToken cancel)
    {
        if (batch.Left.Count == 0 || !(await log.PruneAsync(batch.Pruning, batch.Left, cancel)).WasKnown)
            return true;
        Reset();
        return false;
    }

    /// <summary>The next readings to let go.</summary>
    /// <returns>Null when there are none now.</returns>
    public PruningBatch? Next()
    {
        using var log = files.OpenLogReader();
        using var views = files.OpenViewsReader();
        if (_parts.Count == 0 && !TryOpenStretch(log, views))
            return null;
        var left = new List<(long Entry, byte[] Body, byte[] Pruned)>();
        var found = new PruningFindings(log, views, _catalog, book, _settled);
        while (_parts.TryPeek(out var part) && left.Count + part.Entries.Length <= Pruning.EntriesMax && found.ReadingsSeen < ReadingsMax)
        {
            _parts.Dequeue();
            left.AddRange(found.Of(part.Node, part.Entries));
        }
        left.Sort((a, b) => a.Entry.CompareTo(b.Entry));
        var pruning = new Pruning(
            _through, _parts.Count == 0, _settled, _beforeUtcSeconds, found.Readings, [.. left.Select(l => l.Entry)], PruningDocument.HashOf(left));
        return new PruningBatch(pruning, left);
    }

    /// <summary>Forgets where it was: what was found and not taken away is looked for again.</summary>
    public void Reset()
    {
        _parts.Clear();
        _through = 0;
    }

    private bool TryOpenStretch(SqliteConnection log, SqliteConnection views)
    {
        if (!isClockRight())
            return false;
        long nowMs = time.GetUtcNow().ToUnixTimeMilliseconds();
        long beforeMs = nowMs - (long)keep.TotalMilliseconds;
        _settled = settled();
        long after = Math.Max(_through, views.ScalarLong("SELECT pruned_through FROM state"));
        using var command = log.Prepare(
            "SELECT e.id, e.kind, coalesce(n.name, ''), e.received_ms, e.pruned IS NULL FROM entry e LEFT JOIN node n ON n.id=e.node WHERE e.id>$1 AND e.id<=$2 ORDER BY e.id LIMIT $3", 3);
        using var rows = command.With(after, _settled, StretchEntriesMax).ExecuteReader();
        var whole = new List<(long Entry, string Node)>();
        long oldestMs = long.MaxValue;
        long seen = 0;
        long end = after;
        while (rows.Read())
        {
            seen++;
            long receivedMs = rows.GetInt64(3);
            if (receivedMs >= beforeMs)
                break;
            if (rows.GetInt64(1) == (long)LogEntryKind.Readings && rows.GetInt64(4) != 0)
                whole.Add((rows.GetInt64(0), rows.GetString(2)));
            if (receivedMs < PlausibleUtcMs)
                continue;
            end = rows.GetInt64(0);
            oldestMs = Math.Min(oldestMs, receivedMs);
        }
        if (end == after || seen < StretchEntriesMax && oldestMs >= beforeMs - (long)slack.TotalMilliseconds)
            return false;
        _through = end;
        _beforeUtcSeconds = beforeMs / 1000;
        foreach (var node in whole.Where(w => w.Entry <= end).GroupBy(w => w.Node, w => w.Entry, StringComparer.Ordinal))
        {
            foreach (long[] entries in node.Chunk(Pruning.EntriesMax))
                _parts.Enqueue((node.Key, entries));
        }
        return _parts.Count > 0;
    }
}
