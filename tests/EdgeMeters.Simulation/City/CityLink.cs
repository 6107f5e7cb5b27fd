using EdgeMeters.Bench.Network;
using EdgeMeters.Metering.Ports;
using EdgeMeters.Metering.Uplink;
using EdgeMeters.Simulation.World;
using EdgeMeters.Wire;

namespace EdgeMeters.Simulation.City;

/// <summary>A node's session with the gateway over its station's link: MQTT over TLS by its bytes, its round trips and its patience.</summary>
internal sealed class CityLink : IUplink
{
    /// <summary>As the program on the chip has it.</summary>
    public const int KeepAliveSeconds = 120;
    private const int BackoffFirstMs = 1000;
    private const int BackoffLongestMs = 120_000;
    private const int ConnectTimeoutMs = 60_000;
    private const int DocumentsMax = 8;

    /// <summary>Assumed: TLS 1.2 with a certificate of 700 bytes at either end, then CONNECT and SUBSCRIBE.</summary>
    private const int HandshakeUpBytes = 1700;
    private const int HandshakeDownBytes = 2600;
    private const int HandshakeRoundTrips = 5;

    /// <summary>Of a PUBLISH, beside topic and block, in a record of TLS 1.2.</summary>
    private const int PublishBytes = 9 + 29;
    private const int ReceiptBytes = 4 + 29;

    private readonly WorldTime _world;
    private readonly EmulatedLink _air;
    private readonly CityStation _station;
    private readonly Random _random;
    private readonly Backoff _backoff;
    private readonly Queue<byte[]> _documents = new();
    private readonly DialogueCodec _codec = new();
    private readonly Admission _admission = new();
    private readonly int _topicBytes;
    private int _number;
    private long _downMs;
    private bool _isHalfOpen;

    public CityLink(string node, WorldTime world, EmulatedLink air, CityStation station, Random random, IEntropy entropy)
    {
        Node = node;
        _world = world;
        _air = air;
        _station = station;
        _random = random;
        _backoff = new Backoff(BackoffFirstMs, BackoffLongestMs, entropy);
        _topicBytes = $"em/v1/{node}/block".Length;
    }

    public string Node { get; }

    /// <summary>Something came for the node, or the session began or ended.</summary>
    public Action Changed { get; set; } = () => { };

    /// <summary>Where in the interval the node may send, as it was told last; -1 before it was.</summary>
    public int SlotSeconds { get; private set; } = -1;

    public bool IsConnected { get; private set; }

    public int SessionNumber { get; private set; }

    /// <summary>The session as the gateway knows it.</summary>
    public object Session { get; private set; } = new();

    public UplinkOutcome Outcome { get; private set; } = UplinkOutcome.Failed;

    /// <summary>Tries to connect from then on.</summary>
    public void StartAfter(long ms) => _world.After(ms, Connect);

    /// <summary>The session is cut. When it is half open, the node hears nothing and learns of it by its keep-alive only.</summary>
    public void Cut(bool isHalfOpen)
    {
        if (!IsConnected)
            return;
        if (!isHalfOpen)
        {
            End();
            return;
        }
        _isHalfOpen = true;
        int session = SessionNumber;
        _world.After(_random.Next(500, 1500) * KeepAliveSeconds, () =>
        {
            if (IsConnected && session == SessionNumber)
                End();
        });
    }

    /// <summary>The link went; the session is over unless it is back before the keep-alive asks.</summary>
    public void NoteOutage()
    {
        int session = SessionNumber;
        _world.After(_random.Next(500, 1500) * KeepAliveSeconds, () =>
        {
            if (IsConnected && session == SessionNumber && !_air.IsUp(_world.NowMs))
                End();
        });
    }

    public void Send(byte[] block, int count)
    {
        int number = ++_number;
        Outcome = IsConnected ? UplinkOutcome.Pending : UplinkOutcome.Failed;
        if (!IsConnected || _isHalfOpen)
            return;
        int bytes = PublishBytes + _topicBytes + count;
        long arrives = _air.CarryUp(_world.NowMs, bytes);
        _station.NoteSent((BlockKind)block[1], arrives, _air.BytesOnAir(bytes));
        if (arrives < 0)
            return;
        byte[] copy = block.AsSpan(0, count).ToArray();
        int session = SessionNumber;
        _world.At(arrives, () =>
        {
            if (session != SessionNumber || !IsConnected)
                return;
            _station.Arrive(this, copy);
            Receipt(session, number);
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

    /// <summary>A document sets out to the node.</summary>
    public bool TryTell(int session, byte[] document)
    {
        if (session != SessionNumber || !IsConnected || _isHalfOpen)
            return false;
        long arrives = CarryDown(PublishBytes + _topicBytes + document.Length);
        if (arrives < 0)
            return true;
        _world.At(arrives, () =>
        {
            if (session != SessionNumber || !IsConnected || _documents.Count >= DocumentsMax)
                return;
            if ((BlockKind)document[1] == BlockKind.Admission && _codec.TryRead(document, document.Length, _admission) == BlockError.None)
                SlotSeconds = _admission.SlotSeconds;
            _documents.Enqueue(document);
            Changed();
        });
        return true;
    }

    // Within a connection nothing overtakes what was sent before it.
    private long CarryDown(int bytes)
    {
        long arrives = _air.CarryDown(_world.NowMs, bytes);
        return arrives < 0 ? arrives : _downMs = Math.Max(arrives, _downMs);
    }

    private void Receipt(int session, int number)
    {
        long arrives = CarryDown(ReceiptBytes);
        if (arrives < 0 || _isHalfOpen)
            return;
        _world.At(arrives, () =>
        {
            if (session != SessionNumber || number != _number || Outcome != UplinkOutcome.Pending)
                return;
            Outcome = UplinkOutcome.Received;
            Changed();
        });
    }

    private void Connect()
    {
        if (!_air.IsUp(_world.NowMs))
        {
            _world.After(ConnectTimeoutMs + _backoff.Next(), Connect);
            return;
        }
        _station.NoteHandshake(_air.BytesOnAir(HandshakeUpBytes));
        long up = _air.CarryUp(_world.NowMs, HandshakeUpBytes);
        long down = _air.CarryDown(_world.NowMs, HandshakeDownBytes);
        double tookMs = Math.Max(up, down) - _world.NowMs;
        for (int i = 1; i < HandshakeRoundTrips; i++)
            tookMs += _air.RoundTripMs();
        if (up < 0 || down < 0 || tookMs > ConnectTimeoutMs)
            _world.After(ConnectTimeoutMs + _backoff.Next(), Connect);
        else
            _world.After((long)tookMs, Begin);
    }

    private void Begin()
    {
        if (!_air.IsUp(_world.NowMs))
        {
            _world.After(ConnectTimeoutMs + _backoff.Next(), Connect);
            return;
        }
        _backoff.Reset();
        _isHalfOpen = false;
        IsConnected = true;
        SessionNumber++;
        Session = new object();
        _documents.Clear();
        _station.NoteSession(this);
        Changed();
    }

    private void End()
    {
        IsConnected = false;
        if (Outcome == UplinkOutcome.Pending)
            Outcome = UplinkOutcome.Failed;
        _station.NoteEnd(this);
        Changed();
        _world.After(_backoff.Next(), Connect);
    }
}
