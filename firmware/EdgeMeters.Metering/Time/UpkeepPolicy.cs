namespace EdgeMeters.Metering.Time;

/// <summary>When a node restarts itself for no other reason than the age of its start.</summary>
/// <remarks>
/// nanoFramework's tick count on ESP32 has 32 bits of 10 ms and begins again after 497.1 days; whatever sleeps across that never wakes. A
/// restart costs no reading: it comes right after an interval was journalled, and pulses of its few seconds are stated as in doubt.
/// </remarks>
public static class UpkeepPolicy
{
    /// <summary>A restart is due at the next quiet moment: a fifth of what the tick count lasts.</summary>
    public const long DueMs = 100L * 24 * 3600 * 1000;

    /// <summary>No longer waits for the gateway to have everything: it gets the rest after the restart.</summary>
    public const long OverdueMs = DueMs + 10L * 24 * 3600 * 1000;

    /// <summary>Quiet is the time right after an interval was journalled. Of an interval of a minute it leaves half for the start.</summary>
    public const int QuietMs = 30000;

    /// <param name="monotonicMs">Since start.</param>
    /// <param name="sinceRowMs">Since an interval was journalled; -1 when none was in this start.</param>
    /// <param name="isDrained">The gateway has everything.</param>
    public static bool IsRestartDue(long monotonicMs, long sinceRowMs, bool isDrained)
    {
        if (monotonicMs < DueMs || sinceRowMs < 0 || sinceRowMs > QuietMs)
            return false;
        return isDrained || monotonicMs >= OverdueMs;
    }
}
