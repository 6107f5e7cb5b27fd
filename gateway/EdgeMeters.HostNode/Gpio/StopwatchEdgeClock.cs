using System.Diagnostics;

namespace EdgeMeters.HostNode.Gpio;

/// <summary>Edge time for a real driver: the moment at which the callback runs.</summary>
/// <remarks>
/// Lossy evidence. The event of System.Device.Gpio carries no timestamp, so what the scheduler delays is measured late, widths come out wrong by
/// that much, and Linux itself drops edges that come back to back (817 of 2000 were seen). Pulses that are billed belong to a hardware counter.
/// </remarks>
public sealed class StopwatchEdgeClock : IEdgeClock
{
    private readonly long _start = Stopwatch.GetTimestamp();

    public long Microseconds => Stopwatch.GetElapsedTime(_start).Ticks / TimeSpan.TicksPerMicrosecond;
}
