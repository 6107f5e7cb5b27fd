namespace EdgeMeters.Gateway.Store;

/// <summary>Readings to let go, in one commit.</summary>
/// <param name="Pruning">What the log is told.</param>
/// <param name="Left">What is left and noted of each entry, upwards.</param>
internal sealed record PruningBatch(Pruning Pruning, IReadOnlyList<(long Entry, byte[] Body, byte[] Pruned)> Left);
