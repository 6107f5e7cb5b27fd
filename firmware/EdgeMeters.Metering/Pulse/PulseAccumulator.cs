using EdgeMeters.Metering.Bus;
using EdgeMeters.Metering.Ports;
using EdgeMeters.Wire;

namespace EdgeMeters.Metering.Pulse;

/// <summary>Turns a counter that forgets at restart into a register that does not.</summary>
/// <remarks>
/// The counter is read, never cleared: clearing between read and reset drops edges. One sample is not trusted: on ESP32 the count and its
/// overflow word are read apart, so a wrap between the two yields a total about 32,767 too high; the lower of two reads cannot have that fault.
/// While the interrupt that adds to the word is held off, a total is 32,767 too low; so one below the last is believed only once it has lasted.
/// </remarks>
public sealed class PulseAccumulator
{
    /// <summary>IEC 62053-31, 4.1.3.3: on and off times are at least 30 ms each, so 16.7 pulses a second at most.</summary>
    public const int PulsesPerSecondMax = 17;

    // One edge may fall on either side of each of the two sampling instants.
    private const int SamplingSlack = 2;

    /// <summary>Longer than any interrupt of the chip is held off: an erase of its flash takes 400 ms at most.</summary>
    private const int BehindMsMax = 2000;

    private readonly IPulseCounter _counter;
    private readonly IContactWatch? _watch;
    private readonly int _pulsesPerSecondMax;
    private long _lastTotal;
    private long _lastMs;
    private long _pending;
    private long _belowSinceMs;
    private bool _wasCleared;
    private bool _isBelow;
    private bool _isGone;

    /// <param name="counter">Counts from now on; what it counted before is not the register's.</param>
    /// <param name="register">The register to go on from, in pulses.</param>
    /// <param name="pulsesPerSecondMax">What the contact can make; more is not believed at once.</param>
    /// <param name="nowMs">Monotonic clock, in milliseconds.</param>
    public PulseAccumulator(IPulseCounter counter, long register, int pulsesPerSecondMax, long nowMs)
    {
        _counter = counter;
        _watch = counter as IContactWatch;
        _pulsesPerSecondMax = pulsesPerSecondMax;
        Register = register;
        _lastTotal = LowerOfTwoReads();
        _lastMs = nowMs;
    }

    /// <summary>The register, in pulses.</summary>
    public long Register { get; private set; }

    /// <summary>Pulses that came faster than the contact can make them. They stay due and are judged against the longer time.</summary>
    public long Pending
    {
        get { return _pending; }
    }

    /// <summary>In how many milliseconds the <see cref="Pending"/> pulses came, at most.</summary>
    public long PendingMs { get; private set; }

    /// <summary>True when the counter was cleared behind our back, or is there again after it was not: pulses may be missing.</summary>
    public bool WasCleared
    {
        get { return _wasCleared; }
    }

    /// <summary>True while the counter is out of reach; the register then lags behind.</summary>
    public bool IsGone
    {
        get { return _isGone; }
    }

    /// <summary>Ok, or what is wrong with the register.</summary>
    public BusResult Result
    {
        get { return _isGone ? BusResult.CounterGone : _pending > 0 ? BusResult.PulsesPending : BusResult.Ok; }
    }

    /// <summary>Adds the pulses since the last good sample.</summary>
    /// <param name="nowMs">Monotonic clock, in milliseconds.</param>
    /// <returns>Pulses added, or -1 when there were more than the contact can make in the time; the register is then unchanged.</returns>
    public long Advance(long nowMs)
    {
        bool wasGone = _isGone;
        long total;
        try
        {
            total = LowerOfTwoReads();
        }
        catch (DeviceException)
        {
            _isGone = true;
            _wasCleared = false;
            return 0;
        }
        if (total == _lastTotal && !wasGone)
        {
            // What is found most often, by far: it has to cost the interpreter little.
            _wasCleared = false;
            _pending = 0;
            _isBelow = false;
            _lastMs = nowMs;
            return 0;
        }
        _isGone = false;
        if (!wasGone && IsBehind(total, nowMs))
        {
            _wasCleared = false;
            return 0;
        }
        _wasCleared = total < _lastTotal || wasGone;
        _isBelow = false;
        if (total < _lastTotal)
            _lastTotal = 0;
        long pulses = total - _lastTotal;
        long plausible = (nowMs - _lastMs) * _pulsesPerSecondMax / 1000 + SamplingSlack;
        if (pulses > plausible)
        {
            _pending = pulses;
            PendingMs = nowMs - _lastMs;
            return -1;
        }
        _pending = 0;
        _lastTotal = total;
        _lastMs = nowMs;
        Register += pulses;
        return pulses;
    }

    /// <summary>Goes on from another register: the meter's dial as someone read it. Pulses that are <see cref="Pending"/> stay due.</summary>
    public void Align(long register)
    {
        Register = register;
    }

    /// <summary>Says what the contact has shown beside pulses; false when there is nothing, or no more.</summary>
    /// <param name="code">The event.</param>
    /// <param name="a">Its first number.</param>
    public bool TryTakeEvent(out EventCode code, out long a)
    {
        if (_watch != null)
            return _watch.TryTakeEvent(out code, out a);
        code = 0;
        a = 0;
        return false;
    }

    // Nothing is lost by waiting: what a counter that began anew has counted meanwhile is in its total.
    private bool IsBehind(long total, long nowMs)
    {
        if (total >= _lastTotal)
        {
            _isBelow = false;
            return false;
        }
        if (!_isBelow)
            _belowSinceMs = nowMs;
        _isBelow = true;
        return nowMs - _belowSinceMs < BehindMsMax;
    }

    private long LowerOfTwoReads()
    {
        long first = _counter.ReadTotal();
        long second = _counter.ReadTotal();
        return first < second ? first : second;
    }
}
