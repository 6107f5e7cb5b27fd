using EdgeMeters.Gateway.Core;
using EdgeMeters.Wire;

namespace EdgeMeters.Gateway.Downlink;

/// <summary>What one node is to send again, because its journal has it and the log does not: after a lost disk all of it, otherwise nothing.</summary>
/// <remarks>
/// One order at a time, the lowest sequences first, events before readings, which are more. An order is over when the node, having answered it,
/// says hello and sends nothing again any more. What the log then still lacks the node does not have; it is not asked again in this session.
/// Not safe from several threads.
/// </remarks>
internal sealed class Backfill(string node, IHeldRanges held, DownlinkMetrics metrics, ILogger logger)
{
    private readonly Stream _events = new(BlockKind.Events, CommandCode.ResendEvents);
    private readonly Stream _readings = new(BlockKind.Readings, CommandCode.Resend);
    private Stream? _ordered;
    private SequenceRange _range;
    private uint _epoch;

    /// <summary>Number of the command that is out, null when none is.</summary>
    public uint? Number { get; private set; }

    /// <summary>What is asked for, and what the node turned out not to have in this session.</summary>
    public BackfillState State => new(_ordered?.Kind, _ordered == null ? null : _range, _events.NotGiven, _readings.NotGiven);

    /// <summary>What was not given may be asked for again.</summary>
    public void BeginSession()
    {
        _events.Begin();
        _readings.Begin();
    }

    /// <summary>What to order next, by what a node says its journal holds; null when the log lacks nothing that was not asked for.</summary>
    public OrderRequest? Next(Hello hello)
    {
        if (hello.Epoch != _epoch)
            BeginSession();
        _epoch = hello.Epoch;
        try
        {
            return Next(_events, hello.OldestEvent, hello.ReleasedEvent) ?? Next(_readings, hello.OldestRow, hello.ReleasedRow);
        }
        catch (StoreUnavailableException e)
        {
            logger.LogWarning("{Error} What it may have to send again is looked for with its next hello.", e.Message);
            return null;
        }
    }

    /// <summary>The order goes out under this number.</summary>
    public void NoteOrdered(uint number)
    {
        Number = number;
        metrics.BackfillOrders.WithLabels(_ordered!.Kind.ToString()).Inc();
        logger.LogInformation("The log lacks {Kind} {First} to {Last} of {Node}, which its journal may hold: it is told to send them again.",
            _ordered.Kind, _range.First, _range.Last, node);
    }

    /// <summary>The order is over. Whatever came of it, it is not given again in this session.</summary>
    /// <param name="isAnswered">False when the node did not say that it would.</param>
    public void End(bool isAnswered)
    {
        if (Missing(isAnswered) is not { } missing)
            return;
        _ordered!.AskedThrough = _range.Last;
        _ordered.NotGiven += missing;
        metrics.BackfillNotGiven.WithLabels(_ordered.Kind.ToString()).Inc(missing);
        logger.LogInformation("The order to {Node} to send {Kind} {First} to {Last} again is over; {Missing} of them did not come.",
            node, _ordered.Kind, _range.First, _range.Last, missing);
        Forget();
    }

    /// <summary>The order came to nothing, with the start of the node that it was for.</summary>
    public void Forget()
    {
        _ordered = null;
        Number = null;
    }

    private OrderRequest? Next(Stream stream, uint oldest, uint released)
    {
        uint first = Math.Max(oldest, stream.AskedThrough == uint.MaxValue ? uint.MaxValue : stream.AskedThrough + 1);
        if (first > released || held.FirstGap(node, stream.Kind, _epoch, first, released) is not { } gap)
            return null;
        _ordered = stream;
        _range = gap;
        return new OrderRequest(stream.Code, EventBlock.WholeNode, gap.First, gap.Last, DownlinkLimits.ExpiresSecondsMax);
    }

    // Null when the log cannot be read: the next hello ends the order then.
    private long? Missing(bool isAnswered)
    {
        if (!isAnswered)
            return _range.Last - (long)_range.First + 1;
        try
        {
            return Missing();
        }
        catch (StoreUnavailableException e)
        {
            logger.LogWarning("{Error} What came of the order is looked for with its next hello.", e.Message);
            return null;
        }
    }

    private long Missing()
    {
        long missing = 0;
        for (long from = _range.First; from <= _range.Last;)
        {
            if (held.FirstGap(node, _ordered!.Kind, _epoch, (uint)from, _range.Last) is not { } gap)
                break;
            missing += gap.Last - (long)gap.First + 1;
            from = gap.Last + 1L;
        }
        return missing;
    }

    /// <summary>Readings or events of the node.</summary>
    private sealed class Stream(BlockKind kind, CommandCode code)
    {
        public BlockKind Kind => kind;

        public CommandCode Code => code;

        /// <summary>Orders rise, so that one number says what was asked for in this session.</summary>
        public uint AskedThrough { get; set; }

        public long NotGiven { get; set; }

        public void Begin() => (AskedThrough, NotGiven) = (0, 0);
    }
}
