using EdgeMeters.Metering.Bus.Modbus;
using EdgeMeters.Metering.Configuration;
using EdgeMeters.Metering.Ports;

namespace EdgeMeters.Metering.Bus;

/// <summary>One RS-485 line and its only owner: asks meters of any protocol, one exchange at a time.</summary>
/// <remarks>
/// A late answer is the one fault that checksums cannot catch: right meter, right length, wrong register. So after a timeout, and after a
/// disturbed or foreign answer too, since the true one may still be under way, the line is in quarantine until the latest answer would have
/// passed; whatever comes meanwhile is thrown away. Never allocates after construction.
/// </remarks>
public sealed class BusLine
{
    /// <summary>Bytes of the longest answer: an M-Bus frame of 261, with wake-up bytes before it.</summary>
    public const int AnswerBytesMax = 272;

    /// <summary>Bytes of the longest request: a Modbus write of 32 registers.</summary>
    public const int RequestBytesMax = 80;

    // Longest babble that is waited out before a request; a line that never falls silent ends the exchange instead of stopping the loop.
    private const int SilenceWaitMsMax = 500;

    // Meters that send some behind their frames send a few; a line that goes on with them babbles.
    private const int FillBytesMax = 16;

    // A first byte, and clocks that count whole milliseconds.
    private const int TurnaroundSlackMs = 3;

    private readonly ISerialLine _line;
    private readonly INodeClock _clock;
    private readonly LineTable _table;
    private readonly byte[] _request = new byte[RequestBytesMax];
    private readonly byte[] _ignored = new byte[RequestBytesMax];
    private long _sentMs;
    private long _silentMs = -1;

    /// <param name="line">The line; nobody else may use it.</param>
    /// <param name="clock">Monotonic time.</param>
    /// <param name="table">Its setting, and how patient its owner is.</param>
    public BusLine(ISerialLine line, INodeClock clock, LineTable table)
    {
        _line = line;
        _clock = clock;
        _table = table;
    }

    /// <summary>The answer received last, from its begin. Undefined unless the exchange ended with Ok or Refused.</summary>
    public byte[] Answer { get; } = new byte[AnswerBytesMax];

    /// <summary>Bytes received in the last exchange, whatever it ended with.</summary>
    public int ReceivedBytes { get; private set; }

    /// <summary>From the end of the last request to the first byte that followed it; -1 while none did.</summary>
    public int TurnaroundMs { get; private set; }

    /// <summary>Bytes thrown away since start: late answers and noise.</summary>
    public long IgnoredBytes { get; private set; }

    /// <summary>When the line may be used again, in monotonic time. <see cref="Exchange"/> waits for it.</summary>
    public long FreeFromMs { get; private set; }

    /// <summary>How long a meter is waited for unless it is known to be slower.</summary>
    public int TimeoutMs
    {
        get { return _table.TimeoutMs; }
    }

    /// <summary>Time after which no meter answers any more.</summary>
    public int LateAnswerMsMax
    {
        get { return _table.LateAnswerMsMax; }
    }

    /// <summary>Sends one request and receives its answer.</summary>
    /// <param name="meter">Who is asked; keeps what it wrote and judged last.</param>
    /// <param name="timeoutMs">Time from the end of the request to the first byte of the answer.</param>
    /// <exception cref="DeviceException">The line is gone.</exception>
    public BusResult Exchange(BusMeter meter, int request, int shape, int timeoutMs)
    {
        TurnaroundMs = -1;
        ReceivedBytes = 0;
        while (FreeFromMs > _clock.MonotonicMs)
            Listen((int)(FreeFromMs - _clock.MonotonicMs));
        Use(meter.Table);
        int silenceMs = (RtuTiming.SilenceMicroseconds(_line.BaudRate) + 999) / 1000;
        // The silence after an answer is the one before the next request, if that follows at once.
        bool isSilent = _silentMs >= 0 && _clock.MonotonicMs - _silentMs <= silenceMs;
        _silentMs = -1;
        if (!isSilent && !IsSilentWithin(silenceMs))
        {
            FreeFromMs = _clock.MonotonicMs + LateAnswerMsMax;
            return BusResult.LineBusy;
        }
        int bytes = meter.WriteRequest(request, shape, _request);
        _line.Write(_request, 0, bytes);
        _sentMs = _clock.MonotonicMs + RtuTiming.BytesMs(_line.BaudRate, bytes);
        long deadlineMs = _sentMs + timeoutMs + RtuTiming.BytesMs(_line.BaudRate, meter.AnswerBytesMax);
        BusResult result = Receive(meter, bytes, deadlineMs, silenceMs);
        FreeFromMs = _clock.MonotonicMs;
        if (result == BusResult.Ok || result == BusResult.Refused)
            _silentMs = _clock.MonotonicMs;
        else if (FreeFromMs < _sentMs + LateAnswerMsMax)
            FreeFromMs = _sentMs + LateAnswerMsMax;
        return result;
    }

    /// <summary>Listens to a line that is not to be used yet and throws away what comes.</summary>
    /// <returns>How late after the end of the last request the first of it came, at the latest; -1 when nothing came.</returns>
    /// <exception cref="DeviceException">The line is gone.</exception>
    public int Listen(int timeoutMs)
    {
        int read = _line.Read(_ignored, 0, _ignored.Length, timeoutMs);
        if (read == 0)
            return -1;
        _silentMs = -1;
        IgnoredBytes += read;
        return (int)(_clock.MonotonicMs - _sentMs);
    }

    /// <summary>Listens until an answer that takes so long would have come: one that came sooner may have been another request's.</summary>
    /// <returns>False when something was heard; the line is then in quarantine.</returns>
    /// <exception cref="DeviceException">The line is gone.</exception>
    public bool StaysSilent(int turnaroundMs)
    {
        long leftMs = _sentMs + turnaroundMs + TurnaroundSlackMs - _clock.MonotonicMs;
        if (leftMs <= 0)
            return true;
        if (Listen((int)leftMs) >= 0)
        {
            FreeFromMs = _clock.MonotonicMs + LateAnswerMsMax;
            return false;
        }
        _silentMs = _clock.MonotonicMs;
        return true;
    }

    private void Use(MeterTable meter)
    {
        if (meter.BaudRate != 0)
            _line.Use(meter.BaudRate, meter.Parity, meter.StopBits);
        else
            _line.Use(_table.BaudRate, _table.Parity, _table.StopBits);
    }

    private bool IsSilentWithin(int silenceMs)
    {
        long endMs = _clock.MonotonicMs + SilenceWaitMsMax;
        while (Listen(silenceMs) >= 0)
        {
            if (_clock.MonotonicMs >= endMs)
                return false;
        }
        return true;
    }

    private BusResult Receive(BusMeter meter, int requestBytes, long deadlineMs, int silenceMs)
    {
        int count = 0;
        bool mayEcho = !meter.AnswersLikeRequest;
        while (true)
        {
            // Where a TLS handshake stops all threads for seconds, the deadline passes unseen while the answer lies in the driver's buffer:
            // what has arrived is read before the meter is called silent.
            long leftMs = deadlineMs - _clock.MonotonicMs;
            int read = _line.Read(Answer, count, Answer.Length - count, leftMs <= 0 ? 1 : (int)leftMs);
            if (read == 0 && leftMs <= 0)
                return BusResult.Timeout;
            count += read;
            if (mayEcho && count > 0)
            {
                // An adapter that hears itself gives back the request first. No answer begins with all the bytes of a read.
                int alike = AlikeBytes(count < requestBytes ? count : requestBytes);
                if (alike == count && count < requestBytes)
                    continue;
                mayEcho = false;
                if (alike == requestBytes)
                {
                    count -= requestBytes;
                    for (int i = 0; i < count; i++)
                        Answer[i] = Answer[requestBytes + i];
                }
            }
            if (count == 0)
                continue;
            ReceivedBytes = count;
            if (TurnaroundMs < 0)
                TurnaroundMs = NoteTurnaround(count);
            BusResult result = meter.Judge(Answer, count);
            if (result == BusResult.Incomplete && count < Answer.Length)
                continue;
            if (result != BusResult.Ok && result != BusResult.Refused)
                return result == BusResult.Incomplete ? BusResult.WrongLength : result;
            return EndsThere(meter, count, silenceMs) ? result : BusResult.WrongLength;
        }
    }

    // Bytes come in one piece or a few: what they took on the line is not the meter's doing.
    private int NoteTurnaround(int count)
    {
        long ms = _clock.MonotonicMs - _sentMs - RtuTiming.BytesMs(_line.BaudRate, count);
        return ms < 0 ? 0 : (int)ms;
    }

    private int AlikeBytes(int count)
    {
        int alike = 0;
        while (alike < count && Answer[alike] == _request[alike])
            alike++;
        return alike;
    }

    // The frame is whole; one more byte would mean that another speaks, and then nothing of it is believed.
    private bool EndsThere(BusMeter meter, int count, int silenceMs)
    {
        for (int i = meter.FrameBytes; i < count; i++)
        {
            if (!meter.IsFill(Answer[i]))
                return false;
        }
        for (int fill = 0; fill <= FillBytesMax;)
        {
            int read = _line.Read(_ignored, 0, _ignored.Length, silenceMs);
            if (read == 0)
                return true;
            fill += read;
            for (int i = 0; i < read; i++)
            {
                if (!meter.IsFill(_ignored[i]))
                    return false;
            }
        }
        return false;
    }
}
