using Microsoft.Data.Sqlite;

namespace EdgeMeters.Gateway.Store;

/// <summary>Follows the log and keeps the projections up with it, on a thread of its own.</summary>
public sealed class Projector : IDisposable
{
    private const int EntriesPerCommitMax = 2048;
    private const int EntriesPerLookMax = 64;
    private static readonly TimeSpan RetryWait = TimeSpan.FromSeconds(5);

    private readonly StoreFiles _files;
    private readonly LogStore _log;
    private readonly ILogger<Projector> _logger;
    private readonly LogReader _reader;
    private readonly Projection _projection;
    private readonly AutoResetEvent _more = new(true);
    private readonly Thread? _thread;
    private long _entry;
    private volatile bool _isStopping;
    private volatile string? _error;

    public Projector(StoreFiles files, LogStore log, ILogger<Projector> logger)
        : this(files, log, logger, false)
    {
    }

    /// <param name="isStepped">True to go on by <see cref="Step"/> and not on a thread of its own.</param>
    internal Projector(StoreFiles files, LogStore log, ILogger<Projector> logger, bool isStepped)
    {
        _files = files;
        _log = log;
        _logger = logger;
        _reader = new LogReader(files);
        try
        {
            _projection = OpenProjection();
            _entry = _projection.Entry;
        }
        catch
        {
            _projection?.Dispose();
            _reader.Dispose();
            throw;
        }
        if (isStepped)
            return;
        log.Committed += OnCommitted;
        _thread = new Thread(Run) { IsBackground = true, Name = "projector" };
        _thread.Start();
    }

    /// <summary>Raised when entries were folded in, on the projector's thread.</summary>
    public event Action? Advanced;

    /// <summary>The latest entry folded in.</summary>
    public long Entry => Interlocked.Read(ref _entry);

    /// <summary>Why the projections stand still; null while they do not.</summary>
    public string? Error => _error;

    public void Dispose()
    {
        _log.Committed -= OnCommitted;
        _isStopping = true;
        _more.Set();
        _thread?.Join();
        _projection.Dispose();
        _reader.Dispose();
        // The event stays: the log's thread may be about to raise Committed still.
    }

    private void OnCommitted() => _more.Set();

    // Projections that cannot be used are no loss: whatever is wrong with them, they are made again.
    private Projection OpenProjection()
    {
        try
        {
            return Open();
        }
        catch (Exception e) when (e is StoreDamagedException or SqliteException or NotSupportedException)
        {
            _logger.LogWarning("The projections are of no use ({Reason}); they are made again from the log.", e.Message);
            _files.DeleteViews();
            return OpenAnew();
        }
    }

    private Projection OpenAnew()
    {
        try
        {
            return Open();
        }
        catch (SqliteException e)
        {
            throw StoreFiles.Explain(_files.ViewsPath, e);
        }
    }

    private Projection Open()
    {
        var connection = _files.OpenViews();
        try
        {
            connection.EnsureSchema(Views.Schema, Views.SchemaVersion);
            var projection = new Projection(connection, new ChannelCatalog());
            if (projection.Entry > _log.LastEntry)
                throw new NotSupportedException("they belong to a later log");
            if (projection.Origin is var (sealedEntry, chain) && !(_reader.SealUpTo(sealedEntry) is var (entry, same) && entry == sealedEntry && same.SequenceEqual(chain)))
                throw new NotSupportedException("they belong to another log");
            return projection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Folds in what is committed and not folded in yet, as far as one transaction goes.</summary>
    /// <returns>True when it got on; false when there was nothing, or when it stands still (<see cref="Error"/>).</returns>
    internal bool Step()
    {
        try
        {
            bool hasMore = _entry < _log.LastEntry;
            if (hasMore)
                Advance();
            _error = null;
            return hasMore;
        }
        catch (Exception e)
        {
            _projection.Rollback();
            Note(e);
            return false;
        }
    }

    private void Run()
    {
        while (!_isStopping)
        {
            // What stands still may be a full disk, which passes without another commit.
            _more.WaitOne(_error == null ? Timeout.InfiniteTimeSpan : RetryWait);
            while (!_isStopping && Step())
            {
                // As long as it gets on.
            }
        }
    }

    private void Note(Exception e)
    {
        string error = $"The projections stand still at entry {_entry}: {e.Message} Readings are still taken into custody. " + (e is LogDamagedException
            ? $"Stop the gateway and restore {_files.LogPath} from its backup: it is tried again without end, and nothing behind it is forwarded."
            : $"If this stays, stop the gateway, remove {_files.ViewsPath} and start it again: they are made anew from the log.");
        if (error != _error)
            _logger.LogError(e, "{Error}", error);
        _error = error;
    }

    private void Advance()
    {
        long entry = _entry;
        int applied = 0;
        bool isRegistry = false;
        _projection.Begin();
        for (var entries = _reader.Read(entry, EntriesPerLookMax); entries.Count > 0; entries = _reader.Read(entry, EntriesPerLookMax))
        {
            foreach (var next in entries)
            {
                _projection.Apply(next, _reader.ReadOne);
                isRegistry |= next.Kind == LogEntryKind.Registry;
                entry = next.Number;
                if (++applied >= EntriesPerCommitMax || _projection.IsFull)
                    break;
            }
            if (applied >= EntriesPerCommitMax || _projection.IsFull)
                break;
        }
        if (_reader.SealUpTo(entry) is var (sealedEntry, chain))
            _projection.NoteOrigin(sealedEntry, chain);
        // A registry of a million points takes most of a gigabyte while it is read, and what is not given back at once stays taken.
        if (isRegistry)
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive);
        _projection.Commit();
        Interlocked.Exchange(ref _entry, entry);
        Advanced?.Invoke();
    }
}
