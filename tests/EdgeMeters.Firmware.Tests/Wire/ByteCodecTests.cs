using CsCheck;
using EdgeMeters.Wire;

namespace EdgeMeters.Firmware.Tests.Wire;

public sealed class ByteCodecTests
{
    [Theory]
    [InlineData(0ul, "00")]
    [InlineData(127ul, "7F")]
    [InlineData(128ul, "8001")]
    [InlineData(300ul, "AC02")]
    [InlineData(16384ul, "808001")]
    [InlineData(uint.MaxValue, "FFFFFFFF0F")]
    [InlineData(ulong.MaxValue, "FFFFFFFFFFFFFFFFFF01")]
    public void A_varint_is_LEB128(ulong number, string hex)
    {
        Assert.Equal(hex, Written(writer => writer.VarUInt(number)));
        ByteReader reader = Over(hex);
        Assert.Equal(number, reader.VarUInt());
        Assert.False(reader.Failed);
        Assert.Equal(0, reader.Remaining);
    }

    [Theory]
    [InlineData("8000")]
    [InlineData("808000")]
    [InlineData("FFFFFFFFFFFFFFFFFF02")]
    [InlineData("FFFFFFFFFFFFFFFFFF8100")]
    [InlineData("80808080808080808000")]
    [InlineData("80")]
    [InlineData("")]
    public void A_varint_that_is_cut_short_too_long_or_above_64_bits_is_refused(string hex)
    {
        ByteReader reader = Over(hex);
        Assert.Equal(0ul, reader.VarUInt());
        Assert.True(reader.Failed);
    }

    [Theory]
    [InlineData(0L, 0ul)]
    [InlineData(-1L, 1ul)]
    [InlineData(1L, 2ul)]
    [InlineData(-2L, 3ul)]
    [InlineData(long.MaxValue, ulong.MaxValue - 1)]
    [InlineData(long.MinValue, ulong.MaxValue)]
    public void Zigzag_keeps_small_magnitudes_small(long number, ulong coded)
    {
        Assert.Equal(coded, ZigZag.Encode(number));
        Assert.Equal(number, ZigZag.Decode(coded));
    }

    [Fact]
    public void Zigzag_of_any_number_comes_back()
    {
        Gen.Long.Sample(number => Assert.Equal(number, ZigZag.Decode(ZigZag.Encode(number))), iter: 10_000);
        Gen.ULong.Sample(coded => Assert.Equal(coded, ZigZag.Encode(ZigZag.Decode(coded))), iter: 10_000);
    }

    [Fact]
    public void Fields_of_any_kinds_in_any_order_come_back()
    {
        Gen.Select(Gen.Int[0, 4], Gen.ULong, Gen.Int[0, 64]).Array[1, 40].Sample(fields =>
        {
            byte[] buffer = new byte[600];
            var writer = new ByteWriter();
            writer.Start(buffer, 5, buffer.Length - 5);
            foreach ((int kind, ulong number, int bits) in fields)
                WriteField(writer, kind, number, bits);
            Assert.False(writer.Overflowed);

            var reader = new ByteReader();
            reader.Start(buffer, 5, writer.Position - 5);
            foreach ((int kind, ulong number, int bits) in fields)
                AssertField(reader, kind, number, bits);
            Assert.False(reader.Failed);
            Assert.Equal(0, reader.Remaining);
        }, iter: 2_000);
    }

    [Fact]
    public void Bits_left_over_in_a_byte_must_be_zero()
    {
        ByteReader reader = Over("A0");
        Assert.Equal(5ul, reader.Bits(3));
        reader.AlignToByte();
        Assert.False(reader.Failed);

        reader = Over("A1");
        Assert.Equal(5ul, reader.Bits(3));
        reader.AlignToByte();
        Assert.True(reader.Failed);
    }

    [Fact]
    public void Once_a_read_failed_every_later_read_gives_zero()
    {
        ByteReader reader = Over("80");
        reader.VarUInt();
        reader.Start([0x80, 0xFF, 0xFF, 0xFF, 0xFF], 0, 1);
        Assert.Equal(0ul, reader.VarUInt());
        Assert.Equal(0, reader.Byte());
        Assert.Equal(0u, reader.UInt32());
        Assert.Equal(0ul, reader.Bits(9));
        Assert.True(reader.Failed);
    }

    [Fact]
    public void A_writer_says_that_room_ran_out_and_never_writes_past_its_end()
    {
        for (int room = 0; room < 30; room++)
        {
            byte[] buffer = Enumerable.Repeat((byte)0xEE, 40).ToArray();
            var writer = new ByteWriter();
            writer.Start(buffer, 2, room);
            writer.UInt32(uint.MaxValue);
            writer.VarUInt(ulong.MaxValue);
            writer.Bits(ulong.MaxValue, 30);
            writer.AlignToByte();
            writer.Bytes(new byte[10], 0, 10);
            Assert.Equal(room < 28, writer.Overflowed);
            Assert.Equal([0xEE, 0xEE], buffer[..2]);
            Assert.All(buffer[(2 + room)..], b => Assert.Equal(0xEE, b));
        }
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(3)]
    public void A_skip_beyond_the_end_is_a_failed_read(int count)
    {
        ByteReader reader = Over("0102");
        reader.Skip(count);
        Assert.True(reader.Failed);
    }

    private static void WriteField(ByteWriter writer, int kind, ulong number, int bits)
    {
        switch (kind)
        {
            case 0: writer.Byte((byte)number); break;
            case 1: writer.UInt32((uint)number); break;
            case 2: writer.VarUInt(number); break;
            case 3: writer.VarInt((long)number); break;
            default:
                writer.Bits(number, bits);
                writer.AlignToByte();
                break;
        }
    }

    private static void AssertField(ByteReader reader, int kind, ulong number, int bits)
    {
        switch (kind)
        {
            case 0: Assert.Equal((byte)number, reader.Byte()); break;
            case 1: Assert.Equal((uint)number, reader.UInt32()); break;
            case 2: Assert.Equal(number, reader.VarUInt()); break;
            case 3: Assert.Equal((long)number, reader.VarInt()); break;
            default:
                Assert.Equal(bits == 64 ? number : number & ((1UL << bits) - 1), reader.Bits(bits));
                reader.AlignToByte();
                break;
        }
    }

    private static string Written(Action<ByteWriter> write)
    {
        byte[] buffer = new byte[16];
        var writer = new ByteWriter();
        writer.Start(buffer, 0, buffer.Length);
        write(writer);
        return Convert.ToHexString(buffer, 0, writer.Position);
    }

    private static ByteReader Over(string hex)
    {
        byte[] buffer = Convert.FromHexString(hex);
        var reader = new ByteReader();
        reader.Start(buffer, 0, buffer.Length);
        return reader;
    }
}
