using EdgeMeters.NanoSimulation;

namespace nanoFramework.Hardware.Esp32;

public class HighResTimer
{
    /// <summary>Microseconds since boot; asking takes one.</summary>
    public static ulong GetCurrent()
    {
        SimulatedChip chip = SimulatedChip.Current;
        chip.Threads.Touch();
        chip.Spend(1);
        return (ulong)chip.NowUs;
    }
}
