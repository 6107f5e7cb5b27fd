namespace EdgeMeters.Simulation.World;

/// <summary>A row as it was appended, each register held against its dial at that moment.</summary>
/// <param name="Generation">Of the node's meters: which serial numbers the channels had.</param>
/// <param name="WasClockSet">An event says that the clock was set since the row before: labels do not tell how long the interval was.</param>
internal sealed record RowTruth(int Generation, long WorldMs, uint EndUtcSeconds, long[] Registers, byte[] Qualities, bool WasClockSet);
