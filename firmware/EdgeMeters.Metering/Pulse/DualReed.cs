using System;
using EdgeMeters.Metering.Ports;
using EdgeMeters.Wire;

namespace EdgeMeters.Metering.Pulse;

/// <summary>Two reeds at one wheel: turns counted with their direction, and what one reed cannot show: a cut cable, a magnet, water that runs back.</summary>
/// <remarks>
/// Reeds that overlap close in the order none, first, both, second, none as the wheel turns forward, and in the opposite order as it turns back:
/// each step has a direction. A turn counts where the second opens, and only beyond the furthest place where the wheel has ever been: the
/// register stands for the dial, a mechanical dial runs back with the water, and a register must not; so what ran back is owed, and has to come
/// forward again before anything counts. Reeds that do not overlap show no direction; there a pulse is a closure of the second after one of the
/// first, and both at once is a magnet. With either, a wheel that rocks at one reed counts nothing, however long.
/// <para>A position is believed once it has stood for the minimum width. Where both contacts change at once, an edge was lost or a magnet
/// came: the wheel is taken to stand where it was, which is wrong by a pulse at most, and that is told as doubt. Two edges lost in a row look
/// like one step the other way: a pulse that nobody can state. A magnet that comes while the wheel rests at one reed of an overlapping pair looks
/// like a turning wheel that stops; reeds so close that a fast wheel passes one of them within the minimum width look like a magnet. A contact
/// that stands while the other closes again and again is stuck, or its wire is cut, or the wheel rocks at one reed: nothing counts either way,
/// and after <see cref="OneSidedMax"/> changes it is told. While the cable is cut nothing is believed; what the wheel shows afterwards is taken
/// for a step like any other. After a restart what was owed is forgotten.</para>
/// <para>Edges arrive in order; a moment earlier than the last one is taken as the last one. Not safe for two threads at once.</para>
/// </remarks>
public sealed class DualReed : IContactWatch
{
    /// <summary>
    /// A magnet is told once both contacts have been closed for this long in a way that no wheel closes them, or once both have opened together as
    /// well; a shorted cable is told sooner.
    /// </summary>
    public const int MagnetMicroseconds = 2000000;

    /// <summary>A cable is cut, or whole again, once its supervision has said so for this long.</summary>
    public const int CableMicroseconds = 1000000;

    /// <summary>So many changes of one contact without one of the other, half of them closures, are more than a wheel that turns back makes.</summary>
    public const int OneSidedMax = 200;

    private const int Unknown = -1;
    private const int None = 0;
    private const int First = 1;
    private const int Both = 2;
    private const int Second = 3;
    private const int StepsPerTurn = 4;

    private readonly bool _overlaps;
    private readonly int _microsecondsMin;

    private long _lastMicroseconds;
    private bool _isFirstKnown;
    private bool _isSecondKnown;
    private bool _isFirstClosed;
    private bool _isSecondClosed;
    private int _level = Unknown;
    private long _levelSinceMicroseconds;
    private int _believed = Unknown;

    // Where the wheel is taken to be, in steps; the believed level may be ahead of it after both contacts have changed at once.
    private int _place;
    private long _position;
    private long _furthest;
    private int _closedLast = Unknown;
    private long _total;

    private bool _isBothStrange;
    private long _bothSinceMicroseconds;
    private bool _isMagnet;
    private bool _hasMagnetPassed;
    private bool _isMagnetTold;
    private bool _isCutLevel;
    private long _cutLevelSinceMicroseconds;
    private bool _isCut;
    private bool _isCutTold;
    private int _changed;
    private int _oneSided;
    private bool _isStuckTold;
    private long _doubts;
    private long _behindDue = 1;

    /// <param name="overlaps">True for reeds of which both are closed for part of each turn.</param>
    /// <param name="microsecondsMin">A position that stands shorter is bounce; above the contacts' bounce and below a quarter of the fastest turn.</param>
    public DualReed(bool overlaps, int microsecondsMin)
    {
        if (microsecondsMin < 0 || microsecondsMin > PulseWidthFilter.MicrosecondsMax)
            throw new ArgumentException("Contacts cannot be judged: the minimum width must be 0 to PulseWidthFilter.MicrosecondsMax.");
        _overlaps = overlaps;
        _microsecondsMin = microsecondsMin;
    }

    /// <summary>Turns counted up to the last edge or settling; never falls.</summary>
    public long Total
    {
        get { return _total; }
    }

    /// <summary>Whole turns that the wheel is behind the furthest place where it has been.</summary>
    public long Behind
    {
        get { return (_furthest - _position) / StepsPerTurn; }
    }

    /// <summary>A contact went to a level, or was found at it first. Nothing counts before both were.</summary>
    public void Edge(bool isSecond, bool isClosed, long microseconds)
    {
        Settle(microseconds);
        if (isSecond)
        {
            _isSecondKnown = true;
            _isSecondClosed = isClosed;
        }
        else
        {
            _isFirstKnown = true;
            _isFirstClosed = isClosed;
        }
        if (!_isFirstKnown || !_isSecondKnown)
            return;
        int level = _isFirstClosed ? (_isSecondClosed ? Both : First) : (_isSecondClosed ? Second : None);
        if (level == _level)
            return;
        _level = level;
        _levelSinceMicroseconds = _lastMicroseconds;
        Believe();
    }

    /// <summary>The cable's supervision. Never called where the cable has none.</summary>
    public void Cable(bool isCut, long microseconds)
    {
        Settle(microseconds);
        if (isCut == _isCutLevel)
            return;
        _isCutLevel = isCut;
        _cutLevelSinceMicroseconds = _lastMicroseconds;
    }

    /// <summary>Time has passed without an edge. Asking more or less often changes no count.</summary>
    public void Settle(long microseconds)
    {
        if (microseconds > _lastMicroseconds || _level == Unknown)
            _lastMicroseconds = microseconds;
        if (_isCutLevel != _isCut && _lastMicroseconds - _cutLevelSinceMicroseconds >= CableMicroseconds)
        {
            _isCut = _isCutLevel;
            _isBothStrange = false;
        }
        Believe();
        if (_isBothStrange && _lastMicroseconds - _bothSinceMicroseconds >= MagnetMicroseconds)
            _isMagnet = true;
    }

    public bool TryTakeEvent(out EventCode code, out long a)
    {
        if (_isCut != _isCutTold)
        {
            _isCutTold = _isCut;
            code = EventCode.CableCut;
            a = _isCut ? 1 : 0;
            return true;
        }
        if ((_isMagnet || _hasMagnetPassed) != _isMagnetTold)
        {
            _isMagnetTold = !_isMagnetTold;
            _hasMagnetPassed = false;
            code = EventCode.MagneticTamper;
            a = _isMagnetTold ? 1 : 0;
            return true;
        }
        if (_oneSided >= OneSidedMax != _isStuckTold)
        {
            _isStuckTold = !_isStuckTold;
            code = EventCode.ContactStuck;
            a = _isStuckTold ? 1 : 0;
            return true;
        }
        if (_doubts > 0)
        {
            code = EventCode.PulsesInDoubt;
            a = _doubts;
            _doubts = 0;
            return true;
        }
        a = Behind;
        code = EventCode.ReverseFlow;
        if (a < _behindDue)
            return false;
        while (_behindDue <= a)
            _behindDue *= 2;
        return true;
    }

    private void Believe()
    {
        if (_level == _believed || _isCut || _lastMicroseconds - _levelSinceMicroseconds < _microsecondsMin)
            return;
        int before = _believed;
        _believed = _level;
        _hasMagnetPassed |= _isBothStrange && _believed == None && !_isMagnetTold;
        _isBothStrange = _level == Both && (!_overlaps || before == None);
        _bothSinceMicroseconds = _levelSinceMicroseconds;
        _isMagnet = false;
        if (before != Unknown)
            NoteChanged((before ^ before >> 1) ^ (_believed ^ _believed >> 1));
        if (_overlaps)
            TakeStep(before);
        else
            TakeClosure(before);
    }

    // One bit for each contact: neighbouring levels differ in one. Both at once is no contact that stands.
    private void NoteChanged(int changed)
    {
        if (changed != _changed || changed == 3)
            _oneSided = 0;
        _changed = changed;
        if (_oneSided < OneSidedMax)
            _oneSided++;
    }

    private void TakeStep(int before)
    {
        if (before == Unknown)
        {
            _position = _believed;
            _furthest = _believed;
            _place = _believed;
            return;
        }
        if (((_believed - before) & 3) == 2)
            _doubts++;
        int steps = (_believed - _place) & 3;
        if (steps == 0 || steps == 2)
            return;
        _place = _believed;
        _position += steps == 1 ? 1 : -1;
        if (_position <= _furthest)
            return;
        _furthest = _position;
        if (_furthest % StepsPerTurn != 0)
            return;
        _total++;
        _behindDue = 1;
    }

    // Only a closure out of rest says where the wheel is; what follows on both at once is a magnet that goes.
    private void TakeClosure(int before)
    {
        if (before == Both || _believed == Both || _believed == None)
            return;
        if (_believed == Second && _closedLast == First)
            _total++;
        _closedLast = _believed;
    }
}
