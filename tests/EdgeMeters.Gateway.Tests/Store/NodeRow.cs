using EdgeMeters.Wire;

namespace EdgeMeters.Gateway.Tests.Store;

/// <summary>One interval end of a node: a register for each channel, null where the meter was silent.</summary>
internal sealed record NodeRow(uint Sequence, uint EndUtcSeconds, long?[] Registers, ClockQuality Clock = ClockQuality.Synchronised);
