using EdgeMeters.Gateway.Core;
using Microsoft.Data.Sqlite;

namespace EdgeMeters.Gateway.Store;

/// <summary>Follows the log and keeps the projections up with it, on a thread of its own.</summary>
public sealed class Projector : IDisposable
{
    private const int EntriesPerCommitMax = 256;

    private readonly StoreFiles _files;
    private readonly LogStore _log;
    private readonly ILogger<Projector> _logger;
    private readonly LogReader _reader;
    private readonly Projection _projection;
    private readonly AutoResetEvent _more = new(true);
    private readonly Thread _thread;
    private long _entry;
    private volatile bool _isStopping;
    private volatile string? _error;

    public Projector(StoreFiles files, LogStore log, ILogger<Projector> logger)
    {
        _files = files;
        _log = log;
        _logger = logger;
        _reader = new LogReader(files);
        _projection = OpenProjection();
        _entry = _projection.Entry;
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
        _thread.Join();
        _projection.Dispose();
        _reader.Dispose();
        _more.Dispose();
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
            return Open();
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
            return projection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private void Run()
    {
        while (!_isStopping)
        {
            _more.WaitOne();
            try
            {
                while (!_isStopping && _entry < _log.LastEntry)
                    Advance();
                _error = null;
            }
            catch (Exception e) when (e is SqliteException or InvalidDataException or StoreUnavailableException)
            {
                _projection.Rollback();
                _error = $"The projections stand still at entry {_entry}: {e.Message} Readings are still taken into custody. "
                    + $"Stop the gateway, remove {_files.ViewsPath} and start it again.";
                _logger.LogError("{Error}", _error);
            }
        }
    }

    private void Advance()
    {
        var entries = _reader.Read(_entry, EntriesPerCommitMax);
        _projection.Begin();
        foreach (var entry in entries)
            _projection.Apply(entry, _reader.ReadOne);
        _projection.Commit();
        Interlocked.Exchange(ref _entry, entries[^1].Number);
        Advanced?.Invoke();
    }
}
