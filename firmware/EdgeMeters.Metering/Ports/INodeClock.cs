using EdgeMeters.Wire;

namespace EdgeMeters.Metering.Ports;

/// <summary>The node's time. The only way in which time enters the core.</summary>
public interface INodeClock
{
    /// <summary>Milliseconds since start; never steps, never goes back.</summary>
    long MonotonicMs { get; }

    /// <summary>UTC in milliseconds since 1970-01-01. May step when it is set; <see cref="Quality"/> tells how far to trust it.</summary>
    long UtcMs { get; }

    ClockQuality Quality { get; }
}
