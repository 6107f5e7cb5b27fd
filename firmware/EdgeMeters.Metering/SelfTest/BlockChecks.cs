using EdgeMeters.Wire;

namespace EdgeMeters.Metering.SelfTest;

/// <summary>Whole blocks, with the platform's own authentication code around them.</summary>
internal sealed class BlockChecks
{
    private const int Channels = 16;
    private const int Rows = 8;
    private const int BlockBytes = 1024;

    private readonly SelfTestReport _report;
    private readonly BlockEnvelope _envelope;
    private readonly byte[] _block = new byte[BlockBytes];

    public BlockChecks(SelfTestReport report, IBlockMac mac)
    {
        _report = report;
        _envelope = new BlockEnvelope(mac);
    }

    public void Run()
    {
        Readings();
        Events();
        Layout();
        Words();
    }

    private void Readings()
    {
        ReadingBlock readings = MakeReadings();
        int count = new ReadingBlockWriter(_envelope).Write(readings, Rows, _block, BlockBytes);
        Block("readings", count, "308 bytes f74d7d98");
        _report.Text("readings mac", SelfTestReport.HexOf(_block, count - BlockEnvelope.MacBytes, BlockEnvelope.MacBytes), "9a26134c31a7ff4d");
        ReadingBlock back = new ReadingBlock(Rows * Channels);
        ReadingBlockReader reader = new ReadingBlockReader();
        _report.Number("readings taken", (long)reader.TryRead(_block, count, back), (long)BlockError.None);
        int same = 0;
        for (int i = 0; i < Rows * Channels; i++)
        {
            bool isMissing = readings.Qualities[i] == (byte)Quality.Missing;
            same += back.Qualities[i] == readings.Qualities[i] && back.Registers[i] == (isMissing ? 0 : readings.Registers[i]) ? 1 : 0;
        }
        _report.Number("readings read back", same, Rows * Channels);
        _report.Number("last time", back.UtcSecondsOf(Rows - 1), 1790006300);
        _report.Number("one row too many bytes", new ReadingBlockWriter(_envelope).Write(readings, Rows, _block, count - 1), 0);
        count = new ReadingBlockWriter(_envelope).Write(readings, Rows, _block, BlockBytes);
        _block[count / 2] ^= 4;
        _report.Number("readings with a flipped bit", (long)reader.TryRead(_block, count, back), (long)BlockError.CrcMismatch);
    }

    private static ReadingBlock MakeReadings()
    {
        ReadingBlock readings = new ReadingBlock(Rows * Channels);
        readings.Epoch = 0xC0FFEE01;
        readings.LayoutId = 0x89ABCDEF;
        readings.FirstSequence = 4294967288;
        readings.StartUtcSeconds = 1790000000;
        readings.PeriodSeconds = 900;
        readings.Channels = Channels;
        readings.Rows = Rows;
        SelfTestEntropy entropy = new SelfTestEntropy(11);
        for (int channel = 0; channel < Channels; channel++)
        {
            long register = (long)entropy.NextUInt32() << (channel * 2);
            for (int row = 0; row < Rows; row++)
            {
                register += entropy.NextUInt32() % (1u << channel);
                int i = row * Channels + channel;
                readings.Registers[i] = register;
                readings.Qualities[i] = (byte)(channel % 5 != 4 ? 0 : row / 3);
            }
        }
        return readings;
    }

    private void Events()
    {
        EventBlock events = new EventBlock();
        events.Epoch = 0xC0FFEE01;
        events.LayoutId = 1;
        events.FirstSequence = 77;
        events.Count = 3;
        for (int i = 0; i < events.Count; i++)
        {
            events.UtcSeconds[i] = 4294967295 - (uint)i;
            events.Codes[i] = (byte)(i + 1);
            events.Channels[i] = i == 1 ? EventBlock.WholeNode : (byte)i;
            events.A[i] = i == 0 ? long.MinValue : -i;
            events.B[i] = long.MaxValue >> (20 * i);
        }
        EventBlockCodec codec = new EventBlockCodec();
        int count = codec.Write(_envelope, events, _block, BlockBytes);
        Block("events", count, "68 bytes b16f54ae");
        EventBlock back = new EventBlock();
        _report.Number("events taken", (long)codec.TryRead(_block, count, back), (long)BlockError.None);
        string told = "";
        for (int i = 0; i < back.Count; i++)
        {
            told = SelfTestReport.And(told, back.UtcSeconds[i].ToString() + "/" + back.Channels[i].ToString() + "/" + back.A[i].ToString()
                + "/" + back.B[i].ToString());
        }
        _report.Text(
            "events read back",
            told,
            "4294967295/0/-9223372036854775808/9223372036854775807 4294967294/255/-1/8796093022207 4294967293/2/-2/8388607");
    }

    private void Layout()
    {
        ChannelLayout[] channels = MakeLayout(2);
        byte[] body = new byte[128];
        int bodyCount = LayoutCodec.Write(channels, body);
        _report.Digest("layout", body, bodyCount, "52 bytes baeee525");
        int count = LayoutCodec.WriteBlock(_envelope, body, bodyCount, _block, BlockBytes);
        Block("layout", count, "59 bytes b434fdb5");
        ChannelLayout[] back;
        uint layoutId;
        _report.Number("layout taken", (long)LayoutCodec.TryReadBlock(_block, count, out back, out layoutId), (long)BlockError.None);
        _report.Hex("layout name", layoutId, "f9121b59");
        string told = "";
        for (int i = 0; i < back.Length; i++)
        {
            told = SelfTestReport.And(told, back[i].MeterSerial + " " + back[i].Register + " " + back[i].Numerator.ToString() + "/"
                + back[i].Denominator.ToString() + " " + back[i].Modulus.ToString() + " " + back[i].RateMaxPerHour.ToString());
        }
        _report.Text(
            "layout read back", told, "TEST-1000 1-0:1.8.0 1000/800 100000000 0 TEST-1001 1-0:2.8.0 1000/801 100000000 3600");
    }

    /// <summary>Channels of invented meters, all different.</summary>
    public static ChannelLayout[] MakeLayout(int count)
    {
        ChannelLayout[] channels = new ChannelLayout[count];
        for (int i = 0; i < count; i++)
        {
            channels[i] = new ChannelLayout();
            channels[i].MeterSerial = "TEST-" + (1000 + i).ToString();
            channels[i].Register = "1-0:" + (i + 1).ToString() + ".8.0";
            channels[i].Unit = Unit.Wh;
            channels[i].Numerator = 1000;
            channels[i].Denominator = 800 + i;
            channels[i].Modulus = 100000000;
            channels[i].RateMaxPerHour = 3600 * i;
        }
        return channels;
    }

    private void Words()
    {
        DialogueCodec codec = new DialogueCodec();
        Hello hello = new Hello();
        hello.StartNumber = 0xFFFFFFFF;
        hello.Number = 300;
        hello.LastCommand = 4294967295;
        hello.ApplicationVersion = 66051;
        hello.ConfigurationVersion = 1;
        hello.Board = 3;
        hello.Station = 800;
        hello.Epoch = 0xC0FFEE01;
        hello.OldestRow = 128;
        hello.ReleasedRow = 4294967295;
        hello.OldestEvent = 1;
        hello.ReleasedEvent = 16384;
        hello.IsResending = true;
        int count = codec.Write(_envelope, hello, _block, BlockBytes);
        Block("hello", count, "46 bytes 579c6974");
        Hello helloBack = new Hello();
        codec.TryRead(_block, count, helloBack);
        _report.Number("hello read back", (long)helloBack.LastCommand + helloBack.Number + helloBack.ApplicationVersion + helloBack.Board, 4295033649);
        _report.Number("journal of hello", (long)helloBack.OldestRow + helloBack.ReleasedRow + helloBack.OldestEvent + helloBack.ReleasedEvent, 4294983808);
        TimeAnswer time = new TimeAnswer();
        time.StartNumber = 1;
        time.HelloNumber = 2;
        time.UtcMs = 4294967295000;
        count = codec.Write(_envelope, time, _block, BlockBytes);
        Block("time", count, "18 bytes 088947c2");
        TimeAnswer timeBack = new TimeAnswer();
        codec.TryRead(_block, count, timeBack);
        _report.Number("time read back", timeBack.UtcMs, time.UtcMs);
        Admission admission = new Admission();
        admission.StartNumber = 0xFFFFFFFF;
        admission.HelloNumber = 300;
        admission.WaitSeconds = Admission.WaitSecondsMax;
        admission.SlotSeconds = 719;
        admission.GrowthPercent = 150;
        count = codec.Write(_envelope, admission, _block, BlockBytes);
        Block("admission", count, "20 bytes 469f8a4b");
        Admission admissionBack = new Admission();
        codec.TryRead(_block, count, admissionBack);
        _report.Number("admission read back", admissionBack.WaitSeconds + admissionBack.SlotSeconds + admissionBack.GrowthPercent, 87269);
        Command command = new Command();
        command.StartNumber = 0x80000000;
        command.Number = 9;
        command.Code = (byte)CommandCode.AlignRegister;
        command.Channel = 31;
        command.A = long.MinValue;
        command.B = -1;
        count = codec.Write(_envelope, command, _block, BlockBytes);
        Block("command", count, "25 bytes 14998038");
        Command commandBack = new Command();
        codec.TryRead(_block, count, commandBack);
        _report.Number("command read back", commandBack.A + commandBack.Channel, long.MinValue + 31);
        _report.Number("command is no time", (long)codec.TryRead(_block, count, timeBack), (long)BlockError.UnknownKind);
    }

    private void Block(string name, int count, string expected)
    {
        bool isTrue = count > BlockEnvelope.MacBytes && _envelope.Verify(_block, 0, count) == BlockError.None;
        _report.Digest(name + " block", _block, count - BlockEnvelope.MacBytes, expected);
        _report.Number(name + " block verified", isTrue ? 1 : 0, 1);
    }
}
