using EdgeMeters.Wire;

namespace EdgeMeters.Gateway.Downlink;

/// <summary>A command that somebody gave for a node, and what became of it.</summary>
/// <param name="StartNumber">The start of the node it is meant for.</param>
/// <param name="Number">Its number; no other command of this gateway to this node has it, in whatever start.</param>
/// <param name="Channel">0 to 31, or <see cref="EventBlock.WholeNode"/>.</param>
/// <param name="ExpiresMs">When its time is over, on the gateway's monotonic clock, which nobody sets.</param>
public sealed record Order(
    uint StartNumber, uint Number, CommandCode Code, byte Channel, long A, long B, DateTimeOffset GivenUtc, DateTimeOffset ExpiresUtc, long ExpiresMs)
{
    public OrderState State { get; init; } = OrderState.Waiting;

    /// <summary>True for one that the gateway gave itself, so that a node sends again what the log lacks.</summary>
    public bool IsBackfill { get; init; }

    /// <summary>True once it was handed to a session of the node.</summary>
    public bool IsSent { get; init; }

    /// <summary>What the node says of it; null until it did. A newer node may say what this gateway has no word for.</summary>
    public CommandOutcome? Outcome { get; init; }
}
