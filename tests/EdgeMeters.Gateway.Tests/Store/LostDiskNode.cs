using EdgeMeters.Bench.Flash;
using EdgeMeters.HostNode;
using EdgeMeters.Metering;
using EdgeMeters.Metering.Configuration;
using EdgeMeters.Metering.Journal;
using EdgeMeters.Metering.Ports;
using EdgeMeters.Metering.Uplink;
using EdgeMeters.Wire;

namespace EdgeMeters.Gateway.Tests.Store;

/// <summary>A real node core with two contacts on simulated flash in virtual time. What it appends is noted, so that a test knows what is true.</summary>
internal sealed class LostDiskNode : INodeClock, IUplink, INodeControl, IDocumentTaker, IEntropy
{
    public const string Name = "node-1";
    public const int Channels = 2;

    public static readonly string[] Meters = ["W1", "W2"];

    private const int IntervalSeconds = 900;

    private readonly Random _random;
    private readonly SimulatedFlash _flash;
    private readonly Contact[] _contacts = [new(1000), new(2000)];
    private readonly Queue<byte[]> _documents = new();
    private NodeCore _core = null!;

    public LostDiskNode(int seed, int sectors)
    {
        _random = new Random(seed);
        _flash = new SimulatedFlash(new FlashGeometry(1, 4096, sectors));
        Start();
    }

    /// <summary>Takes a block that is on its way; it returns when the gateway has committed it.</summary>
    public required Action<byte[]> Publish { get; init; }

    /// <summary>Every row that was appended, as the dials stood.</summary>
    public List<(uint Epoch, uint Sequence, long[] Registers)> Rows { get; } = [];

    public uint OldestRow => _core.Journal.OldestRow;

    public bool IsDrained => _core.Session.IsDrained;

    /// <summary>So many blocks arrive of which the node hears nothing.</summary>
    public int ReceiptsToLose { get; set; }

    public object Session { get; private set; } = new();

    public bool IsNewSession { get; set; } = true;

    public long MonotonicMs { get; private set; }

    public long UtcMs { get; private set; } = 1_767_225_600_000;

    public ClockQuality Quality => ClockQuality.Synchronised;

    public bool IsConnected { get; set; } = true;

    public int SessionNumber { get; private set; } = 1;

    public UplinkOutcome Outcome { get; private set; } = UplinkOutcome.Failed;

    public bool IsSupplyFailing => false;

    public int DocumentBytesMax => Limits.BlockBytesMin;

    public uint ImageTransfer => 0;

    public int ImageOffset => 0;

    public bool IsHelloWanted => false;

    public static HmacBlockMac Mac() => new(Name, new byte[HmacBlockMac.KeyBytes]);

    /// <summary>A quarter of an hour with its end, its row, and whatever there is to send.</summary>
    public void PassInterval()
    {
        foreach (var contact in _contacts)
            contact.Total += _random.Next(40);
        Advance(IntervalSeconds * 1000 - UtcMs % (IntervalSeconds * 1000) + 50);
        uint next = _core.Journal.NextRow;
        _core.StepAcquisition();
        if (_core.Journal.NextRow != next)
            Rows.Add((_core.Journal.Epoch, next, [.. _contacts.Select(contact => contact.Dial)]));
        for (int i = 0; i < 200; i++)
        {
            Advance(1000);
            _core.StepUplink();
            _core.StepAcquisition();
        }
    }

    /// <summary>Off for a while, and on again on the same flash. The dials stand still meanwhile.</summary>
    public void Restart(TimeSpan off)
    {
        _core.Stop(RestartReason.Host);
        Advance((long)off.TotalMilliseconds);
        foreach (var contact in _contacts)
            contact.BeginAnew();
        Start();
        Reconnect();
        // The interval in which it starts has no begin of its own.
        _core.StepAcquisition();
    }

    public void Reconnect()
    {
        SessionNumber++;
        Session = new object();
        IsNewSession = true;
        _documents.Clear();
    }

    public bool TakeDocument(byte[] document)
    {
        _documents.Enqueue(document);
        return true;
    }

    public void Send(byte[] block, int count)
    {
        Publish(block[..count]);
        Outcome = ReceiptsToLose > 0 ? UplinkOutcome.Failed : UplinkOutcome.Received;
        ReceiptsToLose = Math.Max(0, ReceiptsToLose - 1);
    }

    public int TryTake(byte[] buffer)
    {
        if (!_documents.TryDequeue(out byte[]? document))
            return 0;
        document.CopyTo(buffer, 0);
        return document.Length;
    }

    public uint NextUInt32() => (uint)_random.NextInt64(1, uint.MaxValue);

    public bool TrySetUtc(long utcMs) => false;

    public void AssumeUtc(long utcMs)
    {
        // The clock is right from the start.
    }

    public void Identify(int seconds) => throw new InvalidOperationException("nobody asked");

    public void Restart(RestartReason reason) => throw new InvalidOperationException("nobody asked");

    public int RunSelfTest(out int failed) => throw new InvalidOperationException("nobody asked");

    public void NoteHello()
    {
        // No image is under way.
    }

    public void Begin(ReadingJournal journal)
    {
        // No documents come.
    }

    public bool TryTake(BlockKind kind, byte[] document, int count) => false;

    public void Step(long receipts)
    {
        // No documents come.
    }

    private void Start()
    {
        NodePorts ports = new(_flash, this, this, this, Mac(), this, this) { Counters = [.. _contacts] };
        _core = new NodeCore(Table(), ports, applicationVersion: 1, readingsMax: 256);
    }

    private void Advance(long ms)
    {
        MonotonicMs += ms;
        UtcMs += ms;
    }

    private static NodeTable Table() => new()
    {
        Version = 1,
        Node = Name,
        GatewayHost = "gateway",
        GatewayPort = 8883,
        IntervalSeconds = IntervalSeconds,
        Channels = [.. Meters.Select((meter, i) => new ChannelTable
        {
            Layout = new ChannelLayout { MeterSerial = meter, Register = "8-0:1.0.0", Unit = Unit.Litre },
            Kind = ChannelKind.Pulse, Input = (byte)i, Contact = ContactKind.Counter, PulsesPerSecondMax = 10, StartPulses = 1000 * (i + 1),
        })],
    };

    /// <summary>A contact whose counter begins at nought with every start; the dial goes on.</summary>
    private sealed class Contact(long start) : IPulseCounter
    {
        private long _before;

        public long Total { get; set; }

        public long Dial => start + _before + Total;

        public void BeginAnew()
        {
            _before += Total;
            Total = 0;
        }

        public long ReadTotal() => Total;
    }
}
