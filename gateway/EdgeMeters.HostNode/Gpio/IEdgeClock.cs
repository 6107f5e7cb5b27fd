namespace EdgeMeters.HostNode.Gpio;

/// <summary>The time by which edges of a GPIO driver are measured.</summary>
/// <remarks>
/// For users: inside a pin's callback it is the time of that edge, otherwise the latest moment up to which all edges were reported.
/// For implementers: never goes back; read by several threads.
/// </remarks>
public interface IEdgeClock
{
    /// <summary>Microseconds since a start of its own.</summary>
    long Microseconds { get; }
}
