using EdgeMeters.Field.Write;
using EdgeMeters.Metering.Bus;
using EdgeMeters.Metering.Bus.Modbus;

namespace EdgeMeters.SystemTests.Field;

/// <summary>A permission for one write: its frame, what is believed to be its answer, and that it is for one write only.</summary>
public sealed class ModbusWriteTests
{
    private static byte[] Bytes(string hex) => Convert.FromHexString(hex.Replace(" ", ""));

    private static byte[] WithCrc(string hex)
    {
        byte[] body = Bytes(hex);
        ushort crc = Crc16.Compute(body, 0, body.Length);
        return [.. body, (byte)crc, (byte)(crc >> 8)];
    }

    private static byte[] Written(ModbusWrite write)
    {
        byte[] frame = new byte[BusLine.RequestBytesMax];
        int bytes = write.WriteRequest(0, 0, frame);
        return frame[..bytes];
    }

    // Eastron, "SDM Modbus protocol": 1.0 as a float to holding register 0016. The others: Modbus Application Protocol V1.1b3, 6.5, 6.6, 6.11.
    [Theory]
    [InlineData(16, 0x16, 2, "3F 80 00 00", "01 10 00 16 00 02 04 3F 80 00 00")]
    [InlineData(5, 0xAC, 1, "FF 00", "01 05 00 AC FF 00")]
    [InlineData(6, 0x01, 1, "00 03", "01 06 00 01 00 03")]
    [InlineData(15, 0x13, 10, "CD 01", "01 0F 00 13 00 0A 02 CD 01")]
    public void A_request_is_that_of_the_specification(byte function, ushort address, int quantity, string content, string request)
    {
        Assert.Equal(WithCrc(request), Written(new ModbusWrite(1, function, address, quantity, Bytes(content))));
    }

    [Fact]
    public void The_published_frame_has_the_published_checksum()
    {
        Assert.Equal(Bytes("01 10 00 16 00 02 04 3F 80 00 00 7F 75"), Written(new ModbusWrite(1, 16, 0x16, 2, Bytes("3F 80 00 00"))));
    }

    [Fact]
    public void A_permission_is_used_up_by_one_write()
    {
        ModbusWrite write = new(1, 6, 20, 1, [0, 5]);
        Written(write);
        Assert.Throws<InvalidOperationException>(() => Written(write));
    }

    [Theory]
    [InlineData("01 06 00 14 00 05", BusResult.Ok)]
    [InlineData("02 06 00 14 00 05", BusResult.WrongMeter)]
    [InlineData("01 03 02 00 05", BusResult.WrongFunction)]
    [InlineData("01 10 00 14 00 05", BusResult.WrongFunction)]
    [InlineData("01 06 00 15 00 05", BusResult.WrongRegister)]
    [InlineData("01 06 00 14 00 06", BusResult.WrongRegister)]
    [InlineData("01 86 02", BusResult.Refused)]
    public void An_answer_is_judged(string answer, BusResult judged)
    {
        ModbusWrite write = new(1, 6, 20, 1, [0, 5]);
        byte[] frame = WithCrc(answer);
        BusResult result = BusResult.Incomplete;
        for (int count = 0; count <= frame.Length && result == BusResult.Incomplete; count++)
            result = write.Judge(frame, count);
        Assert.Equal(judged, result);
        if (judged == BusResult.Refused)
            Assert.Equal(2, write.RefusalCode);
    }

    [Fact]
    public void A_damaged_answer_and_one_that_goes_on_are_refused()
    {
        ModbusWrite write = new(1, 16, 0x16, 2, Bytes("3F 80 00 00"));
        byte[] answer = WithCrc("01 10 00 16 00 02");
        Assert.Equal(BusResult.Ok, write.Judge(answer, answer.Length));
        Assert.Equal(BusResult.WrongLength, write.Judge([.. answer, 0], answer.Length + 1));
        answer[^1] ^= 1;
        Assert.Equal(BusResult.BadChecksum, write.Judge(answer, answer.Length));
    }

    [Theory]
    [InlineData(0, 6, 1, 2)]
    [InlineData(248, 6, 1, 2)]
    [InlineData(1, 3, 1, 2)]
    [InlineData(1, 6, 2, 4)]
    [InlineData(1, 16, 33, 66)]
    [InlineData(1, 16, 2, 3)]
    [InlineData(1, 15, 9, 1)]
    [InlineData(1, 16, 0, 0)]
    public void What_is_no_write_to_one_meter_is_no_permission(byte unit, byte function, int quantity, int contentBytes)
    {
        Assert.Throws<ArgumentException>(() => new ModbusWrite(unit, function, 0, quantity, new byte[contentBytes]));
    }

    [Fact]
    public void The_longest_write_has_room_in_a_request()
    {
        Assert.Equal(2 * ModbusWrite.RegistersMax + 9, Written(new ModbusWrite(1, 16, 0, ModbusWrite.RegistersMax, new byte[2 * ModbusWrite.RegistersMax])).Length);
        Assert.Equal(2 * ModbusWrite.RegistersMax + 9, Written(new ModbusWrite(1, 15, 0, 16 * ModbusWrite.RegistersMax, new byte[2 * ModbusWrite.RegistersMax])).Length);
    }

    [Fact]
    public void Only_where_answer_and_request_can_be_the_same_bytes_an_echo_is_not_looked_for()
    {
        Assert.True(new ModbusWrite(1, 6, 0, 1, [0, 1]).AnswersLikeRequest);
        Assert.False(new ModbusWrite(1, 16, 0, 1, [0, 1]).AnswersLikeRequest);
    }
}
