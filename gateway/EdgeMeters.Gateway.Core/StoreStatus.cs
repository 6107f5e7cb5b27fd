namespace EdgeMeters.Gateway.Core;

/// <summary>What the gateway holds.</summary>
/// <param name="Blocks">Blocks in the log.</param>
/// <param name="Readings">Readings in the log, each counted once.</param>
/// <param name="BacklogBlocks">Blocks in the log that the projections have not taken in yet.</param>
/// <param name="Nodes">Nodes heard of.</param>
/// <param name="Forwarders">The forwarders, by name.</param>
/// <param name="Trouble">What keeps the store from its work and what to do, e.g. a full disk; null while nothing does.</param>
/// <param name="Seal">
/// The latest seal of the log, an entry and the hash of all up to it, as <c>entry:hash</c>. Noted elsewhere, it proves later to <c>verify</c> that nothing
/// up to there was changed. Null before the first.
/// </param>
public sealed record StoreStatus(
    long Blocks, long Readings, long BacklogBlocks, int Nodes, IReadOnlyList<ForwarderStatus> Forwarders, string? Trouble = null, string? Seal = null);
