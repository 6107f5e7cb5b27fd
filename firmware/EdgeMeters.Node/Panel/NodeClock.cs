using EdgeMeters.Metering.Time;
using nanoFramework.Hardware.Esp32;

namespace EdgeMeters.Node.Panel;

/// <summary>Time from the chip's high-resolution timer: 64 bits of microseconds that setting the clock does not touch.</summary>
/// <remarks>
/// Not <c>Environment.TickCount64</c>: that counts ticks of 10 ms in 32 bits, so it goes back to zero after 497 days, and stands still in light
/// sleep. Sleeps and timeouts of the interpreter hang on it all the same, so a node restarts before that day.
/// </remarks>
public sealed class NodeClock : DisciplinedClock
{
    public override long MonotonicMs
    {
        get { return (long)(HighResTimer.GetCurrent() / 1000); }
    }
}
