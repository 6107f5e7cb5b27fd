using CsCheck;
using EdgeMeters.Firmware.Tests.Core;
using EdgeMeters.Firmware.Tests.Wire;
using EdgeMeters.Metering.Bus.Modbus;
using EdgeMeters.Metering.Configuration;
using EdgeMeters.Metering.Registers;
using EdgeMeters.Wire;

namespace EdgeMeters.Firmware.Tests.Tables;

public sealed class NodeTableCodecTests
{
    private readonly BlockEnvelope _envelope = HmacBlockMac.AnyNode();
    private readonly byte[] _block = new byte[NodeTable.BytesMax];

    private static readonly Gen<LineTable> Line =
        Gen.Select(Gen.Int[300, 115200], Gen.Byte[0, 2], Gen.Byte[1, 2], Gen.Int[20, 10000], Gen.Int[0, 20000])
            .Select((baud, parity, stop, timeout, late) => new LineTable
            {
                BaudRate = baud, Parity = parity, StopBits = stop, TimeoutMs = timeout, LateAnswerMsMax = timeout + late,
            });

    private static readonly Gen<NodeTable> Tables = Gen.Select(
        Gen.UInt[1, uint.MaxValue], Gen.Int[1, 86400], Gen.Int[1, 3600], Gen.Int[1024, 16384], Gen.Bool, Line.Array[1, 8], Gen.Int[1, 32], Gen.Int)
        .Select((version, interval, checkpoint, block, sleeps, lines, channels, seed) =>
        {
            Random random = new(seed);
            return WithMeters(Make(version, interval, checkpoint, block, sleeps, lines, channels, random), random);
        });

    [Fact]
    public void Every_table_comes_back_as_it_was_and_fits()
    {
        Tables.Sample(
            table =>
            {
                int count = NodeTableCodec.Write(_envelope, table, _block);
                Assert.True(count > 0, "the table does not fit");
                NodeTable? read = NodeTableCodec.Read(_block, count, out string fault);
                Assert.Equal("", fault);
                Assert.Equivalent(table, read, strict: true);
            },
            iter: 200,
            threads: 1);
    }

    [Fact]
    public void A_table_cut_short_anywhere_is_refused_whole()
    {
        int count = NodeTableCodec.Write(_envelope, VirtualNode.Table(), _block);
        byte[] body = _block[BlockEnvelope.HeadBytes..(count - BlockEnvelope.CrcBytes - BlockEnvelope.MacBytes)];
        for (int length = 0; length < body.Length; length++)
            Assert.NotEqual("", FaultOf(body[..length]));
        Assert.Equal("its channels end early, or bytes follow them", FaultOf([.. body, 0]));
        Assert.Equal("", FaultOf(body));
    }

    [Fact]
    public void A_flipped_bit_in_the_body_never_gives_another_table_that_breaks_a_rule()
    {
        int count = NodeTableCodec.Write(_envelope, VirtualNode.Table(), _block);
        byte[] body = _block[BlockEnvelope.HeadBytes..(count - BlockEnvelope.CrcBytes - BlockEnvelope.MacBytes)];
        for (int bit = 0; bit < 8 * body.Length; bit++)
        {
            body[bit / 8] ^= (byte)(1 << (bit % 8));
            if (Read(body, out _) is { } table)
                Assert.Equal("", NodeTableFault.Of(table));
            body[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    public static TheoryData<string, Action<NodeTable>> Faults => new()
    {
        { "version", t => t.Version = 0 },
        { "node", t => t.Node = "" },
        { "node", t => t.Node = "a/b" },
        { "node", t => t.Node = new string('n', 41) },
        { "gateway host", t => t.GatewayHost = "" },
        { "gateway host", t => t.GatewayHost = "a b" },
        { "gateway port", t => t.GatewayPort = 0 },
        { "station", t => t.Station = 65536 },
        { "interval", t => t.IntervalSeconds = 0 },
        { "checkpoint", t => t.CheckpointSeconds = 3601 },
        { "block", t => t.BlockBytesMax = 100 },
        { "lines", t => t.Lines = [.. Enumerable.Repeat(new LineTable(), 9)] },
        { "line 0", t => t.Lines[0].BaudRate = 200 },
        { "line 0", t => t.Lines[0].LateAnswerMsMax = 10 },
        { "channels", t => t.Channels = [] },
        { "meter 0", t => t.Meters[0].Line = 1 },
        { "meter 0", t => t.Meters[0].Address = [248] },
        { "meter 0", t => t.Meters[0].Address = [1, 2] },
        { "meter 0", t => t.Meters[0].Protocol = 0 },
        { "meter 0", t => t.Meters[0].GapMs = 1001 },
        { "meter 0", t => t.Meters[0].RegistersMax = 126 },
        { "meter 0", t => t.Meters[0].BaudRate = 299 },
        { "meter 1: no channel", t => t.Meters = [t.Meters[0], new MeterTable { Address = [2] }] },
        { "meter 1: the same", t => { t.Meters = [t.Meters[0], new MeterTable()]; t.Channels[1] = On(1); } },
        { "channel 0", t => { t.Channels[1] = On(0); t.Channels[0].Meter = 7; } },
        { "channel 0", t => t.Channels[0].Point = null },
        { "channel 0", t => Point(t).Function = 6 },
        { "channel 0", t => Point(t).Type = 0 },
        { "channel 0", t => Point(t).FloatScale = 0 },
        { "channel 0", t => Point(t).Address = 65535 },
        { "channel 0", t => Point(t).Nulls = 8 },
        { "channel 0", t => { Point(t).Scale = ScaleKind.PowerOfTen; Point(t).ScaleFirst = 3; } },
        { "channel 0", t => { Point(t).Scale = ScaleKind.PowerOfTen; Point(t).ScaleLast = 10; } },
        { "channel 0", t => { t.Channels[1] = On(0); t.Channels[0].Kind = (ChannelKind)9; } },
        { "channel 1", t => t.Channels[1].PulsesPerSecondMax = 18 },
        { "channel 1", t => t.Channels[1].Contact = 0 },
        { "channel 1", t => t.Channels[1].StartPulses = -1 },
        { "channel 1", t => t.Channels[1].Layout = t.Channels[0].Layout },
        { "channel 1", t => t.Channels[1].Layout.MeterSerial = "a b" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void What_is_wrong_is_named_and_neither_written_nor_read(string place, Action<NodeTable> spoil)
    {
        NodeTable table = VirtualNode.Table();
        spoil(table);
        Assert.StartsWith(place, NodeTableFault.Of(table), StringComparison.Ordinal);
        Assert.Contains(place, Assert.Throws<ArgumentException>(() => NodeTableCodec.Write(_envelope, table, _block)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_channels_on_one_input_are_refused()
    {
        NodeTable table = VirtualNode.Table();
        ChannelTable second = VirtualNode.Table().Channels[1];
        second.Layout.MeterSerial = "W2";
        table.Channels = [.. table.Channels, second];
        Assert.Equal("channel 2: the same input as channel 1", NodeTableFault.Of(table));
    }

    private string FaultOf(byte[] body)
    {
        Read(body, out string fault);
        return fault;
    }

    private NodeTable? Read(byte[] body, out string fault)
    {
        ByteWriter writer = new();
        byte[] block = new byte[NodeTable.BytesMax];
        writer.Start(block, 0, block.Length);
        _envelope.Open(writer, BlockKind.Configuration);
        writer.Bytes(body, 0, body.Length);
        return NodeTableCodec.Read(block, _envelope.Seal(writer, block, 0), out fault);
    }

    private static ModbusPoint Point(NodeTable table) => (ModbusPoint)table.Channels[0].Point!;

    private static ChannelTable On(byte meter) => new()
    {
        Layout = new ChannelLayout { MeterSerial = "E2", Register = "1-0:1.8.0", Unit = Unit.Wh },
        Kind = ChannelKind.Bus, Meter = meter, Point = new ModbusPoint { Function = 3, Type = RegisterType.U16 },
    };

    // The longest serial numbers and the widest scales: the most bytes that a table can have.
    private static NodeTable Make(
        uint version, int interval, int checkpoint, int block, bool sleeps, LineTable[] lines, int channels, Random random) => new()
    {
        Version = version,
        Node = new string('n', random.Next(1, 41)),
        Board = (byte)random.Next(256),
        GatewayHost = new string('h', random.Next(1, 65)),
        GatewayPort = random.Next(1, 65536),
        Station = random.Next(65536),
        IntervalSeconds = interval,
        CheckpointSeconds = checkpoint,
        BlockBytesMax = block,
        MaySleep = sleeps,
        Lines = lines,
        Channels = [.. Enumerable.Range(0, channels).Select(i => Channel(i, random))],
    };

    private static NodeTable WithMeters(NodeTable table, Random random)
    {
        List<MeterTable> meters = [];
        foreach (ChannelTable channel in table.Channels.Where(channel => channel.Kind == ChannelKind.Bus))
        {
            channel.Meter = (byte)meters.Count;
            meters.Add(new MeterTable
            {
                Line = (byte)random.Next(table.Lines.Length),
                Address = [(byte)(meters.Count + 1)],
                BaudRate = random.Next(2) == 0 ? 0 : random.Next(300, 115_201),
                Parity = (byte)random.Next(3),
                StopBits = (byte)random.Next(1, 3),
                GapMs = random.Next(1001),
                RegistersMax = random.Next(1, 126),
                Variant = (byte)random.Next(256),
            });
        }
        table.Meters = [.. meters];
        return table;
    }

    private static ChannelTable Channel(int i, Random random)
    {
        ChannelTable channel = new()
        {
            Layout = new ChannelLayout { MeterSerial = "SERIAL" + i, Register = "1-0:1.8.0", Unit = Unit.Wh, Numerator = random.Next(1, 1000) },
            Kind = random.Next(2) == 0 ? ChannelKind.Bus : ChannelKind.Pulse,
        };
        if (channel.Kind == ChannelKind.Pulse)
        {
            channel.Input = (byte)i;
            channel.Contact = (ContactKind)random.Next(1, 4);
            channel.MicrosecondsMin = random.Next(1_000_001);
            channel.PulsesPerSecondMax = random.Next(1, 18);
            channel.StartPulses = random.NextInt64(long.MaxValue);
            return channel;
        }
        ModbusPoint point = new()
        {
            Function = (byte)random.Next(3, 5),
            Address = (ushort)random.Next(65533),
            Type = (RegisterType)random.Next(1, 15),
            Order = (WordOrder)random.Next(1, 5),
            FloatScale = random.Next(1, 1_000_001),
            Nulls = (byte)random.Next(8),
            Scale = (ScaleKind)random.Next(3),
        };
        if (point.Scale != ScaleKind.None)
        {
            point.ScaleAddress = (ushort)random.Next(65536);
            point.ScaleFirst = (short)random.Next(-9, 10);
            point.ScaleLast = (short)random.Next(point.ScaleFirst, 10);
        }
        channel.Point = point;
        return channel;
    }
}
