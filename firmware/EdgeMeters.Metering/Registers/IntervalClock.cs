namespace EdgeMeters.Metering.Registers;

/// <summary>Says when an interval ends: at the multiples of its length in UTC, so at :00 :15 :30 :45 for a quarter of an hour.</summary>
/// <remarks>
/// An end is told once. A clock set forward over several ends tells only the last: the readings between were not taken and are not made up.
/// A clock set back by more than an interval begins again from there; <see cref="SetBackFromMs"/> tells the caller.
/// </remarks>
public sealed class IntervalClock
{
    private readonly int _periodSeconds;
    private long _lastEnd;
    private long _latestUtcMs;

    public IntervalClock(int periodSeconds)
    {
        _periodSeconds = periodSeconds;
    }

    /// <summary>UTC in milliseconds from which the latest call found the clock set back; 0 when it was not.</summary>
    public long SetBackFromMs { get; private set; }

    public int PeriodSeconds
    {
        get { return _periodSeconds; }
    }

    /// <summary>True once for every interval end that has come.</summary>
    public bool TryClose(long utcMs, out uint endUtcSeconds)
    {
        long end = utcMs / 1000 / _periodSeconds * _periodSeconds;
        endUtcSeconds = (uint)end;
        SetBackFromMs = utcMs < _latestUtcMs - 1000L * _periodSeconds ? _latestUtcMs : 0;
        _latestUtcMs = utcMs;
        // The interval in which the node starts is not closed by its begin, which lies in the past.
        if (_lastEnd == 0 || SetBackFromMs != 0)
        {
            _lastEnd = end;
            return false;
        }
        if (end <= _lastEnd)
            return false;
        _lastEnd = end;
        return true;
    }

    /// <summary>Milliseconds until the next end.</summary>
    public int MsToNextEnd(long utcMs)
    {
        long periodMs = 1000L * _periodSeconds;
        return (int)(periodMs - utcMs % periodMs);
    }
}
