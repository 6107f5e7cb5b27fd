using CsCheck;
using EdgeMeters.Field.Line;
using EdgeMeters.Field.Scan;
using EdgeMeters.Metering.Bus;
using EdgeMeters.Metering.Bus.Modbus;
using EdgeMeters.Metering.Configuration;
using EdgeMeters.Metering.Ports;
using EdgeMeters.Wire;

namespace EdgeMeters.SystemTests.Field;

/// <summary>
/// A scan over a line that is only there in memory and in virtual time. A pseudo-terminal carries every byte whatever rate and parity are set, so
/// that the right ones are found is proven here: this line answers at one setting, and gives noise at the others.
/// </summary>
public sealed class ScannerTests
{
    // DL/T 645-2007, 7.3, and the trace at hwhale.com/article/138066: the meter 000000000161 says its address.
    private const string Dlt645Answer = "FE FE FE 68 61 01 00 00 00 00 68 93 06 94 34 33 33 33 33 5F 16";

    // CJ/T 188-2004: type 10, address 78330011223344, answers to 810A.
    private const string Cjt188Answer = "68 10 44 33 22 11 00 33 78 83 03 0A 81 00 DE 16";

    private static (Scanner Scanner, RateLine Line) Scan(ScanRange range, RateLine line)
    {
        ScanPlan plan = new(range);
        LineTable table = new() { TimeoutMs = range.TimeoutMs, LateAnswerMsMax = range.TimeoutMs };
        using LineSession session = new(line, line, table, isModbusTcp: range.IsModbusTcp);
        Scanner scanner = new(session, plan, new Silence());
        Assert.True(scanner.Run(CancellationToken.None));
        return (scanner, line);
    }

    private static ScanRange Range(bool isFull, IEnumerable<int>? units = null, BusProtocol? protocol = null) => new(
        isFull, IsNetwork: false, IsModbusTcp: false, null, null, protocol, [.. (units ?? Enumerable.Range(1, 16)).Select(u => (byte)u)], 150);

    [Fact]
    public void Every_meter_within_the_range_is_found_at_its_setting_and_nobody_else()
    {
        int[] bauds = [9600, 2400, 19200, 4800, 1200, 38400, 115200, 57600, 600, 300];
        Gen<ScanSetting> settings = Gen.Select(Gen.OneOf(bauds), Gen.OneOf((0, 1), (2, 1), (1, 1), (0, 2)))
            .Select((baud, framing) => new ScanSetting(baud, (byte)framing.Item1, (byte)framing.Item2));
        Gen.Select(settings, Gen.Int[1, 40].HashSet[0, 5], Gen.Bool).Sample(
            (setting, units, isNoisy) =>
            {
                (Scanner scanner, _) = Scan(Range(isFull: true, Enumerable.Range(1, 40), BusProtocol.Modbus), new RateLine(setting, units, isNoisy));
                return scanner.Findings.All(f => f.Setting == setting && f.Protocol == BusProtocol.Modbus)
                    && scanner.Findings.Select(f => int.Parse(f.Address)).Order().SequenceEqual(units.Order());
            },
            iter: 40);
    }

    [Fact]
    public void Meters_that_say_their_address_are_found_with_it()
    {
        RateLine line = new(new ScanSetting(2400, 2, 1), [], isNoisy: false);
        line.Answers[0x13] = Convert.FromHexString(Dlt645Answer.Replace(" ", ""));
        line.Answers[0x03] = Convert.FromHexString(Cjt188Answer.Replace(" ", ""));
        (Scanner scanner, _) = Scan(Range(isFull: false), line);
        Assert.Equal(
            [(BusProtocol.Dlt645, "000000000161"), (BusProtocol.Cjt188, "78330011223344 --meter-type 10")],
            scanner.Findings.Select(f => (f.Protocol, f.Address)));
        Assert.All(scanner.Findings, f => Assert.Equal("2400 8E1", f.Setting.ToString()));
    }

    [Fact]
    public void Noise_is_no_meter_and_says_that_a_setting_is_near()
    {
        (Scanner scanner, _) = Scan(Range(isFull: false), new RateLine(new ScanSetting(300, 1, 1), [3], isNoisy: true));
        Assert.Empty(scanner.Findings);
        Assert.NotEmpty(scanner.Disturbed);
    }

    [Fact]
    public void A_rate_that_the_adapter_cannot_do_is_left_out_and_named()
    {
        RateLine line = new(new ScanSetting(19200, 2, 1), [4], isNoisy: false) { BaudImpossible = 2400 };
        (Scanner scanner, _) = Scan(Range(isFull: false), line);
        Assert.Equal("4", Assert.Single(scanner.Findings).Address);
        Assert.Equal([new ScanSetting(2400, 2, 1)], scanner.Refused.Keys);
    }

    [Fact]
    public void Only_questions_are_sent()
    {
        (_, RateLine line) = Scan(Range(isFull: true, [1, 2]), new RateLine(new ScanSetting(9600, 0, 1), [1], isNoisy: false));
        Assert.NotEmpty(line.Sent);
        Assert.All(line.Sent, frame => Assert.True(IsQuestion(frame), Convert.ToHexString(frame)));
    }

    /// <summary>Modbus functions 1 to 4; DL/T 645 11, 13 and 01; CJ/T 188 01 and 03; M-Bus reset of the link, selection and question.</summary>
    private static bool IsQuestion(byte[] frame)
    {
        byte[] bare = [.. frame.SkipWhile(b => b == 0xFE)];
        return bare[0] switch
        {
            0x68 when bare[7] == 0x68 => bare[8] is 0x11 or 0x13 or 0x01,
            0x68 => bare[9] is 0x01 or 0x03,
            0x10 when bare.Length == 5 => bare[1] is 0x40 or 0x5B or 0x7B,
            _ => bare.Length == ModbusFrame.ReadRequestBytes && bare[1] is >= 1 and <= 4,
        };
    }

    [Fact]
    public void What_takes_long_is_said_before_and_is_not_far_from_the_truth()
    {
        RateLine line = new(new ScanSetting(9600, 0, 1), [], isNoisy: false);
        ScanRange range = Range(isFull: false);
        Scan(range, line);
        double said = new ScanPlan(range).Duration.TotalMilliseconds;
        Assert.InRange(line.MonotonicMs, 0.8 * said, 1.2 * said);
    }

    [Fact]
    public void The_likely_settings_come_first_and_the_full_search_leaves_none_out()
    {
        ScanPlan quick = new(Range(isFull: false));
        Assert.Equal("9600 8N1", quick.Stages[0].Setting.ToString());
        Assert.Equal(BusProtocol.Modbus, quick.Stages[0].Protocol);
        Assert.True(quick.Duration < TimeSpan.FromMinutes(1), $"the quick scan takes {quick.Duration}");
        ScanPlan full = new(Range(isFull: true, Enumerable.Range(1, 247)));
        Assert.Equal(40, full.Stages.Select(s => s.Setting).Distinct().Count());
        Assert.Equal(full.Stages.Count, full.Stages.Select(s => (s.Setting, s.Protocol)).Distinct().Count());
        Assert.Equal(quick.Stages.Select(s => s.Setting).Distinct(), full.Stages.Select(s => s.Setting).Distinct().Take(7));
    }

    [Fact]
    public void A_scan_that_is_stopped_keeps_what_it_found()
    {
        RateLine line = new(new ScanSetting(9600, 0, 1), [1, 2, 3], isNoisy: false);
        ScanRange range = Range(isFull: false);
        using CancellationTokenSource stop = new();
        LineTable table = new() { TimeoutMs = range.TimeoutMs, LateAnswerMsMax = range.TimeoutMs };
        using LineSession session = new(line, line, table, isModbusTcp: false);
        Scanner scanner = new(session, new ScanPlan(range), new StopAtFirst(stop));
        Assert.False(scanner.Run(stop.Token));
        Assert.Equal("1", Assert.Single(scanner.Findings).Address);
    }

    private class Silence : IScanProgress
    {
        public void Begin(ScanStage stage, int done)
        {
        }

        public void Step(int done)
        {
        }

        public virtual void Found(ScanFinding finding)
        {
        }
    }

    private sealed class StopAtFirst(CancellationTokenSource stop) : Silence
    {
        public override void Found(ScanFinding finding) => stop.Cancel();
    }

    /// <summary>A line with Modbus meters at one setting, and its clock. At other settings its meters answer with noise, or not at all.</summary>
    private sealed class RateLine(ScanSetting setting, IEnumerable<int> units, bool isNoisy) : ISerialLine, INodeClock
    {
        private readonly HashSet<int> _units = [.. units];
        private readonly Queue<byte> _arriving = new();
        private ScanSetting _own = new(0, 0, 0);

        public List<byte[]> Sent { get; } = [];

        /// <summary>By control byte of a request in a frame of DL/T 645 or CJ/T 188, its answer.</summary>
        public Dictionary<byte, byte[]> Answers { get; } = [];

        public int BaudImpossible { get; init; }

        public int BaudRate => _own.Baud;

        public long MonotonicMs { get; private set; }

        public long UtcMs => MonotonicMs;

        public ClockQuality Quality => ClockQuality.Synchronised;

        public void Use(int baudRate, byte parity, byte stopBits)
        {
            if (baudRate == BaudImpossible)
                throw new DeviceException("cannot do this rate");
            _own = new ScanSetting(baudRate, parity, stopBits);
        }

        public void Write(byte[] buffer, int offset, int count)
        {
            byte[] frame = buffer[offset..(offset + count)];
            Sent.Add(frame);
            MonotonicMs += RtuTiming.BytesMs(BaudRate, count);
            byte[] answer = AnswerTo(frame);
            if (_own != setting)
                answer = isNoisy && answer.Length > 0 ? [0x5A, 0xA5, 0x00] : [];
            foreach (byte b in answer)
                _arriving.Enqueue(b);
        }

        public int Read(byte[] buffer, int offset, int count, int timeoutMs)
        {
            int read = 0;
            while (read < count && _arriving.TryDequeue(out byte b))
                buffer[offset + read++] = b;
            if (read == 0)
                MonotonicMs += timeoutMs;
            return read;
        }

        private byte[] AnswerTo(byte[] frame)
        {
            byte[] bare = [.. frame.SkipWhile(b => b == 0xFE)];
            if (bare[0] == 0x68)
                return Answers.GetValueOrDefault(bare[7] == 0x68 ? bare[8] : bare[9], []);
            if (bare.Length != ModbusFrame.ReadRequestBytes || !_units.Contains(bare[0]))
                return [];
            byte[] answer = [bare[0], bare[1], 2, 0x12, 0x34, 0, 0];
            ushort crc = Crc16.Compute(answer, 0, 5);
            answer[5] = (byte)crc;
            answer[6] = (byte)(crc >> 8);
            return answer;
        }
    }
}
