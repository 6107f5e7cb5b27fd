using System.Collections.Concurrent;
using EdgeMeters.Gateway.Core;
using EdgeMeters.Gateway.Core.LoadProfile;
using Microsoft.Data.Sqlite;

namespace EdgeMeters.Gateway.Store;

/// <summary>The append-only log of blocks: one thread writes, all that wait at a moment share one commit.</summary>
public sealed class LogStore : IReadingStore, IEditStore, IDisposable
{
    /// <summary>Blocks in one commit at most.</summary>
    public const int CommitBlocksMax = 512;

    /// <summary>Blocks that may wait; beyond it a publisher waits with its connection, which slows its node and nobody else.</summary>
    public const int PendingBlocksMax = 1024;

    /// <summary>Below this the store says that the disk is full, while there is still room to close cleanly.</summary>
    public const long FreeBytesMin = 32L * 1024 * 1024;

    private readonly StoreFiles _files;
    private readonly TimeProvider _time;
    private readonly LogWriter _writer;
    private readonly BlockingCollection<Pending> _pending = new(PendingBlocksMax);
    private readonly List<Pending> _batch = new(CommitBlocksMax);
    private readonly Thread? _thread;
    private long _lastEntry;
    private volatile string? _error;
    private volatile LogHead _head;

    /// <exception cref="StoreDamagedException">The log's file is damaged.</exception>
    /// <exception cref="StoreUnavailableException">The log cannot be opened.</exception>
    public LogStore(StoreFiles files, TimeProvider time)
        : this(files, time, false)
    {
    }

    /// <param name="isStepped">True to commit on <see cref="Step"/> and not on a thread of its own: for simulations, in which nothing happens by chance.</param>
    internal LogStore(StoreFiles files, TimeProvider time, bool isStepped)
    {
        _files = files;
        _time = time;
        try
        {
            _writer = new LogWriter(files.OpenLog());
        }
        catch (SqliteException e)
        {
            throw StoreFiles.Explain(files.LogPath, e);
        }
        _lastEntry = _writer.LastEntry;
        _head = _writer.Head;
        if (isStepped)
            return;
        _thread = new Thread(Run) { IsBackground = true, Name = "log" };
        _thread.Start();
    }

    /// <summary>Raised after every commit, on the writing thread.</summary>
    public event Action? Committed;

    /// <summary>Number of the latest entry that is on disk.</summary>
    public long LastEntry => Interlocked.Read(ref _lastEntry);

    /// <summary>The hash over the log up to the latest entry that is on disk.</summary>
    public LogHead Head => _head;

    /// <summary>Commits so far; with the blocks they held, how well they are shared.</summary>
    public long Commits { get; private set; }

    /// <summary>Why the last commit failed; null while all is well.</summary>
    public string? Error => _error;

    public Task<Receipt> AppendAsync(IncomingBlock block, CancellationToken cancel) =>
        Enqueue(new Pending(writer => writer.Append(block, _time.GetUtcNow())), cancel);

    /// <summary>Keeps the registry of metering points, if it differs from the one kept last.</summary>
    public Task<Receipt> AppendRegistryAsync(byte[] document, CancellationToken cancel) =>
        Enqueue(new Pending(writer => writer.AppendRegistry(document, _time.GetUtcNow())), cancel);

    /// <summary>Keeps what a person set in a load profile.</summary>
    public Task<Receipt> AppendEditAsync(ProfileEdit edit, CancellationToken cancel)
    {
        byte[] document = EditDocument.Of(edit);
        return Enqueue(new Pending(writer => writer.AppendEdit(document, _time.GetUtcNow())), cancel);
    }

    /// <summary>Takes the plain readings of old blocks away.</summary>
    internal Task<Receipt> PruneAsync(Pruning pruning, IReadOnlyList<(long Entry, byte[] Body, byte[] Pruned)> left, CancellationToken cancel) =>
        Enqueue(new Pending(writer => writer.Prune(pruning, left, _time.GetUtcNow())), cancel);

    /// <summary>Keeps how far a destination has come, and what it refused.</summary>
    public Task<Receipt> SettleAsync(Settlement settlement, CancellationToken cancel) =>
        Enqueue(new Pending(writer => writer.Settle(settlement, _time.GetUtcNow())), cancel);

    public void Dispose()
    {
        _pending.CompleteAdding();
        _thread?.Join();
        _pending.Dispose();
        _writer.Dispose();
    }

    private Task<Receipt> Enqueue(Pending pending, CancellationToken cancel)
    {
        try
        {
            if (_thread != null)
                _pending.Add(pending, cancel);
            else if (!_pending.TryAdd(pending))
                throw new StoreUnavailableException($"{PendingBlocksMax} blocks wait already.");
        }
        catch (InvalidOperationException e)
        {
            throw new StoreUnavailableException("The gateway is stopping.", e);
        }
        return pending.Done.Task;
    }

    /// <summary>Commits what waits now. Whoever waits for it then finds his task completed.</summary>
    /// <returns>False when nothing waited.</returns>
    internal bool Step()
    {
        if (!_pending.TryTake(out var first))
            return false;
        CommitFrom(first);
        return true;
    }

    private void Run()
    {
        foreach (var first in _pending.GetConsumingEnumerable())
            CommitFrom(first);
    }

    private void CommitFrom(Pending first)
    {
        _batch.Clear();
        _batch.Add(first);
        while (_batch.Count < CommitBlocksMax && _pending.TryTake(out var next))
            _batch.Add(next);
        if (TryCommit(_batch))
            Committed?.Invoke();
    }

    private bool TryCommit(List<Pending> batch)
    {
        try
        {
            RefuseWhenFull();
            _writer.Begin();
            foreach (var pending in batch)
                pending.Apply(_writer);
            _writer.Commit();
            Interlocked.Exchange(ref _lastEntry, _writer.LastEntry);
            _head = _writer.Head;
            Commits++;
            _error = null;
        }
        catch (Exception e)
        {
            // Whatever it was: nothing of this batch is kept, nobody is told that it is, and the next batch is tried.
            _writer.Rollback();
            var unavailable = e as StoreUnavailableException ?? new StoreUnavailableException(
                $"{_files.LogPath} took no commit: {e.Message} Nothing was acknowledged; free space or mend the disk, and the nodes send again.", e);
            _error = unavailable.Message;
            foreach (var pending in batch)
                pending.Done.TrySetException(unavailable);
            return false;
        }
        foreach (var pending in batch)
            pending.Complete();
        return true;
    }

    private void RefuseWhenFull()
    {
        long free = _files.FreeBytes();
        if (free < FreeBytesMin)
        {
            throw new StoreUnavailableException(
                $"The disk of {_files.Folder} is full: {free / 1024} KiB left. Nothing is acknowledged until there is room; the nodes keep what they have.");
        }
    }

    /// <summary>One thing to be written and the one who waits for it. Its own fault is its own; a failed commit is everybody's.</summary>
    private sealed class Pending(Func<LogWriter, Receipt> write)
    {
        private Receipt _receipt;
        private SequenceConflictException? _conflict;

        public TaskCompletionSource<Receipt> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Apply(LogWriter writer)
        {
            try
            {
                _receipt = write(writer);
            }
            catch (SequenceConflictException e)
            {
                _conflict = e;
            }
        }

        public void Complete()
        {
            if (_conflict != null)
                Done.TrySetException(_conflict);
            else
                Done.TrySetResult(_receipt);
        }
    }
}
