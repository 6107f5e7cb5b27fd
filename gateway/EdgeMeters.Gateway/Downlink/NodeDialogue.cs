using EdgeMeters.Gateway.Core;
using EdgeMeters.Metering.Ports;
using EdgeMeters.Metering.Update;
using EdgeMeters.Wire;

namespace EdgeMeters.Gateway.Downlink;

/// <summary>The gateway's half of the dialogue with one node: what it said last, and what waits for it. Safe from any thread.</summary>
/// <remarks>
/// Commands go down one at a time: a node holds one, and drops what comes while it has not carried that out. The next follows when the event
/// that answers the one before is in the log, or its time is over.
/// </remarks>
internal sealed class NodeDialogue : IDisposable
{
    /// <summary>Time and command, envelope included, are shorter.</summary>
    private const int DocumentBytesMax = 64;

    /// <summary>A clock that says a later time than the year 2072 gives no numbers: it must not use them up.</summary>
    private const uint NumberFromTimeMax = 0xC0000000;

    private readonly string _node;
    private readonly BlockEnvelope _envelope;
    private readonly TableFile _tableFile;
    private readonly ImageFile _imageFile;
    private readonly INodeClock _clock;
    private readonly DownlinkMetrics _metrics;
    private readonly ILogger _logger;
    private readonly TimeProvider _time;
    private readonly Backfill? _backfill;
    private readonly Stations? _stations;
    private readonly List<Order> _orders = [];
    private readonly Lock _lock = new();
    // Most nodes never need either.
    private ITimer? _expiry;
    private ITimer? _imageBegin;
    private object? _session;
    private NodeDoor? _door;
    private bool _isHeardInSession;
    private bool _isAdmittedInSession;
    private Hello? _hello;
    private DateTimeOffset? _heardUtc;
    private uint _numberGiven;
    private uint? _tableWaiting;
    private uint _tableReverted;
    private string? _tableFault;
    private uint? _imageWaiting;
    private uint _imageFailed;
    private string? _imageFault;

    /// <param name="mac">The node's key; this dialogue's own instance, since it is not shared by threads.</param>
    /// <param name="folder">Where the documents for all nodes lie, those for this one in a folder with its name.</param>
    /// <param name="held">What the log holds; null where nothing is to be compared with it.</param>
    /// <param name="stations">The network plan; null where there is none.</param>
    public NodeDialogue(
        string node, IBlockMac mac, string folder, TimeProvider time, INodeClock clock, DownlinkMetrics metrics, ILogger logger, IHeldRanges? held, Stations? stations)
    {
        _stations = stations;
        if (held != null)
            _backfill = new Backfill(node, held, metrics, logger);
        _node = node;
        _envelope = new BlockEnvelope(mac);
        _tableFile = new TableFile(folder, node);
        _imageFile = new ImageFile(folder, node);
        _clock = clock;
        _metrics = metrics;
        _logger = logger;
        _time = time;
    }

    /// <summary>The node connected. <paramref name="session"/> names the session in all that follows; what comes of another one is too late.</summary>
    public void Begin(object session)
    {
        lock (_lock)
        {
            _session = session;
            _door = null;
            _isHeardInSession = false;
            _isAdmittedInSession = false;
            _backfill?.BeginSession();
        }
    }

    /// <summary>The session ended. A later one may have begun before this is heard.</summary>
    public void End(object session)
    {
        lock (_lock)
        {
            if (!ReferenceEquals(session, _session))
                return;
            _session = null;
            _door = null;
        }
    }

    /// <summary>The node asked for what is meant for it, or with null wants it no more.</summary>
    public void Open(object session, NodeDoor? door)
    {
        lock (_lock)
        {
            if (!ReferenceEquals(session, _session))
                return;
            _door = door;
            // A hello that came before it gets no time any more: half of the way there and back would not be what the node takes it for.
            SendNextOrder(isHello: true);
            SendTable();
            OrderBackfill();
        }
    }

    public void Hear(object session, Hello hello)
    {
        lock (_lock)
        {
            if (!ReferenceEquals(session, _session))
                return;
            if (_hello != null && _hello.StartNumber != hello.StartNumber)
                SettleWaiting(OrderState.Restarted, _ => true);
            _hello = hello;
            _heardUtc = DateTimeOffset.FromUnixTimeMilliseconds(_clock.UtcMs);
            _isHeardInSession = true;
            SendTime(hello);
            SendNextOrder(isHello: true);
            SendTable();
            SendImage();
            EndBackfill(hello);
            OrderBackfill();
            SendAdmission(hello);
        }
    }

    /// <summary>Looks for answers in an event block that is in the log. One that comes again changes nothing.</summary>
    public void Tell(byte[] block)
    {
        lock (_lock)
        {
            var events = new EventBlock();
            if (new EventBlockCodec().TryRead(block, block.Length, events) != BlockError.None)
                return;
            for (int i = 0; i < events.Count; i++)
            {
                var (a, b) = (events.A[i], events.B[i]);
                if (events.Codes[i] == (byte)EventCode.CommandDone)
                    SettleDone(a, b);
                // A version that the node took back, or could not read, is not offered again.
                else if (events.Codes[i] == (byte)EventCode.Configuration && b is 2 or 3 && a > _tableReverted && a <= uint.MaxValue)
                    _tableReverted = (uint)a;
                else if (events.Codes[i] == (byte)EventCode.Update)
                    NoteUpdate(a, b);
            }
            SendNextOrder(isHello: false);
            OrderBackfill();
        }
    }

    public (OrderRefusal Refusal, Order? Order) Give(OrderRequest request)
    {
        lock (_lock)
        {
            Expire();
            if (_hello == null)
                return (OrderRefusal.NotHeard, null);
            if (_orders.Count(IsWaitingForUser) >= DownlinkLimits.OrdersWaitingMax)
                return (OrderRefusal.TooMany, null);
            return AddOrder(_hello, request, isBackfill: false);
        }
    }

    /// <summary>The commands of this node, the latest last.</summary>
    public IReadOnlyList<Order> Orders()
    {
        lock (_lock)
        {
            Expire();
            return [.. _orders];
        }
    }

    public NodeState State()
    {
        lock (_lock)
        {
            Expire();
            return new NodeState(
                _node, _session != null, _door != null, _heardUtc, _hello, _orders.Count(IsWaitingForUser), _orders.FindLast(o => !o.IsBackfill), _tableWaiting,
                _tableFault, _imageWaiting, _imageFault, _backfill?.State ?? new BackfillState(null, null, 0, 0));
        }
    }

    public void Dispose()
    {
        _expiry?.Dispose();
        _imageBegin?.Dispose();
    }

    private static bool IsWaiting(Order order) => order.State == OrderState.Waiting;

    private static bool IsWaitingForUser(Order order) => IsWaiting(order) && !order.IsBackfill;

    private (OrderRefusal Refusal, Order? Order) AddOrder(Hello hello, OrderRequest request, bool isBackfill)
    {
        uint highest = HighestNumber(hello);
        if (highest == uint.MaxValue)
            return (OrderRefusal.NumbersUsedUp, null);
        _numberGiven = highest + 1;
        var now = DateTimeOffset.FromUnixTimeMilliseconds(_clock.UtcMs);
        _orders.Add(new Order(
            hello.StartNumber, _numberGiven, request.Code, request.Channel, request.A, request.B,
            now, now.AddSeconds(request.ExpiresSeconds), _clock.MonotonicMs + 1000L * request.ExpiresSeconds) { IsBackfill = isBackfill });
        if (_orders.Count > DownlinkLimits.OrdersKeptMax)
            _orders.RemoveAt(_orders.FindIndex(o => !IsWaiting(o) && o.Number != _backfill?.Number));
        SendNextOrder(isHello: false);
        ArmExpiry();
        return (OrderRefusal.None, _orders[^1]);
    }

    /// <summary>A hello that says that nothing is being sent again ends an order that the node has answered.</summary>
    private void EndBackfill(Hello hello)
    {
        if (_backfill?.Number is not { } number || _orders.Find(o => o.Number == number) is not { State: not OrderState.Waiting } order)
            return;
        if (order.StartNumber != hello.StartNumber)
            _backfill.Forget();
        else if (order.State == OrderState.Expired || order.Outcome != CommandOutcome.Done)
            _backfill.End(isAnswered: false);
        else if (!hello.IsResending)
            _backfill.End(isAnswered: true);
    }

    // Only when nobody's command waits: an order to send again may take hours to arrive, and there are no more of them than gaps.
    private void OrderBackfill()
    {
        if (_backfill is not { Number: null } || _door == null || !_isHeardInSession || _hello!.IsResending || _orders.Exists(IsWaiting))
            return;
        if (_backfill.Next(_hello) is not { } request)
            return;
        if (AddOrder(_hello, request, isBackfill: true).Order is { } order)
            _backfill.NoteOrdered(order.Number);
        else
            _backfill.Forget();
    }

    /// <summary>
    /// The highest number that this node took in its start or that was given to it, and not below the time in UTC seconds: so an event of an
    /// earlier start, or from before this gateway started, answers none of the commands that wait now.
    /// </summary>
    private uint HighestNumber(Hello hello)
    {
        long utcSeconds = _clock.UtcMs / 1000;
        uint fromTime = utcSeconds is > 0 and < NumberFromTimeMax ? (uint)utcSeconds : 0;
        return Math.Max(fromTime, Math.Max(hello.LastCommand, _numberGiven));
    }

    private void OnTimer()
    {
        lock (_lock)
        {
            SendNextOrder(isHello: false);
            ArmExpiry();
        }
    }

    private void Expire()
    {
        long nowMs = _clock.MonotonicMs;
        SettleWaiting(OrderState.Expired, order => order.ExpiresMs <= nowMs);
    }

    /// <summary>The one behind a command that expires goes down then, whether or not anybody looks.</summary>
    private void ArmExpiry()
    {
        if (!_orders.Exists(IsWaiting))
            return;
        long restMs = _orders.Where(IsWaiting).Min(o => o.ExpiresMs) - _clock.MonotonicMs;
        _expiry ??= _time.CreateTimer(_ => OnTimer(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _expiry.Change(TimeSpan.FromMilliseconds(Math.Max(1, restMs)), Timeout.InfiniteTimeSpan);
    }

    private void SettleWaiting(OrderState state, Predicate<Order> which)
    {
        for (int i = 0; i < _orders.Count; i++)
        {
            if (IsWaiting(_orders[i]) && which(_orders[i]))
                Settle(i, _orders[i] with { State = state });
        }
    }

    private void SettleDone(long number, long codeAndOutcome)
    {
        int at = _orders.FindIndex(o => o.Number == number && (byte)o.Code == codeAndOutcome >> 8);
        if (at >= 0 && _orders[at].State != OrderState.Done)
            Settle(at, _orders[at] with { State = OrderState.Done, Outcome = (CommandOutcome)(codeAndOutcome & 0xFF) });
    }

    private void Settle(int at, Order settled)
    {
        _orders[at] = settled;
        _metrics.Orders.WithLabels(settled.State.ToString()).Inc();
        _logger.LogInformation("Command {Number} ({Code}) to {Node}: {State} {Outcome}", settled.Number, settled.Code, _node, settled.State, settled.Outcome);
    }

    private void SendAdmission(Hello hello)
    {
        if (_door == null || _stations?.Admit(_node, hello, _backfill?.Number != null, !_isAdmittedInSession) is not { } admission)
            return;
        _isAdmittedInSession = true;
        byte[] block = new byte[DocumentBytesMax];
        Send(BlockKind.Admission, block, new DialogueCodec().Write(_envelope, admission, block, block.Length));
    }

    private void SendTime(Hello hello)
    {
        if (_door == null)
            return;
        if (_clock.Quality != ClockQuality.Synchronised)
        {
            _metrics.TimeWithheld.Inc();
            return;
        }
        var time = new TimeAnswer { StartNumber = hello.StartNumber, HelloNumber = hello.Number, UtcMs = _clock.UtcMs };
        byte[] block = new byte[DocumentBytesMax];
        Send(BlockKind.Time, block, new DialogueCodec().Write(_envelope, time, block, block.Length));
    }

    /// <param name="isHello">True to repeat a command that was sent before: the node says what it took, and may have missed it.</param>
    private void SendNextOrder(bool isHello)
    {
        Expire();
        if (_door == null || !_isHeardInSession)
            return;
        int at = _orders.FindIndex(IsWaiting);
        if (at < 0 || _orders[at].IsSent && !isHello || _orders[at].Number <= _hello!.LastCommand)
            return;
        var order = _orders[at];
        var command = new Command
        {
            StartNumber = order.StartNumber, Number = order.Number, Code = (byte)order.Code, Channel = order.Channel, A = order.A, B = order.B,
        };
        byte[] block = new byte[DocumentBytesMax];
        if (Send(BlockKind.Command, block, new DialogueCodec().Write(_envelope, command, block, block.Length)))
            _orders[at] = order with { IsSent = true };
    }

    private void SendTable()
    {
        if (_door == null || !_isHeardInSession)
            return;
        var (block, version, fault) = _tableFile.Read(_envelope);
        if (fault != null && fault != _tableFault)
            _logger.LogWarning("The configuration for {Node} is not sent: {Fault}", _node, fault);
        _tableFault = fault;
        _tableWaiting = block != null && version > _hello!.ConfigurationVersion && version > _tableReverted ? version : null;
        if (_tableWaiting != null)
            Send(BlockKind.Configuration, block!, block!.Length);
    }

    // A refusal names its reason and no version: it can only be of the image that is being sent.
    private void NoteUpdate(long versionOrReason, long outcome)
    {
        const int rolledBack = 3, refused = 4;
        if (outcome == rolledBack && versionOrReason is > 0 and <= uint.MaxValue)
            _imageFailed = Math.Max(_imageFailed, (uint)versionOrReason);
        else if (outcome == refused && _imageWaiting is { } version)
            _imageFailed = Math.Max(_imageFailed, version);
        else
            return;
        _logger.LogWarning("{Node} does not keep the application sent to it: outcome {Outcome}, {Reason}. It is not sent again.", _node, outcome, versionOrReason);
    }

    private void BeginImage()
    {
        lock (_lock)
        {
            // As long as the node's hellos name the image, they ask for what they want.
            if (_hello != null && _imageWaiting != null && _hello.ImageTransfer != _imageFile.Transfer)
                SendImage();
        }
    }

    /// <summary>Sends a few chunks from where the node wants them.</summary>
    private void SendImage()
    {
        if (_door == null || !_isHeardInSession)
            return;
        var (image, version, fault) = _imageFile.Read();
        if (fault != null && fault != _imageFault)
            _logger.LogWarning("The application for {Node} is not sent: {Fault}", _node, fault);
        _imageFault = fault;
        _imageWaiting = image != null && version > _hello!.ApplicationVersion && version > _imageFailed ? version : null;
        if (_imageWaiting == null)
            return;
        _imageBegin ??= _time.CreateTimer(_ => BeginImage(), null, DownlinkLimits.ImageBegin, DownlinkLimits.ImageBegin);
        int offset = _hello!.ImageTransfer == _imageFile.Transfer ? (int)_hello.ImageOffset : 0;
        byte[] block = new byte[Limits.BlockBytesMin];
        for (int i = 0; i < UpdateDesk.ChunksPerHello && offset < image!.Length; i++, offset += DownlinkLimits.ImageChunkBytes)
        {
            int piece = Math.Min(DownlinkLimits.ImageChunkBytes, image.Length - offset);
            Send(BlockKind.ImageChunk, block, new ImageChunk().Write(_envelope, _imageFile.Transfer, image, offset, piece, block, block.Length));
        }
    }

    private bool Send(BlockKind kind, byte[] block, int count)
    {
        if (count == 0)
            throw new InvalidOperationException($"A {kind} of {block.Length} bytes did not fit: the buffer must hold every one.");
        bool isTaken = _door!(count == block.Length ? block : block[..count]);
        (isTaken ? _metrics.Sent : _metrics.NotTaken).WithLabels(kind.ToString()).Inc();
        return isTaken;
    }
}
