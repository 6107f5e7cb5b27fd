using System;
using EdgeMeters.NanoSimulation;

namespace nanoFramework.Hardware.Esp32;

/// <summary>Light sleep: pins, pulse counters and lines stand still, and so does the tick count; the high-resolution timer does not.</summary>
public class Sleep
{
    public static EspNativeError EnableWakeupByTimer(TimeSpan time)
    {
        SimulatedChip.Current.WakeAfterUs = (long)time.TotalMicroseconds;
        return EspNativeError.OK;
    }

    public static EspNativeError StartLightSleep()
    {
        SimulatedChip chip = SimulatedChip.Current;
        if (chip.WakeAfterUs <= 0)
            throw new InvalidOperationException("the chip would never wake");
        chip.Threads.Touch();
        chip.SpendAsleep(chip.WakeAfterUs);
        return EspNativeError.OK;
    }
}
