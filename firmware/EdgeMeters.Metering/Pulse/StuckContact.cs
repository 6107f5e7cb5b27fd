using EdgeMeters.Wire;

namespace EdgeMeters.Metering.Pulse;

/// <summary>Tells a single contact that stays closed far longer than its meter closes it: welded, shorted, or held by a magnet.</summary>
/// <remarks>
/// An electronic output closes for its pulse, so an hour is far longer. A reed stays closed for as long as its wheel rests with the magnet at it:
/// on a quiet point for days, and nothing in one closure tells that from a fault. So a reed is told only where the point has a history: it has
/// closed <see cref="ClosuresMin"/> times since the start, and now stands closed for a week and for <see cref="RestsMin"/> times as long as
/// nothing ever moved before. What was told and then moved belongs to that history. It is a hint to look at the meter: a first long absence looks
/// the same, and readings stay as they are. A contact that stays open is a point without consumption; no node can tell.
/// </remarks>
public sealed class StuckContact
{
    /// <summary>An S0 output or another electronic one: an hour, where pulses last 30 to 250 ms.</summary>
    public const long OutputMicroseconds = 3600L * 1000000;

    /// <summary>A reed at a wheel: a week.</summary>
    public const long WheelMicroseconds = 7L * 24 * 3600 * 1000000;

    public const int ClosuresMin = 16;

    public const int RestsMin = 4;

    private readonly long _closedMicrosecondsMin;
    private readonly bool _hasWheel;
    private long _movedMicroseconds;
    private long _longestMicroseconds;
    private long _closures;
    private bool _wasClosed;
    private bool _isStuck;

    /// <param name="closedMicrosecondsMin">A contact that is closed for less is not stuck.</param>
    /// <param name="hasWheel">True for a reed, whose closures are as long as its wheel rests.</param>
    /// <param name="microseconds">The moment of the start.</param>
    public StuckContact(long closedMicrosecondsMin, bool hasWheel, long microseconds)
    {
        _closedMicrosecondsMin = closedMicrosecondsMin;
        _hasWheel = hasWheel;
        _movedMicroseconds = microseconds;
    }

    /// <summary>To be asked with every look at the contact.</summary>
    /// <param name="isClosed">The level that is believed.</param>
    /// <param name="closures">Counted since the start: what moved between two looks has moved.</param>
    /// <param name="microseconds">The moment of the look.</param>
    /// <param name="code"><see cref="EventCode.ContactStuck"/>.</param>
    /// <param name="a">1 it is stuck, 0 it moves again.</param>
    /// <returns>False when there is nothing to tell.</returns>
    public bool TryTell(bool isClosed, long closures, long microseconds, out EventCode code, out long a)
    {
        code = EventCode.ContactStuck;
        a = 0;
        long stoodMicroseconds = microseconds - _movedMicroseconds;
        if (isClosed != _wasClosed || closures != _closures)
        {
            if (stoodMicroseconds > _longestMicroseconds)
                _longestMicroseconds = stoodMicroseconds;
            _movedMicroseconds = microseconds;
            _wasClosed = isClosed;
            _closures = closures;
            bool wasStuck = _isStuck;
            _isStuck = false;
            return wasStuck;
        }
        if (!isClosed || _isStuck || stoodMicroseconds < _closedMicrosecondsMin)
            return false;
        if (_hasWheel && (closures < ClosuresMin || stoodMicroseconds < RestsMin * _longestMicroseconds))
            return false;
        _isStuck = true;
        a = 1;
        return true;
    }
}
