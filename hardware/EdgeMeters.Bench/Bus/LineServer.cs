using EdgeMeters.Bench.Faults;

namespace EdgeMeters.Bench.Bus;

/// <summary>Virtual meters of any protocol on one pseudo-terminal, in real time.</summary>
/// <remarks>
/// A pseudo-terminal has no byte times, so a frame is known by its length and its check, not by the silence after it: bytes that lead nowhere are
/// skipped one by one, and dropped after a longer silence. Nor has it a baud rate: unless the line is paced, meters hear every setting and answer
/// as soon as their delay is over. Answers that are due at the same time follow each other; they do not collide.
/// </remarks>
public sealed class LineServer : IDisposable
{
    /// <summary>A program writes a frame in one piece; a rest that gets no company for so long will not be completed.</summary>
    private const int SilenceMs = 100;

    private const int StopTimeoutMs = 2000;

    private readonly PseudoTerminal _terminal;
    private readonly TimeProvider _time;
    private readonly IBusListener[] _listeners;
    private readonly LineSetting? _pace;
    private readonly LineFaults? _faults;
    private readonly Thread _thread;
    private readonly byte[] _heard = new byte[RequestFinder.FrameBytesMax];
    private readonly List<BusSpeech> _speeches = [];
    private readonly PriorityQueue<byte[], (long DueMicroseconds, long Order)> _waiting = new();
    private int _heardCount;
    private long _answers;
    private long _order;
    private long _silentSinceMicroseconds;
    private volatile bool _isStopping;

    /// <param name="terminal">The line; stays the caller's, who disposes of it after this.</param>
    public LineServer(PseudoTerminal terminal, params IBusListener[] listeners)
        : this(terminal, TimeProvider.System, null, null, listeners)
    {
    }

    /// <param name="pace">What bytes cost: a request is heard, and an answer is there, only after the time that a line of this setting needs.</param>
    /// <param name="faults">Disturbances of the line itself.</param>
    public LineServer(PseudoTerminal terminal, TimeProvider time, LineSetting? pace, LineFaults? faults, params IBusListener[] listeners)
    {
        _terminal = terminal;
        _time = time;
        _pace = pace;
        _faults = faults;
        _listeners = [.. listeners];
        _thread = new Thread(Serve) { IsBackground = true, Name = "line " + terminal.Path };
        _thread.Start();
    }

    /// <summary>Answers sent, refusals and what faults made of them included.</summary>
    public long Answers => Interlocked.Read(ref _answers);

    public void Dispose()
    {
        _isStopping = true;
        _thread.Join(StopTimeoutMs);
    }

    private long NowMicroseconds => (long)(_time.GetTimestamp() * (1_000_000.0 / _time.TimestampFrequency));

    private void Serve()
    {
        while (!_isStopping)
        {
            int count = _terminal.Read(_heard.AsSpan(_heardCount), WaitMs());
            if (count > 0)
                _silentSinceMicroseconds = NowMicroseconds;
            if (count > 0 && _faults != null && _faults.DrawsEcho())
                _terminal.Write(_heard.AsSpan(_heardCount, count));
            _heardCount += count;
            // A full buffer without a frame is noise: it ends like one that fell silent.
            bool isOver = NowMicroseconds - _silentSinceMicroseconds >= 1000 * SilenceMs || _heardCount == _heard.Length;
            TakeFrames(isOver);
            if (isOver)
                _heardCount = 0;
            if (isOver && count == 0)
                _terminal.ReleaseClaim();
            SayWhatIsDue();
        }
    }

    private int WaitMs()
    {
        if (!_waiting.TryPeek(out _, out (long DueMicroseconds, long) next))
            return SilenceMs;
        // Rounded down, and none when it is due: the rest is spent in looking again.
        return (int)Math.Clamp((next.DueMicroseconds - NowMicroseconds) / 1000, 0, SilenceMs);
    }

    private void SayWhatIsDue()
    {
        while (_waiting.TryPeek(out byte[]? bytes, out (long DueMicroseconds, long) next) && next.DueMicroseconds <= NowMicroseconds)
        {
            _waiting.Dequeue();
            Interlocked.Increment(ref _answers);
            _terminal.Write(bytes);
        }
    }

    /// <summary>Answers the frames that are whole; leaves the beginning of one that may still grow, unless nothing more will come.</summary>
    private void TakeFrames(bool isOver)
    {
        while (_heardCount > 0)
        {
            int bytes = RequestFinder.Find(_heard.AsSpan(0, _heardCount), isOver);
            if (bytes == 0)
                return;
            if (bytes > 0)
                Hear(_heard.AsSpan(0, bytes));
            Drop(Math.Max(bytes, 1));
        }
    }

    private void Hear(ReadOnlySpan<byte> frame)
    {
        long endMicroseconds = NowMicroseconds + Pace(frame.Length);
        foreach (IBusListener listener in _listeners)
        {
            if (_pace == null || listener.Setting.Hears(_pace.Value))
                listener.Hear(frame, _speeches);
        }
        _faults?.Disturb(_speeches);
        foreach (BusSpeech speech in _speeches)
            _waiting.Enqueue(speech.Bytes, (endMicroseconds + speech.DelayMicroseconds + Pace(speech.Bytes.Length), _order++));
        _speeches.Clear();
    }

    private long Pace(int bytes) => _pace?.Microseconds(bytes) ?? 0;

    private void Drop(int bytes)
    {
        _heardCount -= bytes;
        Array.Copy(_heard, bytes, _heard, 0, _heardCount);
    }
}
