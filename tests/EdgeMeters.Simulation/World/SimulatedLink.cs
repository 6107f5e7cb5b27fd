using EdgeMeters.Metering.Ports;

namespace EdgeMeters.Simulation.World;

/// <summary>A node's end of the simulated network, and the network itself: every message takes its time, is lost, doubled or overtaken.</summary>
/// <remarks>
/// Worse than MQTT over TCP, where a message is lost only with its connection and none overtakes another: whatever holds here holds there. A
/// session that the network cut is noticed by the node only after its keep-alive, and by the gateway when the node comes back.
/// </remarks>
internal sealed class SimulatedLink : IUplink
{
    private const int KeepAliveMs = 90_000;
    private const int ReconnectMsMin = 1_000;
    private const int ReconnectMsMax = 60_000;
    private const int DocumentsMax = 4;

    private readonly WorldTime _time;
    private readonly FaultTable _faults;
    private readonly Random _random;
    private readonly Func<SimulatedGateway?> _gateway;
    private readonly Queue<byte[]> _documents = new();
    private int _number;
    private int _life;
    private bool _isWanted;
    private long _brokenUntilMs;
    private long _halfOpenUntilMs;

    public SimulatedLink(string node, WorldTime time, FaultTable faults, Random random, Func<SimulatedGateway?> gateway)
    {
        Node = node;
        _time = time;
        _faults = faults;
        _random = random;
        _gateway = gateway;
    }

    public string Node { get; }

    /// <summary>Called when something came for the node, or the session began or ended.</summary>
    public Action Changed { get; set; } = () => { };

    public bool IsConnected { get; private set; }

    public int SessionNumber { get; private set; }

    public UplinkOutcome Outcome { get; private set; } = UplinkOutcome.Failed;

    /// <summary>The gateway's session object of the session that stands at the node's end.</summary>
    public object Session { get; private set; } = new();

    private bool IsBroken => _time.NowMs < _brokenUntilMs;

    private bool IsSilent => IsBroken || _time.NowMs < _halfOpenUntilMs;

    /// <summary>The node has a supply and wants a session.</summary>
    public void Start()
    {
        _isWanted = true;
        _life++;
        ConnectLater();
    }

    /// <summary>The node has no supply any more: everything that was its is gone.</summary>
    public void Stop()
    {
        _isWanted = false;
        _life++;
        IsConnected = false;
        _documents.Clear();
    }

    /// <summary>Nothing gets through from now on for so long.</summary>
    public void Break(long ms)
    {
        _brokenUntilMs = Math.Max(_brokenUntilMs, _time.NowMs + ms);
        NoticeLater();
    }

    /// <summary>What is sent goes nowhere, and the session seems to stand.</summary>
    public void HalfOpen(long ms)
    {
        _halfOpenUntilMs = Math.Max(_halfOpenUntilMs, _time.NowMs + ms);
        NoticeLater();
    }

    /// <summary>The gateway closed the connection, or died.</summary>
    public void Close()
    {
        if (!IsConnected)
            return;
        End();
        ConnectLater();
    }

    public void Send(byte[] block, int count)
    {
        int number = ++_number;
        Outcome = IsConnected ? UplinkOutcome.Pending : UplinkOutcome.Failed;
        if (!IsConnected)
            return;
        var message = new Message(this, Session, SessionNumber, number, block.AsSpan(0, count).ToArray());
        Carry(() =>
        {
            if (_gateway() is { } gateway)
                gateway.Arrive(message);
        });
    }

    public int TryTake(byte[] buffer)
    {
        while (_documents.TryDequeue(out byte[]? document))
        {
            if (document.Length > buffer.Length)
                continue;
            document.CopyTo(buffer, 0);
            return document.Length;
        }
        return 0;
    }

    /// <summary>The gateway's receipt sets out.</summary>
    public void Acknowledge(Message message)
    {
        int life = _life;
        Carry(() =>
        {
            if (life != _life || message.Session != SessionNumber || message.Number != _number || Outcome != UplinkOutcome.Pending)
                return;
            Outcome = UplinkOutcome.Received;
            Changed();
        });
    }

    /// <summary>A document for the node sets out.</summary>
    public bool TryTell(object session, byte[] document)
    {
        if (!ReferenceEquals(session, Session))
            return false;
        int life = _life;
        int number = SessionNumber;
        Carry(() =>
        {
            if (life != _life || number != SessionNumber || _documents.Count >= DocumentsMax)
                return;
            _documents.Enqueue(document);
            Changed();
        });
        return true;
    }

    // One way through the network, in either direction.
    private void Carry(Action arrives)
    {
        int copies = _random.NextDouble() < _faults.Duplicate ? 2 : 1;
        for (int i = 0; i < copies; i++)
        {
            if (_random.NextDouble() < _faults.Loss)
                continue;
            int longest = _random.NextDouble() < _faults.Delayed ? _faults.DelayedMsMax : _faults.WayMsMax;
            _time.After(_random.Next(_faults.WayMsMin, longest), () =>
            {
                if (!IsSilent)
                    arrives();
            });
        }
    }

    private void ConnectLater()
    {
        int life = _life;
        _time.After(_random.Next(ReconnectMsMin, ReconnectMsMax), () =>
        {
            if (!_isWanted || life != _life || IsConnected)
                return;
            if (IsBroken || _gateway() is not { } gateway)
            {
                ConnectLater();
                return;
            }
            _halfOpenUntilMs = 0;
            IsConnected = true;
            SessionNumber++;
            Session = new object();
            _documents.Clear();
            gateway.Connect(this);
            Changed();
        });
    }

    private void NoticeLater()
    {
        int session = SessionNumber;
        _time.After(_random.Next(KeepAliveMs / 2, KeepAliveMs), () =>
        {
            if (IsConnected && session == SessionNumber && IsSilent)
                Close();
        });
    }

    private void End()
    {
        IsConnected = false;
        if (Outcome == UplinkOutcome.Pending)
            Outcome = UplinkOutcome.Failed;
        _gateway()?.Disconnect(this);
        Changed();
    }
}
