using CsCheck;
using EdgeMeters.HostNode.Serial;
using EdgeMeters.Metering.Bus;
using EdgeMeters.Metering.Bus.Modbus;
using EdgeMeters.Metering.Ports;

namespace EdgeMeters.SystemTests.Serial;

/// <summary>Modbus TCP in the clothes of a serial line, over a connection whose bytes the test writes itself.</summary>
public sealed class ModbusTcpLineTests
{
    // pymodbus-dev/pymodbus, test/framer/test_framer.py: function 3, unit 17, two registers from 124; transaction 0.
    private const string Request = "00 00 00 00 00 06 11 03 00 7C 00 02";
    private const string Answer = "00 00 00 00 00 07 11 03 04 00 8D 00 8E";

    private static readonly byte[] RtuRequest = WithCrc("11 03 00 7C 00 02");
    private static readonly byte[] RtuAnswer = WithCrc("11 03 04 00 8D 00 8E");

    private readonly Connection _connection = new();
    private readonly ModbusTcpLine _line;

    public ModbusTcpLineTests()
    {
        _line = new ModbusTcpLine(_connection, "tcp://meter:502", firstTransaction: 0);
    }

    private static byte[] Bytes(string hex) => Convert.FromHexString(hex.Replace(" ", ""));

    private static byte[] WithCrc(string hex)
    {
        byte[] body = Bytes(hex);
        ushort crc = Crc16.Compute(body, 0, body.Length);
        return [.. body, (byte)crc, (byte)(crc >> 8)];
    }

    private void DropsItAndHearsTheAnswer(string frame, string why)
    {
        Ask();
        _connection.Arrive(Bytes(frame));
        Assert.True(Hear().Length == 0, why);
        Assert.Equal(1, _line.FramesDropped);
        _connection.Arrive(Bytes(Answer));
        Assert.Equal(RtuAnswer, Hear());
    }

    private void Ask() => _line.Write(RtuRequest, 0, RtuRequest.Length);

    private byte[] Hear()
    {
        List<byte> heard = [];
        byte[] buffer = new byte[5];
        for (int read; (read = _line.Read(buffer, 0, buffer.Length, 0)) > 0;)
            heard.AddRange(buffer[..read]);
        return [.. heard];
    }

    [Fact]
    public void The_published_exchange_comes_out_as_Modbus_RTU()
    {
        Ask();
        Assert.Equal(Bytes(Request), _connection.Sent);
        _connection.Arrive(Bytes(Answer));
        byte[] heard = Hear();
        Assert.Equal(RtuAnswer, heard);
        Assert.Equal(BusResult.Ok, ModbusFrame.Judge(heard, heard.Length, 17, 3, 2));
        Assert.Equal(0, _line.FramesDropped);
    }

    [Theory]
    [InlineData("00 01 00 00 00 07 11 03 04 00 8D 00 8E", "another transaction")]
    [InlineData("FF FF 00 00 00 07 11 03 04 00 8D 00 8E", "the transaction before")]
    [InlineData("00 00 00 01 00 07 11 03 04 00 8D 00 8E", "another protocol")]
    [InlineData("00 00 01 00 00 07 11 03 04 00 8D 00 8E", "another protocol, bytes swapped")]
    [InlineData("00 00 00 00 00 07 12 03 04 00 8D 00 8E", "another unit")]
    [InlineData("00 00 00 00 00 07 00 03 04 00 8D 00 8E", "unit 0")]
    public void What_is_no_answer_to_the_request_is_dropped_and_the_answer_after_it_is_not(string frame, string why)
    {
        DropsItAndHearsTheAnswer(frame, why);
    }

    [Theory]
    [InlineData("00 00 00 00 00 06 11 03 04 00 8D 00", "cut short")]
    [InlineData("00 00 00 00 00 08 11 03 04 00 8D 00 8E 00", "goes on")]
    [InlineData("00 00 00 00 00 07 11 03 06 00 8D 00 8E", "says that it holds more")]
    [InlineData("00 00 00 00 00 07 11 03 02 00 8D 00 8E", "says that it holds less")]
    [InlineData("00 00 00 00 00 04 11 83 02 00", "a refusal that goes on")]
    public void A_frame_whose_length_is_not_that_of_its_content_is_dropped(string frame, string why)
    {
        DropsItAndHearsTheAnswer(frame, why);
    }

    [Theory]
    [InlineData("00 00 00 00 00 07 11 04 04 00 8D 00 8E", BusResult.WrongFunction)]
    [InlineData("00 00 00 00 00 05 11 03 02 00 8D", BusResult.WrongLength)]
    [InlineData("00 00 00 00 00 03 11 83 02", BusResult.Refused)]
    public void An_answer_is_judged_by_the_bus_as_on_a_serial_line(string frame, BusResult judged)
    {
        Ask();
        _connection.Arrive(Bytes(frame));
        byte[] heard = Hear();
        Assert.Equal(judged, ModbusFrame.Judge(heard, heard.Length, 17, 3, 2));
    }

    [Theory]
    [InlineData("00 00 00 00 00 00")]
    [InlineData("00 00 00 00 00 02 11 03")]
    [InlineData("00 00 00 00 00 FF 11 03")]
    [InlineData("48 54 54 50 2F 31 2E 31")]
    public void A_length_that_no_frame_has_ends_the_line_with_what_it_may_be_instead(string bytes)
    {
        Ask();
        _connection.Arrive(Bytes(bytes));
        DeviceException e = Assert.Throws<DeviceException>(Hear);
        Assert.Contains("tcp://meter:502", e.Message);
        Assert.Contains("rtu+tcp://meter:502", e.Message);
    }

    [Fact]
    public void An_answer_in_single_bytes_is_one_answer_and_a_cut_one_is_none()
    {
        Ask();
        byte[] answer = Bytes(Answer);
        foreach (byte b in answer[..^1])
        {
            _connection.Arrive([b]);
            Assert.Empty(Hear());
        }
        _connection.Arrive(answer[^1..]);
        Assert.Equal(RtuAnswer, Hear());
    }

    [Fact]
    public void Of_two_answers_to_one_request_the_second_is_dropped()
    {
        Ask();
        _connection.Arrive([.. Bytes(Answer), .. Bytes(Answer)]);
        Assert.Equal(RtuAnswer, Hear());
        Assert.Equal(1, _line.FramesDropped);
    }

    [Fact]
    public void A_late_answer_is_not_taken_for_that_of_the_next_request()
    {
        Ask();
        Assert.Empty(Hear());
        Ask();
        _connection.Arrive(Bytes(Answer));
        Assert.Empty(Hear());
        Assert.Equal(1, _line.FramesDropped);
    }

    [Fact]
    public void No_transaction_number_comes_again_within_65536_requests()
    {
        HashSet<int> seen = [];
        for (int i = 0; i < 65_536; i++)
        {
            _connection.Sent.Clear();
            Ask();
            Assert.True(seen.Add((_connection.Sent[0] << 8) | _connection.Sent[1]), $"again after {i} requests");
        }
    }

    [Fact]
    public void A_request_of_another_protocol_is_refused()
    {
        byte[] dlt645 = Bytes("68 AA AA AA AA AA AA 68 13 00 DF 16");
        Assert.Contains("Modbus only", Assert.Throws<ArgumentException>(() => _line.Write(dlt645, 0, dlt645.Length)).Message);
        Assert.Empty(_connection.Sent);
    }

    [Fact]
    public void Whatever_arrives_only_the_answer_to_the_request_is_passed_on()
    {
        // Frames with one header field changed, in any order and any pieces, before the true answer.
        Gen<byte[]> foreign = Gen.Select(Gen.Int[0, 3], Gen.Byte[1, 255], Gen.Byte.Array[1, 20], (field, change, pdu) =>
        {
            byte[] frame = [0, 0, 0, 0, 0, (byte)(2 + pdu.Length), 17, 3, .. pdu];
            frame[field == 3 ? 6 : field] ^= change;
            return frame;
        });
        Gen.Select(foreign.Array[0, 6], Gen.Int[1, 30].Array[1, 20]).Sample((frames, pieces) =>
        {
            Connection connection = new();
            ModbusTcpLine line = new(connection, "tcp://meter:502", 0);
            line.Write(RtuRequest, 0, RtuRequest.Length);
            byte[] all = [.. frames.SelectMany(f => f), .. Bytes(Answer)];
            List<byte> heard = [];
            byte[] buffer = new byte[300];
            for (int at = 0, piece = 0; at < all.Length; piece++)
            {
                int count = Math.Min(pieces[piece % pieces.Length], all.Length - at);
                connection.Arrive(all[at..(at + count)]);
                at += count;
                for (int read; (read = line.Read(buffer, 0, buffer.Length, 0)) > 0;)
                    heard.AddRange(buffer[..read]);
            }
            return heard.SequenceEqual(RtuAnswer) && line.FramesDropped == frames.Length;
        });
    }

    private sealed class Connection : ISerialLine
    {
        private readonly Queue<byte> _arrived = new();

        public List<byte> Sent { get; } = [];

        public int BaudRate => 9600;

        public void Arrive(byte[] bytes)
        {
            foreach (byte b in bytes)
                _arrived.Enqueue(b);
        }

        public void Use(int baudRate, byte parity, byte stopBits)
        {
        }

        public void Write(byte[] buffer, int offset, int count) => Sent.AddRange(buffer[offset..(offset + count)]);

        public int Read(byte[] buffer, int offset, int count, int timeoutMs)
        {
            int read = 0;
            while (read < count && _arrived.TryDequeue(out byte b))
                buffer[offset + read++] = b;
            return read;
        }
    }
}
