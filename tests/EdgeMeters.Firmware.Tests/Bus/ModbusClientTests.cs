using EdgeMeters.Firmware.Tests.Support;
using EdgeMeters.Metering.Bus.Modbus;
using EdgeMeters.Metering.Ports;
using EdgeMeters.Metering.Registers;

namespace EdgeMeters.Firmware.Tests.Bus;

public sealed class ModbusClientTests
{
    private const int TimeoutMs = 500;
    private const int LateAnswerMsMax = 2000;

    private readonly VirtualClock _clock = new();
    private readonly ScriptedLine _line;
    private readonly ModbusClient _client;
    private readonly byte[] _words = new byte[250];

    public ModbusClientTests()
    {
        _line = new ScriptedLine(_clock);
        _client = new ModbusClient(_line, _clock, TimeoutMs, LateAnswerMsMax);
    }

    [Theory]
    [MemberData(nameof(ModbusVectors.Good), MemberType = typeof(ModbusVectors))]
    public void A_published_answer_is_read_even_byte_by_byte(string request, string answer, string words)
    {
        byte[] asked = ModbusVectors.Bytes(request);
        byte[] expected = ModbusVectors.Bytes(words);
        _line.Asked = frame =>
        {
            Assert.Equal(asked, frame);
            int inMs = 40;
            foreach (byte b in ModbusVectors.Bytes(answer))
                _line.Arrive(inMs++, b);
        };
        Assert.Equal(ModbusResult.Ok, Read(asked[0], asked[1], (ushort)((asked[2] << 8) | asked[3]), expected.Length / 2));
        Assert.Equal(expected, _words.Take(expected.Length));
        Assert.Single(_line.Requests);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void An_answer_that_came_while_all_threads_stood_still_is_read(int first)
    {
        byte[] answer = Answer(1, 4, 0x00, 0x00, 0x13, 0x88);
        _line.Asked = _ =>
        {
            _line.Arrive(60, answer[..first]);
            _line.Arrive(90, answer[first..7]);
            _line.Arrive(95, answer[7..]);
        };
        _line.Taken = () => _clock.Advance(8000);
        Assert.Equal(ModbusResult.Ok, Read(1, 4, 72, 2));
        Assert.Equal(0x13, _words[2]);
    }

    [Fact]
    public void An_answer_that_comes_after_the_timeout_is_never_taken_for_the_next_ones()
    {
        // Within the quarantine, at its very end, and a little beyond what was promised, when the next request is already out.
        for (int lateMs = TimeoutMs + 60; lateMs < LateAnswerMsMax + 100; lateMs += 3)
        {
            VirtualClock clock = new();
            ScriptedLine line = new(clock);
            ModbusClient client = new(line, clock, TimeoutMs, LateAnswerMsMax);
            line.Asked = frame =>
            {
                // Register 72 answers late, register 74 after 60 ms; unit, function and length are the same.
                if (frame[3] == 72)
                    line.Arrive(lateMs, Answer(1, 4, 0xAA, 0xAA, 0xAA, 0xAA));
                else
                    line.Arrive(60, Answer(1, 4, 0x00, 0x00, 0x00, 0x4A));
            };
            Assert.Equal(ModbusResult.Timeout, client.ReadRegisters(1, 4, 72, 2, _words));
            for (int again = 0; again < 3; again++)
            {
                ModbusResult result = client.ReadRegisters(1, 4, 74, 2, _words);
                if (result == ModbusResult.Ok)
                    Assert.Equal([0x00, 0x00, 0x00, 0x4A], _words.Take(4));
                else
                    Assert.True(again == 0, "one late answer must cost one reading at most");
            }
        }
    }

    [Fact]
    public void After_a_timeout_the_line_is_left_alone_until_the_latest_answer_has_passed_and_the_next_is_read_twice()
    {
        Assert.Equal(ModbusResult.Timeout, Read(1, 4, 72, 2));
        long asked = _line.Requests[0].AtMs;
        _line.Asked = _ => _line.Arrive(30, Answer(1, 4, 0, 0, 0, 9));
        Assert.Equal(ModbusResult.Ok, Read(1, 4, 72, 2));
        Assert.Equal(3, _line.Requests.Count);
        Assert.True(_line.Requests[1].AtMs - asked >= LateAnswerMsMax);
        Assert.Equal(ModbusResult.Ok, Read(1, 4, 72, 2));
        Assert.Equal(4, _line.Requests.Count);
    }

    [Fact]
    public void Readings_that_differ_after_a_timeout_are_read_on_until_two_are_alike_or_given_up()
    {
        Read(1, 4, 72, 2);
        byte count = 0;
        _line.Asked = _ => _line.Arrive(30, Answer(1, 4, 0, 0, 0, ++count));
        Assert.Equal(ModbusResult.Unsteady, Read(1, 4, 72, 2));
        Assert.Equal(4, count);
        _line.Asked = _ => _line.Arrive(30, Answer(1, 4, 0, 0, 0, Math.Min((byte)7, ++count)));
        Assert.Equal(ModbusResult.Ok, Read(1, 4, 72, 2));
        Assert.Equal(7, _words[3]);
    }

    [Theory]
    // another unit, another function, another length, a broken CRC
    [InlineData("02 04 04 00 00 00 09", ModbusResult.WrongUnit)]
    [InlineData("01 03 04 00 00 00 09", ModbusResult.WrongFunction)]
    [InlineData("01 04 02 00 09", ModbusResult.WrongLength)]
    public void A_foreign_answer_is_named_and_the_next_one_is_read_twice(string body, ModbusResult expected)
    {
        _line.Asked = _ => _line.Arrive(30, WithCrc(ModbusVectors.Bytes(body)));
        Assert.Equal(expected, Read(1, 4, 72, 2));
        _line.Asked = _ => _line.Arrive(30, Answer(1, 4, 0, 0, 0, 9));
        Assert.Equal(ModbusResult.Ok, Read(1, 4, 72, 2));
        Assert.Equal(3, _line.Requests.Count);
    }

    [Fact]
    public void A_broken_checksum_or_noise_behind_the_frame_is_not_believed()
    {
        byte[] broken = Answer(1, 4, 0, 0, 0, 9);
        broken[^1] ^= 1;
        _line.Asked = _ => _line.Arrive(30, broken);
        Assert.Equal(ModbusResult.CrcMismatch, Read(1, 4, 72, 2));
        _line.Asked = _ =>
        {
            _line.Arrive(30, Answer(1, 4, 0, 0, 0, 9));
            _line.Arrive(32, 0xB0);
        };
        Assert.Equal(ModbusResult.WrongLength, Read(1, 4, 72, 2));
    }

    [Fact]
    public void A_refusal_ends_at_once_and_its_code_is_kept()
    {
        _line.Asked = _ => _line.Arrive(30, ModbusVectors.Bytes("0A 83 0B 71 35"));
        Assert.Equal(ModbusResult.Exception, Read(10, 3, 10, 2));
        Assert.Equal(11, _client.ExceptionCode);
        Assert.Single(_line.Requests);
    }

    [Fact]
    public void A_late_refusal_does_not_let_a_late_answer_through()
    {
        // Register 72 refuses after its timeout and beyond the quarantine, when 74 is asked; 74's own answer then comes when 76 is asked.
        _line.Asked = frame =>
        {
            switch (frame[3])
            {
                case 72:
                    _line.Arrive(LateAnswerMsMax + 80, WithCrc([1, 0x84, 2]));
                    break;
                case 74:
                    _line.Arrive(250, Answer(1, 4, 0, 0, 0, 74));
                    break;
                default:
                    _line.Arrive(400, Answer(1, 4, 0, 0, 0, 76));
                    break;
            }
        };
        Assert.Equal(ModbusResult.Timeout, Read(1, 4, 72, 2));
        Assert.Equal(ModbusResult.Exception, Read(1, 4, 74, 2));
        Assert.Equal(ModbusResult.Ok, Read(1, 4, 76, 2));
        Assert.Equal(76, _words[3]);
    }

    [Fact]
    public void A_meter_that_needs_a_pause_gets_it_between_answer_and_request()
    {
        _client.GapMs = 100;
        long answeredMs = 0;
        _line.Asked = _ =>
        {
            _line.Arrive(30, Answer(1, 4, 0, 0, 0, 9));
            answeredMs = _clock.MonotonicMs + 30;
        };
        Assert.Equal(ModbusResult.Ok, Read(1, 4, 72, 2));
        long firstMs = answeredMs;
        Assert.Equal(ModbusResult.Ok, Read(1, 4, 74, 2));
        Assert.True(_line.Requests[1].AtMs - firstMs >= 100);
    }

    [Fact]
    public void A_line_that_never_falls_silent_ends_in_an_error_in_bounded_time()
    {
        for (int ms = 0; ms < 20000; ms++)
            _line.Arrive(ms, 0x55);
        Assert.NotEqual(ModbusResult.Ok, Read(1, 4, 72, 2));
        Assert.InRange(_clock.MonotonicMs, 1, 2000);
    }

    [Fact]
    public void A_register_on_a_line_that_is_gone_is_missing_and_comes_back_with_the_line()
    {
        ModbusRegister register = new(_client, 1, 4, 72, RegisterType.F32, WordOrder.Abcd, 1000);
        _line.Asked = _ => _line.Arrive(30, ModbusVectors.Bytes("01 04 04 40 48 F5 C3 69 53"));
        _line.Gone = new DeviceException("unplugged");
        Assert.False(register.TryRead(out long read));
        Assert.Equal((ModbusRegister.LineGone, 0), (register.LastError, read));
        _line.Gone = null;
        Assert.True(register.TryRead(out read));
        Assert.Equal((0, 3140), (register.LastError, read));
    }

    [Fact]
    public void A_disturbed_frame_is_asked_for_again_and_silence_is_not()
    {
        ModbusRegister register = new(_client, 1, 4, 72, RegisterType.F32, WordOrder.Abcd, 1000);
        Assert.False(register.TryRead(out _));
        Assert.Equal((int)ModbusResult.Timeout, register.LastError);
        Assert.Single(_line.Requests);
        bool isFirst = true;
        _line.Asked = _ =>
        {
            _line.Arrive(30, ModbusVectors.Bytes(isFirst ? "01 04 04 40 48 F5 C3 69 54" : "01 04 04 40 48 F5 C3 69 53"));
            isFirst = false;
        };
        Assert.True(register.TryRead(out long read));
        Assert.Equal(3140, read);
    }

    [Fact]
    public void A_float_that_is_no_number_is_missing_and_never_zero()
    {
        ModbusRegister register = new(_client, 1, 4, 72, RegisterType.F32, WordOrder.Abcd, 1000);
        _line.Asked = _ => _line.Arrive(30, Answer(1, 4, 0x7F, 0xC0, 0, 0));
        Assert.False(register.TryRead(out _));
        Assert.Equal(ModbusRegister.NotANumber, register.LastError);
    }

    private ModbusResult Read(byte unit, byte function, ushort address, int quantity) =>
        _client.ReadRegisters(unit, function, address, quantity, _words);

    private static byte[] Answer(byte unit, byte function, params byte[] words) => WithCrc([unit, function, (byte)words.Length, .. words]);

    private static byte[] WithCrc(byte[] body)
    {
        ushort crc = Crc16.Compute(body, 0, body.Length);
        return [.. body, (byte)crc, (byte)(crc >> 8)];
    }
}
