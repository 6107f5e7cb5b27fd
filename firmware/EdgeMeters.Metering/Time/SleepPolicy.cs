namespace EdgeMeters.Metering.Time;

/// <summary>Whether and how long a node on a battery may sleep. Asleep, the chip counts no pulse, hears no line and loses its network.</summary>
public static class SleepPolicy
{
    /// <summary>Below this, closing the network and opening it again takes longer than what is slept.</summary>
    public const int SleepMsMin = 2000;

    /// <summary>
    /// Awake for the gateway at most so long after an interval's end. The journal keeps what could not be sent; a gateway that is away must not
    /// empty the battery.
    /// </summary>
    public const int AwakeMsMax = 120000;

    /// <summary>Awake before an interval's end, since the chip's slow clock that wakes it may be off by percents of what it slept.</summary>
    private const int EarlyMs = 500;

    /// <param name="maySleep">As configured.</param>
    /// <param name="hasPulses">Any channel counts pulses.</param>
    /// <param name="isDrained">The gateway has everything.</param>
    /// <param name="awakeMs">Since the network was last opened.</param>
    /// <param name="msToNextEnd">To the end of the interval.</param>
    /// <returns>Milliseconds to sleep; 0 to stay awake.</returns>
    public static int SleepMs(bool maySleep, bool hasPulses, bool isDrained, long awakeMs, int msToNextEnd)
    {
        if (!maySleep || hasPulses || !isDrained && awakeMs < AwakeMsMax)
            return 0;
        int sleepMs = msToNextEnd - EarlyMs - msToNextEnd / 50;
        return sleepMs > SleepMsMin ? sleepMs : 0;
    }
}
