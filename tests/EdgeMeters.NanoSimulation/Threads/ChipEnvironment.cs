namespace EdgeMeters.NanoSimulation.Threads;

/// <summary>nanoFramework's Environment: a tick count of 10 ms that light sleep stops and that begins again after 2^32 ticks.</summary>
public static class ChipEnvironment
{
    public static long TickCount64
    {
        get
        {
            SimulatedChip chip = SimulatedChip.Current;
            return (uint)((chip.NowUs - chip.TicksLostUs) / SimulatedChip.TickUs) * 10L;
        }
    }
}
