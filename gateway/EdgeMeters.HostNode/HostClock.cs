using System.Runtime.InteropServices;
using EdgeMeters.Metering.Ports;
using EdgeMeters.Wire;

namespace EdgeMeters.HostNode;

/// <summary>The machine's time, and whether its kernel says that it is set by NTP or the like.</summary>
public sealed partial class HostClock : INodeClock
{
    /// <summary>2025-01-01: a machine without a battery clock starts before it, in 1970 or when its image was made.</summary>
    private const long PlausibleUtcMs = 1735689600000;

    private const long QualityMs = 10000;

    /// <summary>What adjtimex returns while nothing has set the clock for too long.</summary>
    private const int TimeError = 5;

    /// <summary>More than struct timex has anywhere: 208 on 64-bit, 128 on 32-bit.</summary>
    private const int TimexBytes = 512;

    private readonly TimeProvider _time;
    private readonly long _start;
    private readonly bool _isTrusted;
    private readonly byte[] _timex = new byte[TimexBytes];
    private readonly Lock _gate = new();
    private long _askedMs = long.MinValue / 2;
    private bool _isSynchronised;

    /// <param name="isTrusted">The machine's time is taken as set without asking the kernel: for benches, whose meters keep the same time.</param>
    public HostClock(TimeProvider time, bool isTrusted)
    {
        _time = time;
        _isTrusted = isTrusted;
        _start = time.GetTimestamp();
    }

    public long MonotonicMs => (long)_time.GetElapsedTime(_start).TotalMilliseconds;

    public long UtcMs => _time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Asks the kernel every ten seconds at most. Another <see cref="TimeProvider"/> than the system's is taken at its word.</summary>
    public ClockQuality Quality
    {
        get
        {
            lock (_gate)
            {
                if (MonotonicMs - _askedMs > QualityMs)
                {
                    _askedMs = MonotonicMs;
                    _isSynchronised = _isTrusted || _time != TimeProvider.System || IsKernelSynchronised();
                }
                if (_isSynchronised)
                    return ClockQuality.Synchronised;
                return UtcMs > PlausibleUtcMs ? ClockQuality.Holdover : ClockQuality.Unset;
            }
        }
    }

    private bool IsKernelSynchronised()
    {
        // All zero asks without changing anything.
        Array.Clear(_timex);
        int state = AdjustTimex(_timex);
        return state >= 0 && state != TimeError;
    }

    [LibraryImport("libc", EntryPoint = "adjtimex")]
    private static partial int AdjustTimex(byte[] timex);
}
