using System.Collections.Concurrent;
using EdgeMeters.Benchmarks.Support;

namespace EdgeMeters.Benchmarks.Rival;

/// <summary>The one thread that writes the rival's table; messages that wait may share a commit, as in the gateway's log.</summary>
internal sealed class RowWriter : IDisposable
{
    private readonly RowStore _store;
    private readonly int _messagesPerCommitMax;
    private readonly BlockingCollection<Pending> _pending = new(4096);
    private readonly Thread _thread;

    /// <param name="path">The database.</param>
    /// <param name="messagesPerCommitMax">1 for a commit a message.</param>
    public RowWriter(string path, int messagesPerCommitMax)
    {
        _store = new RowStore(path, RowSchema.Keyed);
        _messagesPerCommitMax = messagesPerCommitMax;
        _thread = new Thread(Run) { IsBackground = true, Name = "rows" };
        _thread.Start();
    }

    /// <summary>Returns when the readings are on disk.</summary>
    public Task AppendAsync(LeanReading[] readings)
    {
        var pending = new Pending(readings);
        _pending.Add(pending);
        return pending.Done.Task;
    }

    public void Dispose()
    {
        _pending.CompleteAdding();
        _thread.Join();
        _pending.Dispose();
        _store.Dispose();
    }

    private void Run()
    {
        var batch = new List<Pending>();
        foreach (var first in _pending.GetConsumingEnumerable())
        {
            batch.Clear();
            batch.Add(first);
            while (batch.Count < _messagesPerCommitMax && _pending.TryTake(out var next))
                batch.Add(next);
            try
            {
                _store.Begin();
                foreach (var pending in batch)
                {
                    foreach (var reading in pending.Readings)
                        _store.Insert(reading.Meter, "", reading.EndUtcSeconds, reading.Register, 0);
                }
                _store.Commit();
            }
            catch (Exception e)
            {
                batch.ForEach(p => p.Done.TrySetException(e));
                throw;
            }
            batch.ForEach(p => p.Done.TrySetResult());
        }
    }

    private sealed class Pending(LeanReading[] readings)
    {
        public LeanReading[] Readings { get; } = readings;

        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
