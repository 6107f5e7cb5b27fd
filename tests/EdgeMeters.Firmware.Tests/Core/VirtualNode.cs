using EdgeMeters.Bench.Flash;
using EdgeMeters.Firmware.Tests.Bus;
using EdgeMeters.Firmware.Tests.Journal;
using EdgeMeters.Firmware.Tests.Support;
using EdgeMeters.Firmware.Tests.Uplink;
using EdgeMeters.Metering;
using EdgeMeters.Metering.Bus.Modbus;
using EdgeMeters.Metering.Configuration;
using EdgeMeters.Metering.Journal;
using EdgeMeters.Metering.Ports;
using EdgeMeters.Metering.Registers;
using EdgeMeters.Metering.Update;
using EdgeMeters.Metering.Uplink;
using EdgeMeters.Wire;
using HmacBlockMac = EdgeMeters.Firmware.Tests.Wire.HmacBlockMac;

namespace EdgeMeters.Firmware.Tests.Core;

/// <summary>A whole node core in virtual time: one Modbus meter, one contact, flash that may lose power, and a gateway that talks back.</summary>
internal sealed class VirtualNode : INodeControl, IDocumentTaker
{
    public const byte ModbusChannel = 0;
    public const byte PulseChannel = 1;

    private readonly DialogueCodec _codec = new();
    private readonly BlockEnvelope _gatewayEnvelope = HmacBlockMac.AnyNode();
    private readonly SeededEntropy _entropy;

    public VirtualNode(SimulatedFlash? flash = null, int seed = 1)
    {
        _entropy = new SeededEntropy(seed);
        Flash = flash ?? new SimulatedFlash(new Geometry(1, 4096, 16, seed));
        Line = new ScriptedLine(Clock) { Asked = Answer };
        Start();
    }

    public SimulatedFlash Flash { get; }

    public VirtualClock Clock { get; } = new() { UtcMs = 1_800_000_000_500 };

    public ScriptedUplink Uplink { get; } = new();

    public ReceivingGateway Gateway { get; } = new();

    public ScriptedLine Line { get; }

    public TotalCounter Counter { get; private set; } = new();

    public NodeCore Core { get; private set; } = null!;

    /// <summary>What the Modbus meter answers; null is silence.</summary>
    public uint? MeterWh { get; set; } = 5000;

    public Hello Hello { get; } = new();

    public List<int> Identified { get; } = [];

    public List<RestartReason> Restarts { get; } = [];

    public List<(BlockKind Kind, int Count)> Documents { get; } = [];

    /// <summary>Where configurations are kept; null where they are only counted.</summary>
    public ConfigurationStore? Store { get; set; }

    public ConfigurationDesk? Desk { get; private set; }

    /// <summary>Makes the taker of images at each start; null where none are taken.</summary>
    public Func<ReadingJournal, UpdateDesk>? MakeUpdates { get; set; }

    public UpdateDesk? Updates { get; private set; }

    /// <summary>True for a gateway that hangs up at what it does not know.</summary>
    public bool IsHelloRefused { get; set; }

    public bool IsClockSettable { get; set; } = true;

    public bool IsSupplyFailing { get; set; }

    public int DocumentBytesMax => NodeTable.BytesMax;

    public uint ImageTransfer => Updates?.Transfer ?? 0;

    public int ImageOffset => Updates?.NextOffset ?? 0;

    public bool IsHelloWanted => Updates?.IsHelloWanted ?? false;

    public void NoteHello() => Updates?.NoteHello();

    public static NodeTable Table() => new()
    {
        Version = 3,
        Node = "node",
        GatewayHost = "gateway",
        GatewayPort = 8883,
        IntervalSeconds = 60,
        CheckpointSeconds = 10,
        Lines = [new LineTable()],
        Meters = [new MeterTable()],
        Channels =
        [
            new ChannelTable
            {
                Layout = new ChannelLayout { MeterSerial = "E1", Register = "1-0:1.8.0", Unit = Unit.Wh },
                Kind = ChannelKind.Bus, Point = new ModbusPoint { Function = 3, Type = RegisterType.U32 },
            },
            new ChannelTable
            {
                Layout = new ChannelLayout { MeterSerial = "W1", Register = "8-0:1.0.0", Unit = Unit.Litre, Numerator = 10 },
                Kind = ChannelKind.Pulse, Contact = ContactKind.Counter, PulsesPerSecondMax = 10, StartPulses = 700,
            },
        ],
    };

    /// <summary>Starts the node anew on the same flash, as after a reset.</summary>
    public void Start()
    {
        Counter = new TotalCounter();
        NodePorts ports = new(Flash, Uplink, Clock, _entropy, new HmacBlockMac(new byte[32], "node"), this, this)
        {
            Lines = [Line],
            Counters = [null, Counter],
        };
        Core = new NodeCore(Table(), ports, applicationVersion: 100, readingsMax: 200);
    }

    /// <summary>Lets time pass, both loops running.</summary>
    public void Run(int seconds, Action? eachSecond = null)
    {
        long endMs = Clock.MonotonicMs + 1000L * seconds;
        while (Clock.MonotonicMs < endMs)
        {
            Core.StepAcquisition();
            Exchange();
            eachSecond?.Invoke();
            Clock.Advance(1000);
        }
    }

    /// <summary>What the gateway sends, in the node's own envelope unless another is given.</summary>
    public void Send(Command command, BlockEnvelope? envelope = null)
    {
        byte[] block = new byte[Limits.BlockBytesMin];
        int count = _codec.Write(envelope ?? _gatewayEnvelope, command, block, block.Length);
        Uplink.Documents.Enqueue(block[..count]);
    }

    public void Send(CommandCode code, uint number, byte channel = EventBlock.WholeNode, long a = 0, long b = 0)
    {
        Send(new Command { StartNumber = Hello.StartNumber, Number = number, Code = (byte)code, Channel = channel, A = a, B = b });
    }

    public void Send(TimeAnswer time)
    {
        byte[] block = new byte[Limits.BlockBytesMin];
        int count = _codec.Write(_gatewayEnvelope, time, block, block.Length);
        Uplink.Documents.Enqueue(block[..count]);
    }

    /// <summary>All events of a code that reached the gateway, in order.</summary>
    public IEnumerable<ToldEvent> Told(EventCode code) => Gateway.ToldEvents.Where(e => e.Code == code);

    public bool TrySetUtc(long utcMs)
    {
        if (IsClockSettable)
            Clock.UtcMs = utcMs;
        return IsClockSettable;
    }

    public void AssumeUtc(long utcMs) => Clock.UtcMs = Clock.Quality == ClockQuality.Unset ? Math.Max(Clock.UtcMs, utcMs) : Clock.UtcMs;

    public void Identify(int seconds) => Identified.Add(seconds);

    public void Restart(RestartReason reason) => Restarts.Add(reason);

    public int RunSelfTest(out int failed)
    {
        failed = 1;
        return 41;
    }

    public bool TryTake(BlockKind kind, byte[] document, int count)
    {
        Documents.Add((kind, count));
        if (kind == BlockKind.ImageChunk)
            return Updates != null && Updates.TryTake(document, count);
        return Desk == null || Desk.TryTake(document, count);
    }

    public void Begin(ReadingJournal journal)
    {
        Desk = Store == null ? null : new ConfigurationDesk(Store, journal, Clock, this);
        Updates = MakeUpdates?.Invoke(journal);
    }

    public void Step(long receipts)
    {
        Desk?.Step(receipts);
        Updates?.Step(receipts);
    }

    /// <summary>Everything that is to be sent reaches the gateway at once.</summary>
    private void Exchange()
    {
        Core.StepUplink();
        while (Uplink.Sent is { } block)
        {
            if (IsHelloRefused && (BlockKind)block[1] == BlockKind.Hello)
            {
                Uplink.Disconnect();
                Uplink.Connect();
                Core.StepUplink();
                continue;
            }
            if ((BlockKind)block[1] == BlockKind.Hello)
                Assert.Equal(BlockError.None, _codec.TryRead(block, block.Length, Hello));
            Gateway.Take(block);
            Uplink.Settle(UplinkOutcome.Received);
            Core.StepUplink();
        }
    }

    private void Answer(byte[] request)
    {
        if (MeterWh is { } wh)
            Line.Arrive(30, BusRig.Answer(request, address => address switch { 0 => (int)(wh >> 16), 1 => (int)(wh & 0xFFFF), _ => 0 }));
    }

    /// <summary>A counter of which the test says what it counted.</summary>
    internal sealed class TotalCounter : IPulseCounter
    {
        public long Total { get; set; }

        public long ReadTotal() => Total;
    }
}
