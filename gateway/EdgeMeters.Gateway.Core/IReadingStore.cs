namespace EdgeMeters.Gateway.Core;

/// <summary>Takes blocks into custody.</summary>
public interface IReadingStore
{
    /// <summary>Keeps a block and returns once it survives a power cut. The caller acknowledges after, never before.</summary>
    /// <remarks>Concurrent calls share one commit. What was kept before is not kept again; there is no time limit to that.</remarks>
    /// <exception cref="SequenceConflictException">The node used a sequence twice for different readings. Nothing is kept.</exception>
    /// <exception cref="StoreUnavailableException">The disk is full or failing. Nothing is kept; the node keeps custody.</exception>
    Task<Receipt> AppendAsync(IncomingBlock block, CancellationToken cancel);
}
