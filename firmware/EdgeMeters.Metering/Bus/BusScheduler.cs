using EdgeMeters.Metering.Ports;

namespace EdgeMeters.Metering.Bus;

/// <summary>Reads the meters of one line: all of them at an interval's end, nearest to it; the dead ones last and seldom.</summary>
/// <remarks>
/// A dead meter is asked only out of a budget, a twentieth of the line's time, in which the quarantine after its silence is counted too; in a round also
/// when the next one is twenty times as far away as that takes. So however many are dead, those that live keep their cycle. Never allocates after
/// construction.
/// </remarks>
public sealed class BusScheduler
{
    /// <summary>A dead meter is asked in 1 of so many milliseconds.</summary>
    private const int DeadShare = 20;

    private readonly BusLine _line;
    private readonly INodeClock _clock;
    private readonly MeterReading[] _readings;
    private readonly int[] _order;
    private MeterReading? _silent;
    private long _budgetMs;
    private long _budgetedMs;
    private int _probed;

    /// <param name="line">The line; nobody else may use it.</param>
    /// <param name="clock">Monotonic and civil time.</param>
    /// <param name="readings">The line's meters.</param>
    public BusScheduler(BusLine line, INodeClock clock, MeterReading[] readings)
    {
        _line = line;
        _clock = clock;
        _readings = readings;
        _order = new int[readings.Length];
        for (int i = 0; i < _order.Length; i++)
            _order[i] = i;
        _budgetedMs = clock.MonotonicMs;
    }

    /// <summary>True while there is nothing at all to do: no reading under way, and no dead meter.</summary>
    public bool IsResting { get; private set; } = true;

    /// <summary>True while a reading has not ended.</summary>
    public bool IsBusy
    {
        get
        {
            if (IsResting)
                return false;
            for (int i = 0; i < _readings.Length; i++)
            {
                if (_readings[i].IsWanted)
                    return true;
            }
            return false;
        }
    }

    /// <summary>Begins a reading of all meters.</summary>
    public void BeginRound()
    {
        Sort();
        IsResting = false;
        for (int i = 0; i < _readings.Length; i++)
            _readings[i].Begin();
    }

    /// <summary>Begins a reading of one meter, unless one is under way.</summary>
    public void BeginReading(MeterReading reading)
    {
        IsResting = false;
        if (!reading.IsWanted)
            reading.Begin();
    }

    /// <summary>Ends all readings that are still under way.</summary>
    public void EndRound(BusResult result)
    {
        for (int i = 0; i < _readings.Length; i++)
        {
            if (_readings[i].IsWanted)
                _readings[i].Fail(result);
        }
    }

    /// <summary>Does one exchange, or listens where none may be done yet.</summary>
    /// <param name="msToRound">Until the next round: no dead meter is asked so shortly before it that it would wait.</param>
    /// <param name="listenMsMax">Longest time to listen.</param>
    public void Step(int msToRound, int listenMsMax)
    {
        if (IsResting)
            return;
        long nowMs = _clock.MonotonicMs;
        _budgetMs += (nowMs - _budgetedMs) / DeadShare;
        _budgetedMs += (nowMs - _budgetedMs) / DeadShare * DeadShare;
        // Nothing is saved up beyond what one dead meter takes: the living would wait for all of them in one round.
        if (_budgetMs > _line.LateAnswerMsMax)
            _budgetMs = _line.LateAnswerMsMax;
        MeterReading? next = Next(_budgetMs > 0 || msToRound > DeadShare * _line.LateAnswerMsMax);
        if (next == null)
        {
            IsResting = !HasDead();
            if (IsResting || _budgetMs <= 0 || msToRound <= 2 * _line.LateAnswerMsMax)
                return;
            next = Probe();
        }
        try
        {
            long freeMs = _line.FreeFromMs > next.NotBeforeMs ? _line.FreeFromMs : next.NotBeforeMs;
            if (freeMs > nowMs)
                Listen(freeMs - nowMs < listenMsMax ? (int)(freeMs - nowMs) : listenMsMax);
            else
                Ask(next);
        }
        catch (DeviceException)
        {
            EndRound(BusResult.LineGone);
        }
    }

    // An answer that came too late says how long this meter has to be waited for.
    private void Listen(int timeoutMs)
    {
        int lateMs = _line.Listen(timeoutMs);
        if (lateMs < 0 || _silent == null)
            return;
        lateMs += lateMs / 4;
        if (lateMs > _line.LateAnswerMsMax)
            lateMs = _line.LateAnswerMsMax;
        if (lateMs > _silent.TimeoutMs)
            _silent.TimeoutMs = lateMs;
        _silent = null;
    }

    private void Ask(MeterReading reading)
    {
        BusMeter meter = reading.Meter;
        bool wasDead = reading.IsDead;
        long startMs = _clock.MonotonicMs;
        if (reading.Request == 0)
            meter.Begin(reading.TurnaroundMs);
        int timeoutMs = reading.TimeoutMs > _line.TimeoutMs ? reading.TimeoutMs : _line.TimeoutMs;
        BusResult result = _line.Exchange(meter, reading.Request, reading.Shape, timeoutMs);
        if (result == BusResult.Ok && (reading.IsInDoubt || meter.IsDoubtful) && !_line.StaysSilent(reading.TurnaroundMs))
            result = BusResult.WrongLength;
        long nowMs = _clock.MonotonicMs;
        reading.NotBeforeMs = nowMs + meter.Table.GapMs;
        _silent = result == BusResult.Timeout ? reading : null;
        if (wasDead)
            _budgetMs -= (_line.FreeFromMs > nowMs ? _line.FreeFromMs : nowMs) - startMs;
        if (result != BusResult.Ok && result != BusResult.Refused)
        {
            reading.NoteFault(result);
            return;
        }
        reading.NoteAnswer(_line.TurnaroundMs);
        if (result == BusResult.Ok)
            meter.Keep(reading.Request, _line.Answer);
        else if (meter.LearnRefusal(reading.Request))
        {
            reading.Request = 0;
            return;
        }
        else if (meter.IsBusy)
        {
            reading.NoteFault(result);
            return;
        }
        reading.Request++;
        if (reading.Request >= meter.Requests)
            reading.EndPass(nowMs, _clock.UtcMs);
    }

    /// <returns>The reading to go on with: of those that may go on now the least tried, or else the one that may go on first.</returns>
    private MeterReading? Next(bool areDeadAsked)
    {
        MeterReading? next = null;
        long nowMs = _clock.MonotonicMs;
        for (int i = 0; i < _order.Length; i++)
        {
            MeterReading reading = _readings[_order[i]];
            if (!reading.IsWanted)
                continue;
            if (reading.IsDead && !areDeadAsked)
                reading.Fail(BusResult.NotAsked);
            else if (next == null || IsBefore(reading, next, nowMs))
                next = reading;
        }
        return next;
    }

    // A pass that has begun goes on: what its meter has said so far is kept in a place that all share.
    private static bool IsBefore(MeterReading left, MeterReading right, long nowMs)
    {
        if (left.Request != right.Request && (left.Request == 0 || right.Request == 0))
            return left.Request != 0;
        if (left.IsDead != right.IsDead)
            return right.IsDead;
        // Of the dead the one that was not asked for longest.
        if (left.IsDead || right.NotBeforeMs > nowMs)
            return left.NotBeforeMs < right.NotBeforeMs;
        return left.NotBeforeMs <= nowMs && left.Tries < right.Tries;
    }

    private bool HasDead()
    {
        for (int i = 0; i < _readings.Length; i++)
        {
            if (_readings[i].IsDead)
                return true;
        }
        return false;
    }

    // Between rounds one dead meter after the other, so that it is known by the next round whether it is back.
    private MeterReading Probe()
    {
        do
        {
            _probed = (_probed + 1) % _readings.Length;
        }
        while (!_readings[_probed].IsDead);
        _readings[_probed].Begin();
        return _readings[_probed];
    }

    // One setting of the line after the other, within it the quick ones first: so most are read nearest to the interval's end.
    private void Sort()
    {
        for (int i = 1; i < _order.Length; i++)
        {
            int moved = _order[i];
            int at = i;
            for (; at > 0 && IsSooner(_readings[moved], _readings[_order[at - 1]]); at--)
                _order[at] = _order[at - 1];
            _order[at] = moved;
        }
    }

    private static bool IsSooner(MeterReading left, MeterReading right)
    {
        int setting = Setting(left) - Setting(right);
        return setting < 0 || setting == 0 && left.TurnaroundMs < right.TurnaroundMs;
    }

    private static int Setting(MeterReading reading)
    {
        return reading.Meter.Table.BaudRate * 8 + reading.Meter.Table.Parity * 2 + reading.Meter.Table.StopBits;
    }
}
