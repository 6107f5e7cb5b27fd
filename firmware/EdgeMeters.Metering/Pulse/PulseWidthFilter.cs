using System;

namespace EdgeMeters.Metering.Pulse;

/// <summary>Counts the closures of one contact by width: a level is believed once it has stood for its minimum, so bounce and noise do not count.</summary>
/// <remarks>
/// A pulse counts once, at the moment when the active level has stood for the minimum width after a believed inactive one. The level before
/// the first edge is not known: a contact that is found closed, by a magnet that rests at the reed or by a restart in mid-pulse, is not a pulse.
/// Choose a minimum above the contact's bounce and below its shortest true width. Edges arrive in order; a moment earlier than the last one is
/// taken as the last one, and a second edge to the same level (the one between was lost) changes nothing. Not safe for two threads at once.
/// </remarks>
public sealed class PulseWidthFilter
{
    /// <summary>S0 outputs: IEC 62053-31 gives on and off times of at least 30 ms, half of which a level must have stood.</summary>
    public const int S0MicrosecondsMin = 15000;

    /// <summary>Reed contacts: they bounce for 1 to 5 ms at both edges and stay at a level for 60 ms and more.</summary>
    public const int ReedMicrosecondsMin = 20000;

    /// <summary>A second; no contact of a meter is declared slower, and a larger number is most likely a mistaken unit.</summary>
    public const int MicrosecondsMax = 1000000;

    private const int Unknown = 0;
    private const int Inactive = 1;
    private const int Active = 2;

    private readonly int _activeMicrosecondsMin;
    private readonly int _inactiveMicrosecondsMin;

    private int _believed = Unknown;
    private int _level = Unknown;
    private long _levelSinceMicroseconds;
    private long _lastMicroseconds;
    private long _total;

    public PulseWidthFilter(int activeMicrosecondsMin, int inactiveMicrosecondsMin)
    {
        if (activeMicrosecondsMin < 0 || activeMicrosecondsMin > MicrosecondsMax)
            throw new ArgumentException("Pulses cannot be filtered: the minimum active width must be 0 to MicrosecondsMax.");
        if (inactiveMicrosecondsMin < 0 || inactiveMicrosecondsMin > MicrosecondsMax)
            throw new ArgumentException("Pulses cannot be filtered: the minimum inactive width must be 0 to MicrosecondsMax.");
        _activeMicrosecondsMin = activeMicrosecondsMin;
        _inactiveMicrosecondsMin = inactiveMicrosecondsMin;
    }

    /// <summary>Pulses counted up to the last edge or settling.</summary>
    public long Total
    {
        get { return _total; }
    }

    /// <summary>The believed level; false before there is one.</summary>
    public bool IsActive
    {
        get { return _believed == Active; }
    }

    /// <summary>The contact went to a level, or was found at it first.</summary>
    public void Edge(bool active, long microseconds)
    {
        Settle(microseconds);
        int level = active ? Active : Inactive;
        if (level == _level)
            return;
        _level = level;
        _levelSinceMicroseconds = _lastMicroseconds;
        // A minimum of 0 believes a level at its edge.
        Believe();
    }

    /// <summary>Time has passed without an edge: the present level may have stood long enough by now. Asking more or less often changes no count.</summary>
    public void Settle(long microseconds)
    {
        if (_level == Unknown)
        {
            _lastMicroseconds = microseconds;
            return;
        }
        if (microseconds > _lastMicroseconds)
            _lastMicroseconds = microseconds;
        Believe();
    }

    private void Believe()
    {
        if (_level == _believed)
            return;
        int minimum = _level == Active ? _activeMicrosecondsMin : _inactiveMicrosecondsMin;
        if (_lastMicroseconds - _levelSinceMicroseconds < minimum)
            return;
        if (_level == Active && _believed == Inactive)
            _total++;
        _believed = _level;
    }
}
