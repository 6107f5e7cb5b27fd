using EdgeMeters.Metering.Ports;
using EdgeMeters.Wire;

namespace EdgeMeters.Metering.Time;

/// <summary>UTC over a counter that never steps, for a node whose clock is set from the network.</summary>
/// <remarks>
/// The chip's own wall clock is not read: whoever sets it would step the node's time unseen. Between settings the counter's crystal keeps the
/// time: 40 ppm at worst (ESP32 datasheet, crystal tolerance with temperature) are 3.5 s a day. Safe for two threads.
/// </remarks>
public abstract class DisciplinedClock : INodeClock
{
    /// <summary>A clock that nobody set for so long is no longer called synchronised: by then it may be a second off.</summary>
    public const long SynchronisedMs = 6L * 3600 * 1000;

    private readonly object _gate = new object();
    private long _utcAtZeroMs;
    private long _setAtMs;
    private bool _isSet;

    public abstract long MonotonicMs { get; }

    public long UtcMs
    {
        get { lock (_gate) return _utcAtZeroMs + MonotonicMs; }
    }

    public ClockQuality Quality
    {
        get
        {
            lock (_gate)
            {
                if (!_isSet)
                    return ClockQuality.Unset;
                return MonotonicMs - _setAtMs <= SynchronisedMs ? ClockQuality.Synchronised : ClockQuality.Holdover;
            }
        }
    }

    /// <summary>The time is this now, from a source that is trusted.</summary>
    public void Set(long utcMs)
    {
        lock (_gate)
        {
            _setAtMs = MonotonicMs;
            _utcAtZeroMs = utcMs - _setAtMs;
            _isSet = true;
        }
    }

    /// <summary>The time is not before this. Does nothing once the clock was set, or when it is later already.</summary>
    public void Assume(long utcMs)
    {
        lock (_gate)
        {
            if (!_isSet && _utcAtZeroMs + MonotonicMs < utcMs)
                _utcAtZeroMs = utcMs - MonotonicMs;
        }
    }
}
