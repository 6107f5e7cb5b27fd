using CsCheck;
using EdgeMeters.Wire;

namespace EdgeMeters.Firmware.Tests.Wire;

public sealed class LayoutCodecTests
{
    [Fact]
    public void Any_layout_comes_back_as_it_was_under_the_same_name()
    {
        WireGenerators.Layout.Sample(channels =>
        {
            byte[] body = new byte[Limits.LayoutBytesMax];
            int bodyCount = LayoutCodec.Write(channels, body);
            Assert.NotEqual(0, bodyCount);
            byte[] block = new byte[Limits.BlockBytesMin];
            int count = LayoutCodec.WriteBlock(HmacBlockMac.AnyNode(), body, bodyCount, block, block.Length);

            Assert.Equal(BlockError.None, HmacBlockMac.AnyNode().Verify(block, 0, count));
            Assert.Equal(BlockError.None, LayoutCodec.TryReadBlock(block, count, out ChannelLayout[] read, out uint layoutId));
            WireAssert.Same(channels, read);
            Assert.Equal(LayoutCodec.IdOf(body, 0, bodyCount), layoutId);
        }, iter: 2_000);
    }

    [Fact]
    public void A_body_in_the_middle_of_a_buffer_is_read_where_it_lies()
    {
        byte[] body = Body(Meter());
        byte[] sector = [1, 2, 3, .. body, 4, 5];
        Assert.Equal(BlockError.None, LayoutCodec.TryReadBody(sector, 3, body.Length, out ChannelLayout[] read, out uint layoutId));
        WireAssert.Same([Meter()], read);
        Assert.Equal(LayoutCodec.IdOf(body, 0, body.Length), layoutId);
    }

    [Fact]
    public void A_body_cut_short_at_any_length_is_refused()
    {
        byte[] body = Body(Meter(), Meter());
        for (int count = 0; count < body.Length; count++)
        {
            BlockError error = LayoutCodec.TryReadBody(body, 0, count, out ChannelLayout[] channels, out uint layoutId);
            Assert.Equal(count == 0 ? BlockError.BadHeader : BlockError.BadLayout, error);
            Assert.Empty(channels);
            Assert.Equal(0u, layoutId);
        }
    }

    [Fact]
    public void A_body_with_bytes_left_over_or_above_the_limit_is_refused()
    {
        byte[] body = [.. Body(Meter()), 0];
        Assert.Equal(BlockError.TrailingBytes, LayoutCodec.TryReadBody(body, 0, body.Length, out _, out _));
        Assert.Equal(BlockError.TooLong, LayoutCodec.TryReadBody(new byte[2000], 0, Limits.LayoutBytesMax + 1, out _, out _));
    }

    [Fact]
    public void Thirty_two_meters_with_long_serials_fit_one_layout()
    {
        ChannelLayout[] channels = Enumerable.Range(0, Limits.ChannelsMax).Select(i => Meter()).ToArray();
        for (int i = 0; i < channels.Length; i++)
            channels[i].MeterSerial = $"{i:D14}";
        Assert.InRange(LayoutCodec.Write(channels, new byte[Limits.LayoutBytesMax]), 1, Limits.LayoutBytesMax);
    }

    [Fact]
    public void A_layout_above_the_limit_is_not_written()
    {
        ChannelLayout[] channels = Enumerable.Repeat(Meter(), Limits.ChannelsMax).ToArray();
        foreach (ChannelLayout channel in channels)
        {
            channel.MeterSerial = new string('9', Limits.MeterSerialCharsMax);
            channel.RateMaxPerHour = long.MaxValue;
        }
        Assert.Equal(0, LayoutCodec.Write(channels, new byte[4096]));
        Assert.Equal(0, LayoutCodec.Write([], new byte[4096]));
        Assert.Equal(0, LayoutCodec.Write([.. channels, Meter()], new byte[4096]));
        Assert.Equal(0, LayoutCodec.Write([Meter()], new byte[10]));
    }

    public static TheoryData<string, Action<ChannelLayout>> OutsideLimits { get; } = new()
    {
        { "no serial", channel => channel.MeterSerial = "" },
        { "a long serial", channel => channel.MeterSerial = new string('1', Limits.MeterSerialCharsMax + 1) },
        { "a blank in the serial", channel => channel.MeterSerial = "12 34" },
        { "a serial beyond ASCII", channel => channel.MeterSerial = "表123" },
        { "no register", channel => channel.Register = "" },
        { "a register that is no OBIS code", channel => channel.Register = "1.8.0" },
        { "no unit", channel => channel.Unit = 0 },
        { "an unknown unit", channel => channel.Unit = (Unit)4 },
        { "numerator 0", channel => channel.Numerator = 0 },
        { "numerator above", channel => channel.Numerator = Limits.ScaleMax + 1 },
        { "denominator 0", channel => channel.Denominator = 0 },
        { "denominator above", channel => channel.Denominator = Limits.ScaleMax + 1 },
        { "a negative modulus", channel => channel.Modulus = -1 },
        { "a negative rate", channel => channel.RateMaxPerHour = -1 },
    };

    [Theory]
    [MemberData(nameof(OutsideLimits))]
    public void A_channel_outside_its_limits_is_not_written(string what, Action<ChannelLayout> spoil)
    {
        ChannelLayout channel = Meter();
        spoil(channel);
        Assert.True(LayoutCodec.Write([Meter(), channel], new byte[Limits.LayoutBytesMax]) == 0, what);
    }

    [Theory]
    [InlineData(1, 0x00, "no serial")]
    [InlineData(1, 0x15, "a long serial")]
    [InlineData(2, 0x20, "a blank in the serial")]
    [InlineData(2, 0x7F, "a serial beyond ASCII")]
    [InlineData(15, 0x00, "no unit")]
    [InlineData(15, 0x04, "an unknown unit")]
    [InlineData(16, 0x00, "numerator 0")]
    public void A_channel_outside_its_limits_is_not_read(int at, byte b, string what)
    {
        byte[] body = Body(Meter());
        body[at] = b;
        Assert.True(LayoutCodec.TryReadBody(body, 0, body.Length, out _, out _) == BlockError.BadLayout, what);
    }

    [Fact]
    public void A_modulus_of_2_to_the_63_would_come_out_negative_and_is_refused()
    {
        byte[] body = Body(Meter());
        byte[] spoiled = [.. body[..^2], 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01, 0x00];
        Assert.Equal(BlockError.BadLayout, LayoutCodec.TryReadBody(spoiled, 0, spoiled.Length, out _, out _));
    }

    [Fact]
    public void Layouts_that_differ_in_one_serial_have_different_names()
    {
        ChannelLayout exchanged = Meter();
        exchanged.MeterSerial = "20260002";
        byte[] before = Body(Meter());
        byte[] after = Body(exchanged);
        Assert.NotEqual(LayoutCodec.IdOf(before, 0, before.Length), LayoutCodec.IdOf(after, 0, after.Length));
    }

    [Fact]
    public void No_layout_is_named_zero()
    {
        // Four bytes whose CRC-32C is zero, found by running its register backwards.
        byte[] body = [0xAB, 0x9B, 0xE0, 0x9B];
        Assert.Equal(0u, Crc32C.Compute(body, 0, 4));
        Assert.Equal(1u, LayoutCodec.IdOf(body, 0, 4));
    }

    private static ChannelLayout Meter()
    {
        return new ChannelLayout { MeterSerial = "20260001", Register = "1-0:1.8.0", Unit = Unit.Wh, Numerator = 5, Denominator = 4 };
    }

    private static byte[] Body(params ChannelLayout[] channels)
    {
        byte[] body = new byte[Limits.LayoutBytesMax];
        return body[..LayoutCodec.Write(channels, body)];
    }
}
