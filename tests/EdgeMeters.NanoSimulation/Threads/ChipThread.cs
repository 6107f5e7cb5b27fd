using System;
using System.Threading;

namespace EdgeMeters.NanoSimulation.Threads;

/// <summary>nanoFramework's Thread, in virtual time.</summary>
public sealed class ChipThread(ThreadStart start)
{
    private bool _isStarted;
    private bool _isEnded;

    public bool IsAlive => _isStarted && !_isEnded;

    public ThreadPriority Priority { get; set; } = ThreadPriority.Normal;

    /// <summary>Ends at the first tick of 10 ms that is not before the time; -1 never ends.</summary>
    public static void Sleep(int millisecondsTimeout)
    {
        SimulatedChip chip = SimulatedChip.Current;
        chip.Threads.Wait(WakeUs(chip, millisecondsTimeout), null);
    }

    public void Start()
    {
        if (_isStarted)
            throw new InvalidOperationException("the thread was started before");
        _isStarted = true;
        SimulatedChip.Current.Threads.Start(() => start(), () => _isEnded = true);
    }

    public void Join() => Join(Timeout.Infinite);

    public bool Join(int millisecondsTimeout)
    {
        SimulatedChip chip = SimulatedChip.Current;
        return chip.Threads.Wait(WakeUs(chip, millisecondsTimeout), () => _isEnded);
    }

    internal static long WakeUs(SimulatedChip chip, int timeoutMs)
    {
        // A turn for others costs time too, so that a loop of them comes to its end.
        if (timeoutMs == 0)
            return chip.NowUs + 100;
        if (timeoutMs < 0)
            return long.MaxValue;
        return (chip.NowUs + timeoutMs * 1000L + SimulatedChip.TickUs - 1) / SimulatedChip.TickUs * SimulatedChip.TickUs;
    }
}
