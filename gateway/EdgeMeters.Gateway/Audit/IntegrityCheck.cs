using System.Diagnostics;
using System.Globalization;
using EdgeMeters.Gateway.Core;
using EdgeMeters.Gateway.Store;
using Microsoft.Data.Sqlite;

namespace EdgeMeters.Gateway.Audit;

/// <summary>Holds the log against its chain of hashes while the gateway runs: its end before anything is served, then all of it, slowly.</summary>
/// <remarks>
/// The end takes a bounded time, however long the log is. All of it is walked over in slices, each a read of its own that ends at once, so that
/// checkpoints of the log's WAL go on; between two slices the disk and the processor belong to the readings. What is damaged is told and nothing else
/// happens: readings are still taken. Found is what the chain proves: entries that were changed, added, taken out, moved, or cannot be read. What only a
/// node's key proves, and ranges and refusals, are for the audit (<see cref="LogAudit"/>).
/// </remarks>
internal sealed class IntegrityCheck : IDisposable
{
    /// <summary>Between the end of one check of all of the log and the next one's begin.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromDays(7);

    /// <summary>Different faults that are counted; each damages a stretch between two seals, so a log with more has little left.</summary>
    public const int FaultsMax = 1_000;

    private const int EntriesPerSlice = 256;
    private const long BytesPerSlice = 1 << 20;

    /// <summary>For each part of time in a slice so many without one: at most a tenth of one core, and of what the disk reads in it.</summary>
    private const int RestParts = 9;

    private static readonly TimeSpan RestMin = TimeSpan.FromMilliseconds(1);

    private readonly StoreFiles _files;
    private readonly LogStore _log;
    private readonly TimeProvider _time;
    private readonly ILogger<IntegrityCheck> _logger;
    private readonly HashSet<string> _faults = new(StringComparer.Ordinal);
    private readonly ManualResetEvent _stopping = new(false);
    private Thread? _thread;
    private ChainWalk? _walk;
    private volatile IntegrityStatus _status = IntegrityStatus.None;

    public IntegrityCheck(StoreFiles files, LogStore log, TimeProvider time, ILogger<IntegrityCheck> logger)
    {
        _files = files;
        _log = log;
        _time = time;
        _logger = logger;
    }

    /// <summary>What was found so far.</summary>
    public IntegrityStatus Status => _status;

    /// <summary>Checks the end of the log: the entries from the last seal but one on, and that nothing points behind the end.</summary>
    /// <exception cref="StoreUnavailableException">The log ends before what was sealed or sent on: going on would number new entries like old ones.</exception>
    public void CheckEnd()
    {
        using var log = _files.OpenLogReader();
        try
        {
            long last = log.ScalarLong("SELECT max(id) FROM entry");
            RefuseCutOff(log, last);
            using var walk = new ChainWalk(true, null, Note);
            using var command = log.Prepare("SELECT entry, chain FROM seal ORDER BY entry DESC LIMIT 1 OFFSET 1", 0);
            using (var rows = command.ExecuteReader())
            {
                if (rows.Read())
                    walk.BeginAfter(rows.GetInt64(0), rows.Bytes(1));
            }
            // Two stretches at most; what goes on without a seal for longer is told by that alone.
            walk.Walk(log, Math.Min(last, walk.Entry + 2 * ChainWalk.SealDistanceMax + 1), int.MaxValue);
        }
        catch (SqliteException e)
        {
            NoteUnreadable(e, "the end");
        }
    }

    /// <summary>Begins to check all of the log, on a thread of its own.</summary>
    public void Start()
    {
        _thread = new Thread(Run) { IsBackground = true, Name = "integrity", Priority = ThreadPriority.Lowest };
        _thread.Start();
    }

    /// <summary>Checks the next slice, for which it begins anew after all were.</summary>
    /// <returns>False when all of the log as of the begin is checked, or when it cannot be read.</returns>
    internal bool Step()
    {
        if (_walk == null)
        {
            _walk = new ChainWalk(true, null, Note);
            _status = _status with { Entries = _log.LastEntry, CheckedEntries = 0 };
        }
        try
        {
            using var log = _files.OpenLogReader();
            bool hasMore = _walk.Walk(log, _status.Entries, EntriesPerSlice, BytesPerSlice);
            _status = _status with { CheckedEntries = _walk.Entry };
            if (hasMore)
                return true;
            _status = _status with { CheckedEntries = _status.Entries, FinishedUtc = _time.GetUtcNow(), Error = null };
            _logger.LogInformation("All {Entries} entries of the log were checked, {Faults} faults", _status.Entries, _status.FaultCount);
        }
        catch (Exception e) when (e is SqliteException or StoreUnavailableException or StoreDamagedException)
        {
            NoteUnreadable(e, string.Create(CultureInfo.InvariantCulture, $"what comes after entry {_walk.Entry}"));
        }
        _walk.Dispose();
        _walk = null;
        return false;
    }

    public void Dispose()
    {
        _stopping.Set();
        _thread?.Join();
        _walk?.Dispose();
        _stopping.Dispose();
    }

    private void Run()
    {
        TimeSpan rest;
        do
        {
            long began = Stopwatch.GetTimestamp();
            rest = Step() ? RestMin + RestParts * Stopwatch.GetElapsedTime(began) : Period;
        }
        while (!_stopping.WaitOne(rest));
    }

    // Entries are numbered on from the last one there is: a destination that has come further would never be sent the new ones.
    private void RefuseCutOff(SqliteConnection log, long last)
    {
        using var command = log.Prepare(
            """
            SELECT 'it was sealed', entry FROM seal WHERE entry>$1 UNION ALL SELECT destination || ' has come', entry FROM settlement WHERE entry>$1
            ORDER BY 2 DESC LIMIT 1
            """, 1);
        using var rows = command.With(last).ExecuteReader();
        if (rows.Read())
        {
            throw new StoreUnavailableException(
                $"{_files.LogPath} ends with entry {last}, but {rows.GetString(0)} up to entry {rows.GetInt64(1)}: its end was cut off. New readings would be numbered like "
                + "those that are gone and never be sent on. Restore the log from its latest backup, or move the data folder away to begin anew with what the nodes still have, and keep it.");
        }
    }

    private void NoteUnreadable(Exception e, string what)
    {
        if (e is SqliteException sqlite && !StoreFiles.IsDamage(sqlite))
        {
            string error = $"{what} of the log could not be checked: {e.Message} Is the disk all right? It is tried again in {Period.Days} days and after a restart.";
            _logger.LogError(e, "{Path}: {Error}", _files.LogPath, error);
            _status = _status with { Error = error };
        }
        else
            Note($"{what} cannot be read: {e.Message}");
    }

    private void Note(string fault)
    {
        if (_faults.Count == FaultsMax || !_faults.Add(fault))
            return;
        var told = _status.Faults.Count < AuditReport.FaultsToldMax ? [.. _status.Faults, fault] : _status.Faults;
        _status = _status with { FaultCount = _faults.Count, Faults = told };
        if (_faults.Count <= AuditReport.FaultsToldMax)
            _logger.LogError("{Path}: {Fault}. Readings are still taken into custody. Run verify, which says more, and restore the log from a backup that has no fault; keep the damaged file, it is evidence.", _files.LogPath, fault);
    }
}
