namespace EdgeMeters.Gateway.Core;

/// <summary>What the gateway holds.</summary>
/// <param name="Blocks">Blocks in the log.</param>
/// <param name="Readings">Readings taken into the log, each counted once.</param>
/// <param name="BacklogBlocks">Blocks in the log that the projections have not taken in yet.</param>
/// <param name="Nodes">Nodes heard of.</param>
/// <param name="Forwarders">The forwarders, by name.</param>
/// <param name="Trouble">What keeps the store from its work and what to do, e.g. a full disk; null while nothing does.</param>
/// <param name="Seal">
/// The latest seal of the log, an entry and the hash of all up to it, as <c>entry:hash</c>. Noted elsewhere, it proves later to <c>verify</c> that nothing
/// up to there was changed. Null before the first.
/// </param>
/// <param name="Pruned">Readings of which the register was pruned, as retention asks for; they are among <paramref name="Readings"/>.</param>
/// <param name="PrunedBeforeUtcSeconds">Plain readings that were received before this may be pruned; 0 while none is.</param>
/// <param name="Integrity">How far the log was held against its own chain of hashes; null where nothing does that.</param>
public sealed record StoreStatus(
    long Blocks, long Readings, long BacklogBlocks, int Nodes, IReadOnlyList<ForwarderStatus> Forwarders, string? Trouble = null, string? Seal = null,
    long Pruned = 0, long PrunedBeforeUtcSeconds = 0, IntegrityStatus? Integrity = null);
