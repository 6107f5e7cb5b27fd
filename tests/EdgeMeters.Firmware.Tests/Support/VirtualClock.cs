using EdgeMeters.Metering.Ports;
using EdgeMeters.Wire;

namespace EdgeMeters.Firmware.Tests.Support;

/// <summary>Time that moves only when a test, or a device that waits, moves it.</summary>
internal sealed class VirtualClock : INodeClock
{
    public long MonotonicMs { get; private set; }

    public long UtcMs { get; set; } = 1_800_000_000_000;

    public ClockQuality Quality { get; set; } = ClockQuality.Synchronised;

    public void Advance(long ms)
    {
        MonotonicMs += ms;
        UtcMs += ms;
    }
}
