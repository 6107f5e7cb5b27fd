using EdgeMeters.Metering.Journal;
using EdgeMeters.Metering.Ports;
using EdgeMeters.Wire;

namespace EdgeMeters.Metering.Uplink;

/// <summary>Brings the journal to the gateway, one block at a time: layouts before what they explain, events before readings, oldest first.</summary>
/// <remarks>
/// Nothing is released but on the gateway's receipt for the very block that carried it. A block without a receipt is made anew from the
/// journal; the gateway knows every reading by its identity and takes each once. Call <see cref="Step"/> from one thread.
/// </remarks>
public sealed class UplinkSession
{
    /// <summary>Time for a receipt, in milliseconds. A narrow link takes up to 8 s there and back; the gateway commits in far less.</summary>
    public const int ReceiptTimeoutMs = 30000;

    private const int BackoffFirstMs = 500;
    private const int BackoffLongestMs = 60000;

    private readonly ReadingJournal _journal;
    private readonly IUplink _uplink;
    private readonly INodeClock _clock;
    private readonly BlockEnvelope _envelope;
    private readonly ReadingBlockWriter _readingWriter;
    private readonly EventBlockCodec _eventCodec = new EventBlockCodec();
    private readonly Backoff _backoff;
    private readonly Dialogue? _dialogue;
    private readonly ReadingBlock _readings;
    private readonly EventBlock _events = new EventBlock();
    private readonly byte[] _layoutBody = new byte[Limits.LayoutBytesMax];
    private readonly byte[] _block;
    private readonly int _blockBytesMax;
    private readonly object _resendGate = new object();
    private uint _resendFrom;
    private bool _isInFlightResent;
    private BlockKind _inFlight;
    private uint _inFlightFirst;
    private uint _inFlightLast;
    private uint _inFlightLayoutId;
    private uint _explainedLayoutId;
    private int _sessionNumber;
    private int _rowsThatFit;
    private long _sentMs;
    private long _waitUntilMs;

    /// <param name="journal">The journal, open.</param>
    /// <param name="uplink">The link; this session is its only user.</param>
    /// <param name="clock">Monotonic time.</param>
    /// <param name="envelope">The node's key.</param>
    /// <param name="entropy">Spreads the waiting times.</param>
    /// <param name="blockBytesMax">Longest block, <see cref="Limits.BlockBytesMin"/> to <see cref="Limits.BlockBytesMax"/>.</param>
    /// <param name="readingsMax">Most readings in a block; sizes a buffer of nine bytes each.</param>
    /// <param name="dialogue">What is said beside readings; none where the gateway is only sent to.</param>
    public UplinkSession(
        ReadingJournal journal,
        IUplink uplink,
        INodeClock clock,
        BlockEnvelope envelope,
        IEntropy entropy,
        int blockBytesMax,
        int readingsMax,
        Dialogue? dialogue)
    {
        _dialogue = dialogue;
        _journal = journal;
        _uplink = uplink;
        _clock = clock;
        _envelope = envelope;
        _readingWriter = new ReadingBlockWriter(_envelope);
        _backoff = new Backoff(BackoffFirstMs, BackoffLongestMs, entropy);
        _readings = new ReadingBlock(readingsMax);
        _blockBytesMax = blockBytesMax;
        _block = new byte[blockBytesMax];
        _rowsThatFit = readingsMax;
    }

    /// <summary>Blocks for which the gateway sent its receipt.</summary>
    public long BlocksReceived { get; private set; }

    /// <summary>Blocks that failed and were made again.</summary>
    public long BlocksFailed { get; private set; }

    /// <summary>True when the gateway holds all that the journal has.</summary>
    public bool IsDrained
    {
        get { return _inFlight == 0 && _journal.ReleasedRow + 1 >= _journal.NextRow && _journal.ReleasedEvent + 1 >= _journal.NextEvent; }
    }

    /// <summary>Sends released readings again, from a sequence on and as far as the journal still has them; new ones go first.</summary>
    /// <remarks>May be called from another thread than <see cref="Step"/>.</remarks>
    public void Resend(uint from)
    {
        lock (_resendGate)
            _resendFrom = from;
    }

    /// <summary>Does what can be done now and returns; never waits.</summary>
    public void Step()
    {
        if (_dialogue != null)
            _dialogue.TakeDocuments(_uplink);
        if (_inFlight != 0)
        {
            Settle();
            return;
        }
        if (!_uplink.IsConnected || _clock.MonotonicMs < _waitUntilMs)
            return;
        if (_uplink.SessionNumber != _sessionNumber)
        {
            // A new session may be with a new gateway, which has yet to be told what the channels are.
            _sessionNumber = _uplink.SessionNumber;
            _explainedLayoutId = 0;
            if (_dialogue != null)
                _dialogue.NoteSession();
        }
        int count = NextBlock();
        if (count == 0)
            return;
        _sentMs = _clock.MonotonicMs;
        _uplink.Send(_block, count);
    }

    private void Settle()
    {
        UplinkOutcome outcome = _uplink.Outcome;
        bool isLate = _clock.MonotonicMs - _sentMs > ReceiptTimeoutMs;
        if (outcome == UplinkOutcome.Pending && !isLate)
            return;
        BlockKind kind = _inFlight;
        _inFlight = 0;
        if (outcome != UplinkOutcome.Received)
        {
            BlocksFailed++;
            if (kind == BlockKind.Hello && _dialogue != null)
                _dialogue.NoteHelloFailed();
            _waitUntilMs = _clock.MonotonicMs + _backoff.Next();
            return;
        }
        _backoff.Reset();
        BlocksReceived++;
        if (kind == BlockKind.Layout)
            _explainedLayoutId = _inFlightLayoutId;
        else if (kind == BlockKind.Events)
            _journal.ReleaseEvents(_inFlightLast);
        else if (kind == BlockKind.Readings)
            SettleRows();
    }

    private void SettleRows()
    {
        if (!_isInFlightResent)
        {
            _journal.ReleaseRows(_inFlightLast);
            return;
        }
        lock (_resendGate)
        {
            // Another order may have come while this block was under way.
            if (_resendFrom == _inFlightFirst)
                _resendFrom = _inFlightLast + 1;
        }
    }

    /// <summary>Makes the next block in <see cref="_block"/>.</summary>
    /// <returns>Its bytes; 0 when the gateway has everything.</returns>
    private int NextBlock()
    {
        if (_dialogue != null && _dialogue.IsHelloDue)
            return Begin(BlockKind.Hello, _dialogue.WriteHello(_block, _blockBytesMax));
        if (_journal.ReadEvents(_journal.ReleasedEvent + 1, _events) > 0)
        {
            if (_events.LayoutId != _explainedLayoutId)
                return ExplainLayout(_events.LayoutId);
            _inFlightLast = _events.FirstSequence + (uint)_events.Count - 1;
            return Begin(BlockKind.Events, _eventCodec.Write(_envelope, _events, _block, _blockBytesMax));
        }
        int rows = _journal.ReadRows(_journal.ReleasedRow + 1, _rowsThatFit, _readings);
        _isInFlightResent = rows == 0;
        if (rows == 0)
            rows = ReadRowsAgain();
        if (rows == 0)
            return 0;
        if (_readings.LayoutId != _explainedLayoutId)
            return ExplainLayout(_readings.LayoutId);
        return FitReadings(rows);
    }

    private int ReadRowsAgain()
    {
        lock (_resendGate)
        {
            if (_resendFrom == 0)
                return 0;
            uint released = _journal.ReleasedRow;
            int rows = _resendFrom > released ? 0 : _journal.ReadRows(_resendFrom, _rowsThatFit, _readings);
            if (rows == 0 || _readings.FirstSequence > released)
            {
                _resendFrom = 0;
                return 0;
            }
            _resendFrom = _readings.FirstSequence;
            _inFlightFirst = _resendFrom;
            return rows;
        }
    }

    // The bytes are known only once written: halve until they fit, and grow again slowly, since rows compress alike. A block that held all there
    // was says nothing about how many would have fitted.
    private int FitReadings(int rows)
    {
        bool halved = false;
        while (rows > 0)
        {
            int count = _readingWriter.Write(_readings, rows, _block, _blockBytesMax);
            if (count > 0)
            {
                if (halved)
                    _rowsThatFit = rows;
                else if (rows >= _rowsThatFit)
                    _rowsThatFit = rows + 1 + rows / 8;
                _inFlightLast = _readings.FirstSequence + (uint)rows - 1;
                return Begin(BlockKind.Readings, count);
            }
            rows /= 2;
            halved = true;
        }
        // One row of the most channels takes less than Limits.BlockBytesMin, below which no block size is configured.
        throw new DeviceException("One row does not fit a block of " + _blockBytesMax.ToString() + " bytes.");
    }

    private int ExplainLayout(uint layoutId)
    {
        _inFlightLayoutId = layoutId;
        int bodyCount = _journal.ReadLayout(layoutId, _layoutBody);
        if (bodyCount > 0)
            return Begin(BlockKind.Layout, LayoutCodec.WriteBlock(_envelope, _layoutBody, bodyCount, _block, _blockBytesMax));
        // Its record is damaged in every sector. The gateway most likely knows it from before, and keeps the readings in any case.
        _explainedLayoutId = layoutId;
        return 0;
    }

    private int Begin(BlockKind kind, int count)
    {
        _inFlight = kind;
        return count;
    }
}
