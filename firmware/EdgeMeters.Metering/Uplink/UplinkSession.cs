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
    private readonly byte[] _block;
    private readonly int _blockBytesMax;
    private readonly UplinkSlot? _slot;
    private readonly ResendOrder _rowsAgain = new ResendOrder();
    private readonly ResendOrder _eventsAgain = new ResendOrder();
    private ResendOrder? _order;
    private bool _isResendTurn;
    private BlockKind _inFlight;
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
        _slot = dialogue == null ? null : dialogue.Slot;
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
        get { return _inFlight == 0 && !_journal.HasUnreleased; }
    }

    private bool IsResending
    {
        get { return _rowsAgain.IsUnderWay || _eventsAgain.IsUnderWay; }
    }

    /// <summary>Sends again what was released, as far as the journal still has it; new ones go first. The gateway hears of the end by a hello.</summary>
    /// <remarks>May be called from another thread than <see cref="Step"/>.</remarks>
    /// <param name="first">First sequence.</param>
    /// <param name="last">Last sequence, 0 for all.</param>
    /// <param name="isOfEvents">Events, not rows. Each has its own order, and a new one takes the place of the one before.</param>
    public void Resend(uint first, uint last, bool isOfEvents)
    {
        uint released = isOfEvents ? _journal.ReleasedEvent : _journal.ReleasedRow;
        // Who lacks what was released may lack its layout too.
        _explainedLayoutId = 0;
        (isOfEvents ? _eventsAgain : _rowsAgain).Begin(first, last == 0 || last > released ? released : last);
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
            // A new session may be with a new gateway, which has yet to be told what the channels are. One that hears by the hello what was released
            // orders what it lacks: the others need not hear the layout, the largest of a station's blocks, from all its nodes when it comes back.
            _sessionNumber = _uplink.SessionNumber;
            if (_dialogue == null || _journal.ReleasedRow == 0)
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
        bool isResent = _order != null && kind != BlockKind.Layout;
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
        else if (_order != null)
            EndOrder(_order, _inFlightLast);
        else if (kind == BlockKind.Events)
            _journal.ReleaseEvents(_inFlightLast);
        else if (kind == BlockKind.Readings)
            _journal.ReleaseRows(_inFlightLast);
        if (_slot == null || kind != BlockKind.Readings && !isResent)
            return;
        // Where there is one block a slot, new readings must not keep out for ever what is to be sent again.
        _isResendTurn = !isResent && _slot.GrowthPercent != 0;
        _slot.NoteBlock();
    }

    /// <summary>Makes the next block in <see cref="_block"/>.</summary>
    /// <returns>Its bytes; 0 when there is nothing to send now.</returns>
    private int NextBlock()
    {
        _order = null;
        if (_dialogue != null && _dialogue.IsHelloDue)
            return Begin(BlockKind.Hello, _dialogue.WriteHello(_block, _blockBytesMax, IsResending));
        if (_slot != null && _slot.IsWaiting)
            return 0;
        if (!IsResending && !_journal.HasUnreleased)
        {
            if (_slot != null)
                _slot.NoteEmpty();
            return 0;
        }
        if (_journal.ReadEvents(_journal.ReleasedEvent + 1, _events) > 0)
            return EventsBlock();
        if (_slot != null && !_slot.IsOpen)
            return 0;
        int count = _isResendTurn ? ResentBlock() : 0;
        if (count == 0)
        {
            int rows = _journal.ReadRows(_journal.ReleasedRow + 1, _rowsThatFit, _readings);
            count = rows > 0 ? ReadingsBlock(rows) : ResentBlock();
        }
        if (count == 0 && _slot != null)
            _slot.NoteEmpty();
        return count;
    }

    private int ResentBlock()
    {
        int count = 0;
        if (_eventsAgain.IsUnderWay)
            count = EventsAgain(_eventsAgain);
        if (count == 0 && _rowsAgain.IsUnderWay)
            count = RowsAgain(_rowsAgain);
        return count;
    }

    private int EventsAgain(ResendOrder order)
    {
        uint last;
        _order = order;
        if (_journal.ReadEvents(order.Next(out last), _events) > 0 && _events.FirstSequence <= last)
        {
            if (last - _events.FirstSequence < (uint)_events.Count)
                _events.Count = (int)(last - _events.FirstSequence) + 1;
            return EventsBlock();
        }
        EndOrder(order, last);
        return 0;
    }

    private int RowsAgain(ResendOrder order)
    {
        uint last;
        _order = order;
        int rows = _journal.ReadRows(order.Next(out last), _rowsThatFit, _readings);
        if (rows > 0 && _readings.FirstSequence <= last)
            return ReadingsBlock(last - _readings.FirstSequence < (uint)rows ? (int)(last - _readings.FirstSequence) + 1 : rows);
        EndOrder(order, last);
        return 0;
    }

    private void EndOrder(ResendOrder order, uint through)
    {
        _order = null;
        order.Advance(through);
        if (_dialogue != null && !IsResending)
            _dialogue.CallForHello();
    }

    private int EventsBlock()
    {
        int count = ExplainLayout(_events.LayoutId);
        if (count > 0)
            return count;
        _inFlightLast = _events.FirstSequence + (uint)_events.Count - 1;
        return Begin(BlockKind.Events, _eventCodec.Write(_envelope, _events, _block, _blockBytesMax));
    }

    private int ReadingsBlock(int rows)
    {
        int count = ExplainLayout(_readings.LayoutId);
        if (count > 0)
            return count;
        int bytesMax = _blockBytesMax;
        if (rows > 1 && _slot != null && _slot.GrowthPercent != 0)
        {
            bytesMax = _readingWriter.Write(_readings, 1, _block, bytesMax) * _slot.GrowthPercent / 100;
            if (bytesMax > _blockBytesMax)
                bytesMax = _blockBytesMax;
        }
        return FitReadings(rows, bytesMax);
    }

    // The bytes are known only once written: halve until they fit, and grow again slowly, since rows compress alike. A block that held all there
    // was says nothing about how many would have fitted.
    private int FitReadings(int rows, int bytesMax)
    {
        bool halved = false;
        while (rows > 0)
        {
            int count = _readingWriter.Write(_readings, rows, _block, bytesMax);
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

    /// <returns>Bytes of the layout's block; 0 when the gateway needs none.</returns>
    private int ExplainLayout(uint layoutId)
    {
        if (layoutId == _explainedLayoutId)
            return 0;
        _inFlightLayoutId = layoutId;
        int bodyCount = _journal.ReadLayout(layoutId, _block, BlockEnvelope.HeadBytes);
        if (bodyCount > 0)
            return Begin(BlockKind.Layout, LayoutCodec.SealBlock(_envelope, bodyCount, _block, _blockBytesMax));
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
