using System;
using nanoFramework.Runtime.Native;

namespace EdgeMeters.Node.Network;

/// <summary>The chip's wall clock, which nobody reads but TLS, to judge the dates of certificates.</summary>
public static class WallClock
{
    private const long UnixEpochTicks = 621355968000000000;
    private const long TicksPerSecond = 10000000;

    /// <summary>Sets it to the whole second.</summary>
    public static void Set(long utcMs)
    {
        if (!Rtc.SetSystemTime(new DateTime(UnixEpochTicks + utcMs / 1000 * TicksPerSecond)))
            Console.WriteLine("the chip's wall clock cannot be set: certificates may pass for not yet valid");
    }
}
