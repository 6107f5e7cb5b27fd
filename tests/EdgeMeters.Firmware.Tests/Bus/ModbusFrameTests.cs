using EdgeMeters.Metering.Bus;
using EdgeMeters.Metering.Bus.Modbus;

namespace EdgeMeters.Firmware.Tests.Bus;

public sealed class ModbusFrameTests
{
    [Theory]
    [MemberData(nameof(ModbusVectors.Good), MemberType = typeof(ModbusVectors))]
    public void A_published_request_is_built_and_its_answer_accepted_whole_and_not_before(string request, string answer, string words)
    {
        byte[] asked = ModbusVectors.Bytes(request);
        byte[] frame = ModbusVectors.Bytes(answer);
        int quantity = ModbusVectors.Bytes(words).Length / 2;
        byte[] built = new byte[ModbusFrame.ReadRequestBytes];
        ModbusFrame.WriteReadRequest(built, asked[0], asked[1], (ushort)((asked[2] << 8) | asked[3]), (asked[4] << 8) | asked[5]);
        Assert.Equal(asked, built);
        for (int count = 0; count < frame.Length; count++)
            Assert.Equal(BusResult.Incomplete, ModbusFrame.Judge(frame, count, asked[0], asked[1], quantity));
        Assert.Equal(BusResult.Ok, ModbusFrame.Judge(frame, frame.Length, asked[0], asked[1], quantity));
    }

    [Theory]
    [MemberData(nameof(ModbusVectors.Good), MemberType = typeof(ModbusVectors))]
    public void Any_single_bit_that_flips_in_an_answer_is_noticed(string request, string answer, string words)
    {
        byte[] asked = ModbusVectors.Bytes(request);
        byte[] frame = ModbusVectors.Bytes(answer);
        for (int bit = 0; bit < frame.Length * 8; bit++)
        {
            frame[bit / 8] ^= (byte)(1 << (bit % 8));
            BusResult result = ModbusFrame.Judge(frame, frame.Length, asked[0], asked[1], ModbusVectors.Bytes(words).Length / 2);
            Assert.NotEqual(BusResult.Ok, result);
            Assert.NotEqual(BusResult.Refused, result);
            frame[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    [Theory]
    [MemberData(nameof(ModbusVectors.Refusals), MemberType = typeof(ModbusVectors))]
    public void A_refusal_is_told_from_silence_and_carries_its_code(string request, string answer, byte code)
    {
        byte[] asked = ModbusVectors.Bytes(request);
        byte[] frame = ModbusVectors.Bytes(answer);
        for (int count = 0; count < frame.Length; count++)
            Assert.Equal(BusResult.Incomplete, ModbusFrame.Judge(frame, count, asked[0], asked[1], 2));
        Assert.Equal(BusResult.Refused, ModbusFrame.Judge(frame, frame.Length, asked[0], asked[1], 2));
        Assert.Equal(code, frame[2]);
    }

    [Theory]
    // pymodbus-dev/pymodbus: test_framer.py, last CRC byte corrupted
    [InlineData("00 83 02 91 21", 0, 3, 2, BusResult.BadChecksum)]
    // the same, one spurious byte before the CRC
    [InlineData("00 83 02 F0 91 31", 0, 3, 2, BusResult.WrongLength)]
    // the same, a bad frame and a good one in one buffer: nothing of it is believed
    [InlineData("00 83 02 91 21 00 83 02 91 31", 0, 3, 2, BusResult.WrongLength)]
    // pymodbus: test_extras.py, a refusal of function 16 is no answer to function 3
    [InlineData("00 90 02 9C 01", 0, 3, 2, BusResult.WrongFunction)]
    // wirenboard/wb-mqtt-serial: TModbusTest.WrongFunctionCode.dat, the shape of it
    [InlineData("01 02 01 01 60 48", 1, 3, 1, BusResult.WrongFunction)]
    // another unit's refusal
    [InlineData("FF 83 02 A1 01", 1, 3, 2, BusResult.WrongMeter)]
    // wb-mqtt-serial: TModbusTest.SkipNoiseAtPacketEnd.dat; it takes the first seven bytes, here whoever spoke on is not believed
    [InlineData("01 03 02 11 78 B4 36 B0 AA", 1, 3, 1, BusResult.WrongLength)]
    // right unit and function, but the answer to a request for another count
    [InlineData("11 03 04 00 8D 00 8E FB BD", 17, 3, 1, BusResult.WrongLength)]
    public void What_is_not_the_answer_is_named(string answer, byte unit, byte function, int quantity, BusResult expected)
    {
        byte[] frame = ModbusVectors.Bytes(answer);
        Assert.Equal(expected, ModbusFrame.Judge(frame, frame.Length, unit, function, quantity));
    }
}
