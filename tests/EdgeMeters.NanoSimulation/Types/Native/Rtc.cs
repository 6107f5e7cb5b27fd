using System;
using EdgeMeters.NanoSimulation;

namespace nanoFramework.Runtime.Native;

/// <summary>Sets the wall clock to a whole second.</summary>
public static class Rtc
{
    public static bool SetSystemTime(DateTime time)
    {
        SimulatedChip chip = SimulatedChip.Current;
        chip.Threads.Touch();
        chip.Network.WallClockUtcMs = (time.Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerSecond * 1000;
        return true;
    }
}
