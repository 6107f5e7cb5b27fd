using EdgeMeters.Firmware.Tests.Support;
using EdgeMeters.Metering;
using EdgeMeters.Metering.Bus.Modbus;
using EdgeMeters.Metering.Configuration;
using EdgeMeters.Metering.Registers;
using EdgeMeters.Wire;

namespace EdgeMeters.Firmware.Tests.Budget;

/// <summary>A node of the largest size, 16 meters on a bus and 16 contacts, on devices that allocate nothing: what is measured is the core's.</summary>
internal sealed class SixteenMeters
{
    public const int Meters = 16;
    public const int Channels = 2 * Meters;
    public const int IntervalSeconds = 900;

    /// <summary>As the chip's NodeService has it.</summary>
    public const int ReadingsMax = 512;

    public const int SectorCount = 64;
    public const int SectorBytes = 4096;

    public SixteenMeters()
    {
        Line = new MeterLine(Clock);
        for (int i = 0; i < Meters; i++)
            Counters[i] = new SteadyCounter();
        Host = new QuietHost();
        Core = new NodeCore(Table(), Ports(), applicationVersion: 1, ReadingsMax);
    }

    public VirtualClock Clock { get; } = new() { UtcMs = 1_800_000_000_000 + 1000 };

    public MemoryFlash Flash { get; } = new(SectorCount, SectorBytes);

    public MeterLine Line { get; }

    public ReceiptUplink Uplink { get; } = new();

    public SteadyCounter[] Counters { get; } = new SteadyCounter[Meters];

    public QuietHost Host { get; }

    public NodeCore Core { get; }

    public static NodeTable Table() => new()
    {
        Version = 1,
        Node = "node-0001",
        GatewayHost = "gateway.example",
        GatewayPort = 8883,
        IntervalSeconds = IntervalSeconds,
        CheckpointSeconds = 60,
        BlockBytesMax = Limits.BlockBytesMin,
        Lines = [new LineTable()],
        Meters = [.. Enumerable.Range(1, Meters).Select(unit => new MeterTable { Address = [(byte)unit] })],
        Channels = [.. Enumerable.Range(0, Meters).Select(BusChannel), .. Enumerable.Range(0, Meters).Select(ContactChannel)],
    };

    /// <summary>Lets time pass to just behind the next interval's end, with pulses at every input on the way.</summary>
    public void PassInterval()
    {
        for (int i = 0; i < Meters; i++)
            Counters[i].Total += 3 + i;
        long intervalMs = 1000L * IntervalSeconds;
        Clock.Advance(intervalMs - Clock.UtcMs % intervalMs + 100);
    }

    /// <summary>Acquires until all meters that are due have been read.</summary>
    public void Acquire()
    {
        do
        {
            Core.StepAcquisition();
        }
        while (Core.Acquisition.IsBusy);
    }

    /// <summary>Sends until the gateway has everything; its receipts are immediate.</summary>
    public void Drain()
    {
        for (int i = 0; i < 16 && !Core.Session.IsDrained; i++)
            Core.StepUplink();
    }

    private NodePorts Ports() => new(Flash, Uplink, Clock, new SeededEntropy(1), new ChecksumMac(), Host, Host)
    {
        Lines = [Line],
        Counters = [.. Enumerable.Range(0, Channels).Select(i => i < Meters ? null : Counters[i - Meters])],
    };

    private static ChannelTable BusChannel(int i) => new()
    {
        Layout = new ChannelLayout { MeterSerial = $"SDM630-{10000000 + i}", Register = "1-0:1.8.0", Unit = Unit.Wh, RateMaxPerHour = 100_000 },
        Kind = ChannelKind.Bus, Meter = (byte)i, Point = new ModbusPoint { Function = 4, Address = 52, Type = RegisterType.F32, FloatScale = 1000 },
    };

    private static ChannelTable ContactChannel(int i) => new()
    {
        Layout = new ChannelLayout { MeterSerial = $"WATER-{20000000 + i}", Register = "8-0:1.0.0", Unit = Unit.Litre, Numerator = 10 },
        Kind = ChannelKind.Pulse, Input = (byte)i, Contact = ContactKind.Counter, PulsesPerSecondMax = 10, StartPulses = 4_000_000 + i,
    };
}
