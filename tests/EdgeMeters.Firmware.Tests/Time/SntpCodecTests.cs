using EdgeMeters.Metering.Time;

namespace EdgeMeters.Firmware.Tests.Time;

public sealed class SntpCodecTests
{
    private const uint High = 0x12345678;
    private const uint Low = 0x9ABCDEF0;

    [Fact]
    public void A_question_is_of_version_4_from_a_client_with_its_number_as_transmit_time_and_nothing_else()
    {
        byte[] message = new byte[SntpCodec.Bytes];
        Array.Fill(message, (byte)0xFF);
        SntpCodec.WriteRequest(message, High, Low);
        byte[] expected = new byte[SntpCodec.Bytes];
        expected[0] = 0x23;
        Convert.FromHexString("123456789ABCDEF0").CopyTo(expected, 40);
        Assert.Equal(expected, message);
    }

    [Fact]
    public void An_answer_to_the_question_gives_the_time_to_the_millisecond()
    {
        // 2026-11-23 03:00:00.250 UTC.
        Assert.Equal(1795402800250, Read(Answer(1795402800 + 2208988800, 0x40000000)));
    }

    [Fact]
    public void Times_after_2036_belong_to_the_next_era()
    {
        // The era begins at 2036-02-07 06:28:16 UTC.
        Assert.Equal(2085978497000, Read(Answer(1, 0)));
    }

    [Theory]
    [InlineData(0, 0x23)]
    [InlineData(0, 0xE4)]
    [InlineData(1, 0)]
    [InlineData(1, 16)]
    [InlineData(24, 0x13)]
    [InlineData(31, 0xF1)]
    public void What_is_no_answer_to_the_question_or_comes_from_a_server_without_time_is_nothing(int at, byte changed)
    {
        byte[] message = Answer(1795402800 + 2208988800, 0);
        message[at] = changed;
        Assert.Equal(-1, Read(message));
    }

    [Fact]
    public void A_short_answer_and_one_without_a_time_are_nothing()
    {
        byte[] message = Answer(1795402800 + 2208988800, 0);
        Assert.Equal(-1, SntpCodec.ReadAnswer(message, SntpCodec.Bytes - 1, High, Low));
        Assert.Equal(-1, Read(Answer(0, 5)));
    }

    private static long Read(byte[] message) => SntpCodec.ReadAnswer(message, message.Length, High, Low);

    private static byte[] Answer(long ntpSeconds, uint fraction)
    {
        byte[] message = new byte[SntpCodec.Bytes];
        message[0] = 0x24;
        message[1] = 2;
        Convert.FromHexString("123456789ABCDEF0").CopyTo(message, 24);
        Convert.FromHexString(((uint)ntpSeconds).ToString("X8") + fraction.ToString("X8")).CopyTo(message, 40);
        return message;
    }
}
