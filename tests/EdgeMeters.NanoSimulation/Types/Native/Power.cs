using EdgeMeters.NanoSimulation;

namespace nanoFramework.Runtime.Native;

/// <summary>Sets a flag and returns: the chip restarts at most a quantum of 20 ms later.</summary>
public class Power
{
    public static void RebootDevice(RebootOption rebootOption = RebootOption.NormalReboot)
    {
        SimulatedChip chip = SimulatedChip.Current;
        chip.Threads.Touch();
        chip.RequestReboot();
    }
}
