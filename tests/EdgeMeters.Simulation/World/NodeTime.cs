using EdgeMeters.Bench.Bus;
using EdgeMeters.Metering.Time;

namespace EdgeMeters.Simulation.World;

/// <summary>A node's clock, as the chip keeps it: a counter from the start on that drifts, and UTC over it.</summary>
internal sealed class NodeTime(VirtualTime time, int driftPpm) : DisciplinedClock
{
    private readonly long _startMicroseconds = time.Microseconds;

    public override long MonotonicMs
    {
        get
        {
            long since = time.Microseconds - _startMicroseconds;
            return (since + (since / 1_000_000 * driftPpm)) / 1000;
        }
    }
}
