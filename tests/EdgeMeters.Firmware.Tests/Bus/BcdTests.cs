using CsCheck;
using EdgeMeters.Metering.Bus;

namespace EdgeMeters.Firmware.Tests.Bus;

public sealed class BcdTests
{
    [Fact]
    public void Every_number_of_one_to_eight_bytes_comes_back()
    {
        Gen.Select(Gen.Int[1, 8], Gen.Long[0, 9999999999999999]).Sample((bytes, number) =>
        {
            long digits = number % (long)Math.Pow(10, 2 * bytes);
            byte[] frame = [0xFF, .. FrameMaker.Digits(digits, bytes), 0xFF];
            Assert.True(Bcd.TryRead(frame, 1, bytes, Bcd.Unsigned, out long read));
            Assert.Equal(digits, read);
        });
    }

    [Theory]
    [InlineData("0A000000")]
    [InlineData("000000A0")]
    [InlineData("00F00000")]
    [InlineData("00009F00")]
    [InlineData("FFFFFFFF")]
    public void A_digit_above_nine_is_no_number_and_neither_is_a_null(string hex)
    {
        Assert.False(Bcd.TryRead(FieldFrames.Hex(hex), 0, 4, Bcd.Unsigned, out long read));
        Assert.Equal(0, read);
        Assert.False(Bcd.TryRead(FieldFrames.Hex("FFFFFFFF"), 0, 4, Bcd.SignBit, out _));
        Assert.False(Bcd.TryRead(FieldFrames.Hex("FFFFFFFF"), 0, 4, Bcd.SignDigit, out _));
    }

    [Theory]
    [InlineData("56341280", Bcd.SignBit, -123456)]
    [InlineData("99999979", Bcd.SignBit, 79999999)]
    [InlineData("99999999", Bcd.SignBit, -19999999)]
    [InlineData("99999999", Bcd.Unsigned, 99999999)]
    [InlineData("56341280", Bcd.Unsigned, 80123456)]
    [InlineData("563412F0", Bcd.SignDigit, -123456)]
    [InlineData("563412F9", Bcd.SignDigit, -9123456)]
    [InlineData("56341290", Bcd.SignDigit, 90123456)]
    [InlineData("00000080", Bcd.SignBit, 0)]
    public void A_sign_is_where_the_protocol_has_it_and_a_digit_elsewhere(string hex, byte sign, long expected)
    {
        Assert.True(Bcd.TryRead(FieldFrames.Hex(hex), 0, 4, sign, out long read));
        Assert.Equal(expected, read);
    }
}
