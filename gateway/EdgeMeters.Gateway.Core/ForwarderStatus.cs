namespace EdgeMeters.Gateway.Core;

/// <summary>How far one destination has come.</summary>
/// <param name="Settled">Intervals that the head-end took.</param>
/// <param name="Rejected">Intervals that it refused for good: dead letters.</param>
/// <param name="BacklogBlocks">Blocks of the log that it has still to be sent.</param>
/// <param name="Error">Why it is not getting on; null while it is.</param>
public sealed record ForwarderStatus(string Name, long Settled, long Rejected, long BacklogBlocks, string? Error);
