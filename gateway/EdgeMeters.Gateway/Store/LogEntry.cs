namespace EdgeMeters.Gateway.Store;

/// <summary>One entry of the log.</summary>
/// <param name="Number">Counts up from 1 without gaps; the order in which custody was taken.</param>
/// <param name="Node">Name of the node; empty for the registry.</param>
/// <param name="ReceivedUtcSeconds">When custody was taken, by the gateway's clock.</param>
/// <param name="Body">The block or document, as it came.</param>
public sealed record LogEntry(long Number, LogEntryKind Kind, string Node, long ReceivedUtcSeconds, byte[] Body);
