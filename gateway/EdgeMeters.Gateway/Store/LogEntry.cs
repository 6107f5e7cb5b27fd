namespace EdgeMeters.Gateway.Store;

/// <summary>One entry of the log.</summary>
/// <param name="Number">Counts up from 1 without gaps; the order in which custody was taken.</param>
/// <param name="Node">Name of the node; empty for the registry.</param>
/// <param name="ReceivedUtcSeconds">When custody was taken, by the gateway's clock.</param>
/// <param name="Body">The block or document, as it came; what is left of a block that was pruned (<see cref="PrunedBlock"/>).</param>
/// <param name="Pruned">What is noted of a block that was pruned; null for all that is whole.</param>
public sealed record LogEntry(long Number, LogEntryKind Kind, string Node, long ReceivedUtcSeconds, byte[] Body, byte[]? Pruned = null)
{
    /// <summary>True for what the gateway itself wrote, and no node.</summary>
    public bool IsDocument => Kind > LogEntryKind.Events;

    /// <summary>True when a row of a block with readings is as it came.</summary>
    public bool KeepsRow(int row) => Pruned == null || PrunedBlock.KeepsRow(Pruned, row);
}
