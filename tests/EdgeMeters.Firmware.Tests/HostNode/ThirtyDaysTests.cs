using EdgeMeters.Firmware.Tests.Support;
using EdgeMeters.HostNode;
using EdgeMeters.Metering;
using EdgeMeters.Metering.Bus.Modbus;
using EdgeMeters.Metering.Configuration;
using EdgeMeters.Metering.Ports;
using EdgeMeters.Metering.Registers;
using EdgeMeters.Wire;

namespace EdgeMeters.Firmware.Tests.HostNode;

/// <summary>A month of a node with 16 meters on the host's own file device and cryptography, in virtual time, with a link that stands one hour in five.</summary>
[Collection(nameof(QuietProcess))]
public sealed class ThirtyDaysTests(ITestOutputHelper output)
{
    private const int Days = 30;
    private const int IntervalSeconds = 900;
    private const int StepMs = 5000;
    private const int BusMeters = 12;
    private const int PulseMeters = 4;
    private const int Intervals = Days * 86400 / IntervalSeconds;

    /// <summary>What the runtime itself may keep more from one day to another: caches, pools, tables of the collector.</summary>
    private const int NoiseBytes = 48 * 1024;

    private readonly VirtualClock _clock = new() { UtcMs = 1_800_000_000_000 / (1000 * IntervalSeconds) * (1000 * IntervalSeconds) + 1000 };
    private readonly long[] _dials = new long[BusMeters + PulseMeters];

    [Fact]
    public void Thirty_days_with_a_link_one_hour_in_five_miss_no_interval_and_the_heap_stays_flat()
    {
        Random random = new(Seed.Take(output));
        using TemporaryFolder folder = new();
        using FileBlockDevice device = FileBlockDevice.Open(folder.Of("journal"), 256);
        HmacBlockMac mac = new("node", new byte[32]);
        MonthLink link = new(mac, Intervals, _dials.Length);
        QuietHost host = new();
        NodePorts ports = new(device, link, _clock, new SeededEntropy(1), mac, host, host)
        {
            Lines = [new DialLine(_dials)],
            Counters = [.. Enumerable.Range(0, _dials.Length).Select(i => i < BusMeters ? null : new DialCounter(_dials, i))],
        };
        NodeCore core = new(Table(), ports, 1, 512);
        List<long> heapBytes = [];
        long intervals = 0;
        while (intervals < Intervals)
        {
            if (_clock.MonotonicMs % 3_600_000 < StepMs)
                link.IsConnected = random.Next(5) == 0;
            for (int i = 0; i < _dials.Length; i++)
                _dials[i] += random.Next(4) == 0 ? 1 : 0;
            core.StepAcquisition();
            if (core.Acquisition.RowsAppended != intervals)
                link.Expect((uint)++intervals, _dials);
            core.StepUplink();
            _clock.Advance(StepMs);
            if (_clock.MonotonicMs % 86_400_000 < StepMs && intervals > 0)
                heapBytes.Add(GC.GetTotalMemory(forceFullCollection: true));
        }
        link.IsConnected = true;
        for (int i = 0; i < 200 && !core.Session.IsDrained; i++)
            core.StepUplink();
        Assert.True(core.Session.IsDrained);
        long[] later = [.. heapBytes.Skip(2)];
        output.WriteLine($"{Intervals} intervals of {_dials.Length} meters, {link.Blocks} blocks of {link.Bytes} bytes; "
            + $"heap after each day {later.Min() / 1024} to {later.Max() / 1024} KiB");
        link.CheckAll();
        Assert.InRange(later[^1] - later[0], long.MinValue, NoiseBytes);
    }

    private static NodeTable Table() => new()
    {
        Version = 1,
        Node = "node",
        GatewayHost = "gateway",
        GatewayPort = 8883,
        IntervalSeconds = IntervalSeconds,
        CheckpointSeconds = 900,
        Lines = [new LineTable()],
        Meters = [.. Enumerable.Range(1, BusMeters).Select(unit => new MeterTable { Address = [(byte)unit] })],
        Channels = [.. Enumerable.Range(0, BusMeters).Select(BusChannel), .. Enumerable.Range(0, PulseMeters).Select(PulseChannel)],
    };

    private static ChannelTable BusChannel(int i) => new()
    {
        Layout = new ChannelLayout { MeterSerial = "E" + i, Register = "1-0:1.8.0", Unit = Unit.Wh },
        Kind = ChannelKind.Bus, Meter = (byte)i, Point = new ModbusPoint { Function = 3, Type = RegisterType.U32 },
    };

    private static ChannelTable PulseChannel(int i) => new()
    {
        Layout = new ChannelLayout { MeterSerial = "W" + i, Register = "8-0:1.0.0", Unit = Unit.Litre },
        Kind = ChannelKind.Pulse, Input = (byte)i, Contact = ContactKind.Counter, PulsesPerSecondMax = 10,
    };

    /// <summary>Sixteen meters that answer at once; allocates nothing, so that what the heap shows is the node's.</summary>
    private sealed class DialLine(long[] dials) : ISerialLine
    {
        private readonly byte[] _frame = new byte[16];
        private int _answerBytes;

        public int BaudRate => 9600;

        public void Use(int baudRate, byte parity, byte stopBits)
        {
        }

        public void Write(byte[] buffer, int offset, int count)
        {
            long dial = dials[buffer[offset] - 1];
            _frame[0] = buffer[offset];
            _frame[1] = 3;
            int bytes = 2 * buffer[offset + 5];
            _frame[2] = (byte)bytes;
            for (int i = 0; i < bytes; i++)
                _frame[3 + i] = i < 4 ? (byte)(dial >> (24 - 8 * i)) : (byte)0;
            ushort crc = Crc16.Compute(_frame, 0, 3 + bytes);
            _frame[3 + bytes] = (byte)crc;
            _frame[4 + bytes] = (byte)(crc >> 8);
            _answerBytes = 5 + bytes;
        }

        public int Read(byte[] buffer, int offset, int count, int timeoutMs)
        {
            int answerBytes = _answerBytes;
            _answerBytes = 0;
            Array.Copy(_frame, 0, buffer, offset, answerBytes);
            return answerBytes;
        }
    }

    private sealed class DialCounter(long[] dials, int meter) : IPulseCounter
    {
        public long ReadTotal() => dials[meter];
    }
}
