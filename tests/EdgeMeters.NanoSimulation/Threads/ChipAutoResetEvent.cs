using System.Threading;

namespace EdgeMeters.NanoSimulation.Threads;

/// <summary>nanoFramework's AutoResetEvent, in virtual time.</summary>
public sealed class ChipAutoResetEvent(bool initialState)
{
    private readonly SimulatedChip _chip = SimulatedChip.Current;
    private bool _isSet = initialState;

    public bool Set()
    {
        lock (_chip.Gate)
            _isSet = true;
        return true;
    }

    public bool Reset()
    {
        lock (_chip.Gate)
            _isSet = false;
        return true;
    }

    public bool WaitOne() => WaitOne(Timeout.Infinite, false);

    public bool WaitOne(int millisecondsTimeout, bool exitContext)
    {
        lock (_chip.Gate)
        {
            bool wasSet = _chip.Threads.Wait(ChipThread.WakeUs(_chip, millisecondsTimeout), () => _isSet);
            if (wasSet)
                _isSet = false;
            return wasSet;
        }
    }
}
