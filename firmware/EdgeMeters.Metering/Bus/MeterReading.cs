namespace EdgeMeters.Metering.Bus;

/// <summary>The reading of one meter as it goes on, and what the bus has learned of the meter.</summary>
public sealed class MeterReading
{
    /// <summary>Tries in one reading. More would cost the others their time.</summary>
    private const int TriesMax = 3;

    /// <summary>Timeouts in a row after which a meter counts as dead.</summary>
    private const int TimeoutsMax = 2;

    private const int ForgetShare = 8;

    private readonly RegisterReadings _readings;
    private readonly byte[] _channels;
    private byte _timeouts;
    private byte _passes;
    private long _firstPassMs;

    /// <param name="meter">How it is asked.</param>
    /// <param name="channels">By point of the meter: the channel that it is.</param>
    /// <param name="readings">Of all channels.</param>
    public MeterReading(BusMeter meter, byte[] channels, RegisterReadings readings)
    {
        Meter = meter;
        _channels = channels;
        _readings = readings;
    }

    public BusMeter Meter { get; }

    /// <summary>True until the reading has ended, one way or another.</summary>
    public bool IsWanted { get; private set; }

    /// <summary>The request that is due.</summary>
    public int Request { get; set; }

    /// <summary>Times that this reading began anew because of a fault.</summary>
    public int Tries { get; private set; }

    /// <summary>True after the start, a timeout or a disturbance: an answer that was meant for an earlier request may be under way.</summary>
    public bool IsInDoubt { get; private set; } = true;

    /// <summary>Shape of the next request: it changes with each pass while there is a doubt.</summary>
    public int Shape { get; private set; }

    /// <summary>True once the meter has been silent so often that others are read before it.</summary>
    public bool IsDead { get; private set; }

    /// <summary>From a request to the begin of its answer: the longest, forgotten slowly.</summary>
    public int TurnaroundMs { get; private set; }

    /// <summary>How long an answer is waited for; 0 as long as the line's own time is enough.</summary>
    public int TimeoutMs { get; set; }

    /// <summary>When the meter may be asked again, in monotonic time.</summary>
    public long NotBeforeMs { get; set; }

    /// <summary>Begins a reading; what was learned stays.</summary>
    public void Begin()
    {
        IsWanted = true;
        Request = 0;
        Tries = 0;
        _passes = 0;
        for (int i = 0; i < _channels.Length; i++)
            _readings.Begin(_channels[i]);
    }

    /// <summary>The meter answered, if only to refuse.</summary>
    public void NoteAnswer(int turnaroundMs)
    {
        _timeouts = 0;
        IsDead = false;
        TurnaroundMs = turnaroundMs > TurnaroundMs ? turnaroundMs : TurnaroundMs - (TurnaroundMs - turnaroundMs) / ForgetShare;
    }

    /// <summary>The meter did not answer as it should: its reading begins anew, later, or ends.</summary>
    public void NoteFault(BusResult result)
    {
        Request = 0;
        Tries++;
        // To say "later" is no disturbance.
        if (result != BusResult.Refused)
        {
            IsInDoubt = true;
            Shape = 1 - Shape;
        }
        if (result == BusResult.Timeout && _timeouts < TimeoutsMax)
            _timeouts++;
        IsDead = _timeouts == TimeoutsMax;
        if (IsDead || Tries == TriesMax)
            Fail(result);
    }

    /// <summary>Judges the registers of a pass whose requests have all been answered; another pass follows, or the reading ends.</summary>
    public void EndPass(long nowMs, long utcMs)
    {
        bool isDoubted = IsInDoubt || Meter.IsDoubtful;
        bool areOk = true;
        if (_passes++ == 0)
            _firstPassMs = nowMs;
        IsWanted = false;
        Request = 0;
        for (int i = 0; i < _channels.Length; i++)
        {
            long register;
            BusResult result = Meter.Take(i, out register);
            IsWanted |= _readings.Judge(_channels[i], result, register, isDoubted, nowMs - _firstPassMs, nowMs, utcMs);
            areOk &= _readings.Results[_channels[i]] == BusResult.Ok;
        }
        // A refusal settles no doubt: it too may be a late one, and then this request's own answer is still to come.
        IsInDoubt &= IsWanted || !areOk;
        Shape = IsWanted ? 1 - Shape : 0;
    }

    /// <summary>Ends the reading without what has not been settled.</summary>
    public void Fail(BusResult result)
    {
        IsWanted = false;
        for (int i = 0; i < _channels.Length; i++)
            _readings.Fail(_channels[i], result);
    }
}
