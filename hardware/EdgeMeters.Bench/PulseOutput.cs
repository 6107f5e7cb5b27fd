namespace EdgeMeters.Bench;

/// <summary>The pulse contact of a virtual meter: each time its dial passes a whole pulse, the contact closes once, with bounce.</summary>
/// <remarks>
/// All edges follow from the dial and the seed, whenever they are asked for: a pulse begins in the millisecond in which the dial passes it, or
/// when the one before is over, whichever is later. So a dial that runs faster than the contact can close leaves pulses waiting; none is dropped.
/// Safe for several threads.
/// </remarks>
public sealed class PulseOutput
{
    private const int BouncesMax = 3;
    private const int BounceStayMicrosecondsMax = PulseContact.BounceMicrosecondsMax / (2 * BouncesMax);

    private readonly Dial _dial;
    private readonly PulseContact _contact;
    private readonly long _unitsPerPulse;
    private readonly bool _isActiveLow;
    private readonly Random _random;
    private readonly object _gate = new();
    private readonly Queue<ContactEdge> _pending = [];
    private long _firstPulse;
    private long _planned;
    private long _made;

    /// <summary>When the dial passed the pulse that was planned last: the search for the next one begins there.</summary>
    private long _passedMicroseconds;

    private long _restsFromMicroseconds;
    private long _askedMicroseconds;
    private DateTimeOffset _zeroUtc;

    /// <param name="unitsPerPulse">Pulse constant in the dial's base unit: 10 for water of 10 L or gas of 0.01 m³ a pulse.</param>
    /// <param name="isActiveLow">The closed contact pulls the pin low, as a reed to ground does.</param>
    /// <param name="seed">Of the bounce; print it with the test.</param>
    public PulseOutput(Dial dial, PulseContact contact, int pin, long unitsPerPulse, int seed, bool isActiveLow = true)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(unitsPerPulse);
        _dial = dial;
        _contact = contact;
        Pin = pin;
        _unitsPerPulse = unitsPerPulse;
        Seed = seed;
        _random = new Random(seed);
        _isActiveLow = isActiveLow;
        Begin();
    }

    public int Pin { get; }

    public int Seed { get; }

    /// <summary>The pin's level while the contact is open.</summary>
    public bool RestsHigh => _isActiveLow;

    /// <summary>Pulses whose contact has closed on the wire so far.</summary>
    public long Made
    {
        get
        {
            lock (_gate)
                return _made;
        }
    }

    /// <summary>Pulses that the dial has passed by now and that are not yet closed on the wire.</summary>
    public long Waiting
    {
        get
        {
            lock (_gate)
                return PulsesAt(_dial.NowUtc) - _made;
        }
    }

    /// <summary>True when no pulse waits, the last one's edges are all out, and the contact has been open since for its minimum.</summary>
    public bool IsResting
    {
        get
        {
            lock (_gate)
                return _pending.Count == 0 && PulsesAt(_dial.NowUtc) == _made && _askedMicroseconds >= _restsFromMicroseconds;
        }
    }

    /// <summary>Now is zero of the bench's time. What the dial has grown before makes no pulses.</summary>
    internal void Begin()
    {
        lock (_gate)
        {
            _zeroUtc = _dial.NowUtc;
            _firstPulse = _dial.At(_zeroUtc) / _unitsPerPulse;
        }
    }

    /// <summary>Takes the edges up to and including a moment, in order, each once.</summary>
    internal void TakeEdges(long untilMicroseconds, List<ContactEdge> taken)
    {
        lock (_gate)
        {
            while (true)
            {
                while (_pending.TryPeek(out ContactEdge edge) && edge.Microseconds <= untilMicroseconds)
                    taken.Add(_pending.Dequeue());
                if (_pending.Count > 0 || !TryPlan(untilMicroseconds))
                    break;
                // A pulse is planned when its first closing is due: that edge goes out in the next turn.
                _made++;
            }
            _askedMicroseconds = untilMicroseconds;
        }
    }

    private long PulsesAt(DateTimeOffset utc) => Math.Max((_dial.At(utc) / _unitsPerPulse) - _firstPulse, 0);

    private bool TryPlan(long untilMicroseconds)
    {
        if (_restsFromMicroseconds > untilMicroseconds || PulsesAt(Utc(untilMicroseconds)) <= _planned)
            return false;
        long reading = (_firstPulse + _planned + 1) * _unitsPerPulse;
        long passedMicroseconds = Microseconds(_dial.FirstShownUtc(reading, Utc(_passedMicroseconds), Utc(untilMicroseconds)));
        _passedMicroseconds = passedMicroseconds;
        _planned++;
        long closed = Swing(isClosing: true, Math.Max(passedMicroseconds, _restsFromMicroseconds));
        long open = Swing(isClosing: false, closed + Stay(_contact.ClosedMicrosecondsMin));
        _restsFromMicroseconds = open + Stay(_contact.OpenMicrosecondsMin);
        return true;
    }

    /// <summary>One edge and its bounce.</summary>
    /// <returns>When the contact has come to rest.</returns>
    private long Swing(bool isClosing, long microseconds)
    {
        Enqueue(isClosing, microseconds);
        int bounces = _random.Next(BouncesMax + 1);
        for (int i = 0; i < bounces; i++)
        {
            microseconds += _random.Next(20, BounceStayMicrosecondsMax);
            Enqueue(!isClosing, microseconds);
            microseconds += _random.Next(20, BounceStayMicrosecondsMax);
            Enqueue(isClosing, microseconds);
        }
        return microseconds;
    }

    private int Stay(int microsecondsMin) => microsecondsMin + _random.Next(microsecondsMin / 4);

    private void Enqueue(bool isClosed, long microseconds)
    {
        _pending.Enqueue(new ContactEdge(Pin, isClosed != _isActiveLow, microseconds));
    }

    private DateTimeOffset Utc(long microseconds) => _zeroUtc.AddTicks(microseconds * TimeSpan.TicksPerMicrosecond);

    private long Microseconds(DateTimeOffset utc) => (utc - _zeroUtc).Ticks / TimeSpan.TicksPerMicrosecond;
}
