using System.Collections.Concurrent;
using EdgeMeters.Gateway.Core;

namespace EdgeMeters.Gateway.Tests.Ingest;

/// <summary>A store whose commits a test holds back or lets fail.</summary>
internal sealed class ScriptedStore : IReadingStore
{
    private long _entries;

    public ConcurrentQueue<IncomingBlock> Blocks { get; } = [];

    /// <summary>What comes of a block; by default it is committed at once.</summary>
    public Func<IncomingBlock, Task> Commit { get; set; } = _ => Task.CompletedTask;

    public async Task<Receipt> AppendAsync(IncomingBlock block, CancellationToken cancel)
    {
        Blocks.Enqueue(block);
        await Commit(block);
        return new Receipt(Interlocked.Increment(ref _entries), false);
    }
}
