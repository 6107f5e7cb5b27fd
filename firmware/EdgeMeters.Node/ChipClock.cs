using EdgeMeters.Metering.Time;
using nanoFramework.Hardware.Esp32;

namespace EdgeMeters.Node;

/// <summary>The node's clock over the chip's timer of microseconds since boot: 64 bits, right after light sleep, untouched by whoever sets the time.</summary>
public sealed class ChipClock : DisciplinedClock
{
    public override long MonotonicMs
    {
        get { return (long)(HighResTimer.GetCurrent() / 1000); }
    }
}
