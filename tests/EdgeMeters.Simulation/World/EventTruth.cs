using EdgeMeters.Wire;

namespace EdgeMeters.Simulation.World;

/// <summary>An event as it stands in a journal or in a log; the layout names the meter that its channel means.</summary>
internal sealed record EventTruth(uint LayoutId, uint UtcSeconds, EventCode Code, byte Channel, long A, long B)
{
    public static EventTruth Of(EventBlock block, int i) =>
        new(block.LayoutId, block.UtcSeconds[i], (EventCode)block.Codes[i], block.Channels[i], block.A[i], block.B[i]);
}
