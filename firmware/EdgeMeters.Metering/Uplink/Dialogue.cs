using EdgeMeters.Metering.Commands;
using EdgeMeters.Metering.Journal;
using EdgeMeters.Metering.Ports;
using EdgeMeters.Wire;

namespace EdgeMeters.Metering.Uplink;

/// <summary>What node and gateway say to each other beside readings: the node's hello, the gateway's admission, time, commands, configuration, images.</summary>
/// <remarks>
/// Used by the uplink's loop only. Whatever does not verify under the node's key, or is meant for another start, is dropped and counted: an
/// answer would tell a forger something. A document is never acted on twice, since commands are numbered and the others have versions.
/// </remarks>
public sealed class Dialogue
{
    /// <summary>Longest way of a hello and its answer that still sets the clock: it may be wrong by half of this.</summary>
    public const int AnswerMsMax = 10000;

    /// <summary>At a station up to half of it less, by the node's name: who came back together must not say hello together ever after.</summary>
    private const int HelloPeriodMs = 4 * 3600 * 1000;
    private const int HelloRetryMs = 60000;

    /// <summary>A gateway that took no hello, an older one perhaps, hears none for so long: readings must not wait for a dialogue.</summary>
    private const int HelloMutedMs = 600000;

    /// <summary>A clock that is off by less is set without an event.</summary>
    private const int StepMsTold = 2000;

    private readonly DialogueCodec _codec = new DialogueCodec();
    private readonly Hello _hello = new Hello();
    private readonly TimeAnswer _time = new TimeAnswer();
    private readonly Command _command = new Command();
    private readonly Admission _admission = new Admission();
    private readonly byte[] _document;
    private readonly BlockEnvelope _envelope;
    private readonly CommandMailbox _mailbox;
    private readonly ReadingJournal _journal;
    private readonly INodeClock _clock;
    private readonly INodeControl _control;
    private readonly IDocumentTaker _documents;
    private long _helloSentMs;
    private long _helloDueMs;
    private long _mutedUntilMs;

    /// <param name="hello">What the node is; its numbers count up from here.</param>
    /// <param name="envelope">The node's key.</param>
    /// <param name="mailbox">Takes commands.</param>
    /// <param name="documents">Takes configurations and images.</param>
    /// <param name="slot">Takes what the gateway admits.</param>
    public Dialogue(
        Hello hello, BlockEnvelope envelope, CommandMailbox mailbox, IDocumentTaker documents, UplinkSlot slot, ReadingJournal journal, INodeClock clock,
        INodeControl control)
    {
        _hello = hello;
        Slot = slot;
        _envelope = envelope;
        _mailbox = mailbox;
        _documents = documents;
        _journal = journal;
        _clock = clock;
        _control = control;
        _document = new byte[documents.DocumentBytesMax];
    }

    public UplinkSlot Slot { get; }

    /// <summary>Documents that were dropped: damaged, forged, or for another start.</summary>
    public long DocumentsRefused { get; private set; }

    /// <summary>True when it is time to say hello, in a session that stands.</summary>
    public bool IsHelloDue
    {
        get { return _clock.MonotonicMs >= _helloDueMs || _documents.IsHelloWanted && _clock.MonotonicMs >= _mutedUntilMs; }
    }

    /// <summary>A new session begins with a hello.</summary>
    public void NoteSession()
    {
        Slot.BeginSession();
        CallForHello();
    }

    /// <summary>There is something to say of which the gateway waits to hear.</summary>
    public void CallForHello()
    {
        _helloDueMs = _mutedUntilMs > _clock.MonotonicMs ? _mutedUntilMs : _clock.MonotonicMs;
    }

    /// <summary>The gateway gave no receipt for the hello.</summary>
    public void NoteHelloFailed()
    {
        _mutedUntilMs = _clock.MonotonicMs + HelloMutedMs;
        _helloDueMs = _mutedUntilMs;
    }

    /// <summary>Writes the next hello.</summary>
    /// <param name="isResending">Something is being sent again on command.</param>
    /// <returns>Its bytes.</returns>
    public int WriteHello(byte[] block, int bytesMax, bool isResending)
    {
        _hello.Number++;
        _hello.Epoch = _journal.Epoch;
        _hello.OldestRow = _journal.OldestRow;
        _hello.ReleasedRow = _journal.ReleasedRow;
        _hello.OldestEvent = _journal.OldestEvent;
        _hello.ReleasedEvent = _journal.ReleasedEvent;
        _hello.IsResending = isResending;
        _hello.LastCommand = _mailbox.LastNumber;
        _hello.ImageTransfer = _documents.ImageTransfer;
        _hello.ImageOffset = (uint)_documents.ImageOffset;
        _documents.NoteHello();
        _helloSentMs = _clock.MonotonicMs;
        _helloDueMs = _helloSentMs + (_clock.Quality == ClockQuality.Synchronised ? HelloPeriod() : HelloRetryMs);
        return _codec.Write(_envelope, _hello, block, bytesMax);
    }

    /// <summary>Takes what came from the gateway since the last time.</summary>
    public void TakeDocuments(IUplink uplink)
    {
        int count = uplink.TryTake(_document);
        while (count > 0)
        {
            if (_envelope.Verify(_document, 0, count) != BlockError.None || !TryTake((BlockKind)_document[1], count))
                DocumentsRefused++;
            count = uplink.TryTake(_document);
        }
    }

    private bool TryTake(BlockKind kind, int count)
    {
        switch (kind)
        {
            case BlockKind.Time:
                return _codec.TryRead(_document, count, _time) == BlockError.None && TrySetClock();
            case BlockKind.Command:
                return _codec.TryRead(_document, count, _command) == BlockError.None
                    && _command.StartNumber == _hello.StartNumber && _mailbox.Offer(_command);
            case BlockKind.Admission:
                return _codec.TryRead(_document, count, _admission) == BlockError.None && TryAdmit();
            case BlockKind.Configuration:
            case BlockKind.ImageChunk:
                return _documents.TryTake(kind, _document, count);
            default:
                return false;
        }
    }

    private bool TryAdmit()
    {
        if (_admission.StartNumber != _hello.StartNumber || _admission.HelloNumber != _hello.Number)
            return false;
        Slot.Take(_admission);
        return true;
    }

    private bool TrySetClock()
    {
        long wayMs = _clock.MonotonicMs - _helloSentMs;
        if (_time.StartNumber != _hello.StartNumber || _time.HelloNumber != _hello.Number || wayMs > AnswerMsMax)
            return false;
        long beforeMs = _clock.UtcMs;
        long nowMs = _time.UtcMs + wayMs / 2;
        // One answer sets the clock once: a copy that comes later would set it back by the time between.
        _helloSentMs = -AnswerMsMax - 1;
        if (!_control.TrySetUtc(nowMs))
            return true;
        long stepMs = nowMs - beforeMs;
        if (stepMs >= StepMsTold || stepMs <= -StepMsTold)
            _journal.AppendEvent((uint)(nowMs / 1000), EventCode.ClockSet, EventBlock.WholeNode, beforeMs / 1000, nowMs / 1000);
        _helloDueMs = _clock.MonotonicMs + HelloPeriod();
        return true;
    }

    private int HelloPeriod()
    {
        return HelloPeriodMs - Slot.ShareOf(HelloPeriodMs / 2);
    }
}
