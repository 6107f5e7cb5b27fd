using EdgeMeters.Metering.Ports;
using EdgeMeters.Wire;

namespace EdgeMeters.Metering.SelfTest;

/// <summary>A clock that goes when it is told to.</summary>
internal sealed class SelfTestClock : INodeClock
{
    private const long StartUtcMs = 1790000000000;

    public long MonotonicMs { get; set; }

    public long UtcMs
    {
        get { return StartUtcMs + MonotonicMs; }
    }

    public ClockQuality Quality
    {
        get { return ClockQuality.Synchronised; }
    }
}
