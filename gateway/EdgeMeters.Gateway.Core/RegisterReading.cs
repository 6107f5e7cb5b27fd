using EdgeMeters.Wire;

namespace EdgeMeters.Gateway.Core;

/// <summary>A reading as the node made it, with what is needed to judge it. Never changed after it came in.</summary>
/// <param name="Id">Its identity.</param>
/// <param name="EndUtcSeconds">Interval end that it is labelled with.</param>
/// <param name="Raw">Register in the channel's raw unit; meaningless when missing.</param>
/// <param name="Quality">What the node said of it.</param>
/// <param name="Clock">How far the node trusted its clock.</param>
/// <param name="PeriodSeconds">Shortest distance of readings in its day and the one before; 0 when there are no two.</param>
/// <param name="Scale">The channel's unit, scale, modulus and rate under the layout it was made by.</param>
public readonly record struct RegisterReading(
    ReadingId Id, uint EndUtcSeconds, long Raw, Quality Quality, ClockQuality Clock, int PeriodSeconds, ChannelLayout Scale)
{
    /// <summary>True when plain readings lay between this and the one before it by sequence, and were pruned.</summary>
    public bool IsBehindPruned { get; init; }
}
