using System.Collections.Generic;

namespace EdgeMeters.NanoSimulation.Network;

/// <summary>What a technician at the chip's USB port reads.</summary>
public static class ChipConsole
{
    public static void WriteLine(string line)
    {
        List<string> lines = SimulatedChip.Current.ConsoleLines;
        lock (lines)
            lines.Add(line);
    }
}
