using EdgeMeters.Gateway.Core;
using EdgeMeters.Gateway.Downlink;
using EdgeMeters.Gateway.Tests.Ingest;
using EdgeMeters.Metering.Ports;
using EdgeMeters.Wire;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace EdgeMeters.Gateway.Tests.Downlink;

/// <summary>The dialogues of two nodes without a broker between: what goes down is collected, read and verified as a node does it.</summary>
internal sealed class DialogueUnderTest : INodeClock, IDisposable
{
    public const string Node = IngestUnderTest.Node;
    public const string OtherNode = IngestUnderTest.OtherNode;

    private readonly TempFolder _folder = new();
    private readonly long _start;
    private uint _eventSequence;

    public DialogueUnderTest(IHeldRanges? held = null, IReadOnlyList<Station>? stations = null)
    {
        _start = Time.GetTimestamp();
        var keys = new[] { Node, OtherNode }.ToDictionary(n => n, n => (IBlockMac)IngestUnderTest.MacOf(n));
        Dialogues = new Dialogues(keys, _folder.Path, Time, this, Metrics, NullLogger<Dialogues>.Instance, held,
            stations == null ? null : new Stations(stations, 150, this, () => IsStoreReady, Metrics));
    }

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero));

    public Dialogues Dialogues { get; }

    public DownlinkMetrics Metrics { get; } = new(Prometheus.Metrics.NewCustomRegistry());

    public ClockQuality Quality { get; set; } = ClockQuality.Synchronised;

    public long MonotonicMs => (long)Time.GetElapsedTime(_start).TotalMilliseconds;

    public long UtcMs => Time.GetUtcNow().ToUnixTimeMilliseconds();

    public bool IsStoreReady { get; set; } = true;

    /// <summary>While false the session takes nothing.</summary>
    public bool IsDoorOpen { get; set; } = true;

    /// <summary>What came down to the node and was not looked at yet.</summary>
    public Queue<byte[]> Down { get; } = new();

    public object Session { get; private set; } = new();

    public static OrderRequest Identify(long seconds = 60, int expiresSeconds = DownlinkLimits.ExpiresSecondsDefault) =>
        new(CommandCode.Identify, EventBlock.WholeNode, seconds, 0, expiresSeconds);

    public string PathOfTable(string node = Node) => _folder.PathOf(node, "table.bin");

    public void WriteTable(byte[] block, string node = Node)
    {
        Directory.CreateDirectory(_folder.PathOf(node));
        File.WriteAllBytes(PathOfTable(node), block);
    }

    /// <summary>The node connects anew and subscribes.</summary>
    public void Connect()
    {
        Session = new object();
        Dialogues.Begin(Node, Session);
        Dialogues.Open(Node, Session, Take);
    }

    public bool Take(byte[] block)
    {
        if (IsDoorOpen)
            Down.Enqueue(block);
        return IsDoorOpen;
    }

    public void Say(uint start, uint number = 1, uint lastCommand = 0, uint configuration = 0) => Dialogues.Hear(Node, Session, new Hello
    {
        StartNumber = start, Number = number, LastCommand = lastCommand, ApplicationVersion = 3, ConfigurationVersion = configuration, Board = 1,
    });

    public void Say(Hello hello) => Dialogues.Hear(Node, Session, hello);

    public Order Give(OrderRequest? request = null)
    {
        var (refusal, order) = Dialogues.Give(Node, request ?? Identify());
        Assert.Equal(OrderRefusal.None, refusal);
        return order!;
    }

    public Order OrderOf(uint number) => Dialogues.Orders(Node)!.Single(o => o.Number == number);

    /// <summary>The log has taken events of the node.</summary>
    public void Tell(params (EventCode Code, long A, long B)[] events) => Dialogues.Tell(EventsOf(Node, ref _eventSequence, events));

    public void TellDone(Order order, CommandOutcome outcome = CommandOutcome.Done) =>
        Tell((EventCode.CommandDone, order.Number, 256 * (long)order.Code + (long)outcome));

    public static IncomingBlock EventsOf(string node, ref uint sequence, params (EventCode Code, long A, long B)[] events)
    {
        var block = new EventBlock { Epoch = 1, FirstSequence = sequence + 1, Count = events.Length };
        for (int i = 0; i < events.Length; i++)
        {
            (block.Codes[i], block.Channels[i], block.UtcSeconds[i]) = ((byte)events[i].Code, EventBlock.WholeNode, 1_772_000_000);
            (block.A[i], block.B[i]) = (events[i].A, events[i].B);
        }
        sequence += (uint)events.Length;
        byte[] bytes = new byte[Limits.BlockBytesMax];
        int count = new EventBlockCodec().Write(new BlockEnvelope(IngestUnderTest.MacOf(node)), block, bytes, bytes.Length);
        Assert.NotEqual(0, count);
        return new IncomingBlock(node, BlockKind.Events, bytes[..count], 1, block.FirstSequence, sequence);
    }

    /// <summary>All that came down since the last look, verified under the node's key.</summary>
    public IReadOnlyList<object> Read()
    {
        var read = new List<object>();
        while (Down.TryDequeue(out byte[]? block))
            read.Add(ReadDocument(Node, block));
        return read;
    }

    public static object ReadDocument(string node, byte[] block)
    {
        Assert.Equal(BlockError.None, new BlockEnvelope(IngestUnderTest.MacOf(node)).Verify(block, 0, block.Length));
        var codec = new DialogueCodec();
        var (time, command, admission) = (new TimeAnswer(), new Command(), new Admission());
        switch ((BlockKind)block[1])
        {
            case BlockKind.Time:
                Assert.Equal(BlockError.None, codec.TryRead(block, block.Length, time));
                return time;
            case BlockKind.Command:
                Assert.Equal(BlockError.None, codec.TryRead(block, block.Length, command));
                return command;
            case BlockKind.Admission:
                Assert.Equal(BlockError.None, codec.TryRead(block, block.Length, admission));
                return admission;
            default:
                return block;
        }
    }

    /// <summary>Numbers of the commands that came down since the last look.</summary>
    public uint[] ReadCommands() => [.. Read().OfType<Command>().Select(c => c.Number)];

    public void Dispose()
    {
        Dialogues.Dispose();
        _folder.Dispose();
    }
}
