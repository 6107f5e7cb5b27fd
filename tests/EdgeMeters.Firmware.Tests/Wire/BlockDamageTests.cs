using EdgeMeters.Firmware.Tests.Support;
using EdgeMeters.Wire;

namespace EdgeMeters.Firmware.Tests.Wire;

/// <summary>What damage, chance and malice do to a block: it is refused by name, or it is the one encoding of what it says.</summary>
public sealed class BlockDamageTests
{
    private readonly ITestOutputHelper _output;

    public BlockDamageTests(ITestOutputHelper output)
    {
        _output = output;
    }

    public static TheoryData<BlockKind> Kinds { get; } = new(BlockKind.Readings, BlockKind.Layout, BlockKind.Events);

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_single_flipped_bit_is_refused_with_the_error_of_its_place(BlockKind kind)
    {
        byte[] block = Sample(kind);
        BlockEnvelope envelope = HmacBlockMac.AnyNode();
        Assert.Equal(BlockError.None, envelope.Verify(block, 0, block.Length));
        for (int bit = 0; bit < block.Length * 8; bit++)
        {
            int at = bit / 8;
            block[at] ^= (byte)(1 << (bit % 8));
            BlockError expected = BlockError.CrcMismatch;
            if (at == 0)
                expected = BlockError.UnknownFormat;
            else if (at == 1 && !Enum.IsDefined((BlockKind)block[1]))
                expected = BlockError.UnknownKind;
            else if (at >= block.Length - BlockEnvelope.MacBytes)
                expected = BlockError.MacMismatch;
            Assert.True(envelope.Verify(block, 0, block.Length) == expected, $"bit {bit % 8} of byte {at}: expected {expected}");
            block[at] ^= (byte)(1 << (bit % 8));
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_block_cut_short_at_any_length_is_refused(BlockKind kind)
    {
        byte[] block = Sample(kind);
        BlockEnvelope envelope = HmacBlockMac.AnyNode();
        for (int count = 0; count < block.Length; count++)
        {
            BlockError expected = count < BlockEnvelope.OverheadBytes ? BlockError.TooShort : BlockError.CrcMismatch;
            Assert.Equal(expected, envelope.Verify(block, 0, count));
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_body_cut_short_at_any_length_or_drawn_out_is_refused_even_when_sealed_anew(BlockKind kind)
    {
        byte[] body = BodyOf(Sample(kind));
        for (int count = 0; count < body.Length; count++)
            Assert.NotEqual(BlockError.None, Read(Seal(kind, body[..count]), out _));
        for (int b = 0; b < 256; b++)
            Assert.Equal(BlockError.TrailingBytes, Read(Seal(kind, [.. body, (byte)b]), out _));
    }

    [Fact]
    public void Random_bytes_never_throw_and_are_never_taken()
    {
        var random = new Random(Seed.Take(_output));
        BlockEnvelope envelope = HmacBlockMac.AnyNode();
        byte[] bytes = new byte[200];
        for (int i = 0; i < 100_000; i++)
        {
            int count = random.Next(bytes.Length + 1);
            random.NextBytes(bytes);
            if (i % 2 == 0)
                bytes[0] = BlockEnvelope.Format1;
            if (i % 4 == 0)
                bytes[1] = (byte)random.Next(1, 4);
            Assert.NotEqual(BlockError.None, envelope.Verify(bytes, 0, count));
            Assert.NotEqual(BlockError.None, Read(bytes[..count], out _));
        }
    }

    [Fact]
    public void Random_bodies_under_a_good_seal_never_throw_and_what_is_taken_has_no_other_encoding()
    {
        var random = new Random(Seed.Take(_output));
        var outcomes = new SortedDictionary<BlockError, int>();
        for (int i = 0; i < 150_000; i++)
        {
            var kind = (BlockKind)random.Next(1, 4);
            byte[] body = new byte[random.Next(1, 80)];
            random.NextBytes(body);
            if (kind == BlockKind.Readings && i % 8 != 0)
                PutPlausibleHeader(random, body);
            ReadAndReencode(Seal(kind, body), outcomes);
        }
        Print(outcomes);
        Assert.All(
            [BlockError.BadHeader, BlockError.BadQuality, BlockError.BadRegister, BlockError.BadLayout, BlockError.BadEvent, BlockError.TrailingBytes],
            error => Assert.True(outcomes.ContainsKey(error), $"{error} was never reached: the random bodies have become too weak"));
    }

    [Fact]
    public void Mutated_bodies_under_a_good_seal_never_throw_and_what_is_taken_has_no_other_encoding()
    {
        int seed = Seed.Take(_output);
        var random = new Random(seed);
        byte[][] originals = [.. Originals(random, 400)];
        var outcomes = new SortedDictionary<BlockError, int>();
        for (int i = 0; i < 150_000; i++)
        {
            byte[] original = originals[random.Next(originals.Length)];
            byte[] body = BodyOf(original);
            for (int edits = random.Next(1, 4); edits > 0; edits--)
                body = Mutate(random, body);
            ReadAndReencode(Seal((BlockKind)original[1], body), outcomes);
        }
        Print(outcomes);
        Assert.True(outcomes.GetValueOrDefault(BlockError.None) > 10_000, "too few mutants were taken for the test to say much");
    }

    [Theory]
    [InlineData(ulong.MaxValue)]
    [InlineData(ulong.MaxValue - 1)]
    [InlineData(1ul << 32)]
    [InlineData(uint.MaxValue)]
    [InlineData(0ul)]
    public void A_first_sequence_that_would_wrap_round_is_refused(ulong firstSequence)
    {
        byte[] readings = BodyOf(ReadingBlockTests.Written(ReadingBlockTests.Household(channels: 1, rows: 2)));
        byte[] events = BodyOf(EventBlockTests.Written(EventBlockTests.Restart()));
        Assert.Equal(BlockError.BadHeader, Read(Seal(BlockKind.Readings, WithFirstSequence(readings, firstSequence)), out _));
        Assert.Equal(BlockError.BadHeader, Read(Seal(BlockKind.Events, WithFirstSequence(events, firstSequence)), out _));
    }

    [Theory]
    [InlineData("01000000 00000000 11 03 01 02 00000060 8407", BlockError.None)]
    [InlineData("00000000 00000000 11 03 01 02 00000060 8407", BlockError.BadHeader)] // epoch 0
    [InlineData("01000000 00000000 11 00 01 02 00000060 8407", BlockError.BadHeader)] // no rows
    [InlineData("01000000 00000000 11 03 00 02 00000060 8407", BlockError.BadHeader)] // no channels
    [InlineData("01000000 00000000 11 03 21 02 00000060 8407", BlockError.BadHeader)] // 33 channels
    [InlineData("01000000 00000000 11 8118 01 02 00000060 01", BlockError.BadHeader)] // 3,073 rows
    [InlineData("01000000 00000000 11 61 20 02 00000060 01", BlockError.BadHeader)] // 97 rows of 32 channels
    [InlineData("01000000 00000000 11 03 01 03 00000060 8407", BlockError.BadHeader)] // an unknown clock
    [InlineData("01000000 00000000 11 03 01 02 00000060 00", BlockError.BadHeader)] // period 0
    [InlineData("01000000 00000000 11 03 01 02 00000060 80A305", BlockError.None)] // a day
    [InlineData("01000000 00000000 11 03 01 02 00000060 81A305", BlockError.BadHeader)] // a day and a second
    [InlineData("01000000 00000000 11 03 01 02 F7F8FFFF 8407", BlockError.None)] // last row at 2^32 - 1
    [InlineData("01000000 00000000 11 03 01 02 F8F8FFFF 8407", BlockError.BadHeader)] // last row at 2^32
    public void A_header_outside_its_rules_is_refused(string header, BlockError expected)
    {
        // One column of missing readings follows; a reader with more room than a block may have must refuse all the same.
        byte[] block = Seal(BlockKind.Readings, Convert.FromHexString(header.Replace(" ", "") + "02"));
        Assert.Equal(expected, new ReadingBlockReader().TryRead(block, block.Length, new ReadingBlock(2 * Limits.ReadingsPerBlockMax)));
    }

    [Theory]
    // Three rows: register 1, then differences 5 and 6 under Rice parameter 2, or 1 and 1 under 0.
    [InlineData("00 02 02 9A", BlockError.None)]
    [InlineData("00 03 02 56", BlockError.BadRegister)] // the next parameter takes as many bits, but is not the smallest
    [InlineData("00 83 02 95 00", BlockError.BadRegister)] // a sign where none is needed
    [InlineData("00 02 82 00 9A", BlockError.BadRegister)] // a first register that could be shorter
    [InlineData("00 02 02 FF FF FF 00 00 00 00 00 00 00 05 A0", BlockError.BadRegister)] // an escape for a difference that needs none
    [InlineData("00 29 02 9A", BlockError.BadRegister)] // a parameter above the largest
    [InlineData("00 00 02 A0", BlockError.None)]
    [InlineData("00 00 02 A1", BlockError.BadRegister)] // a bit in the padding
    [InlineData("00 01 02 50", BlockError.BadRegister)]
    [InlineData("80 02 00 02 01 01 02 02 9A", BlockError.None)]
    [InlineData("80 01 00 03 02 02 9A", BlockError.BadQuality)] // one run where the quality alone would do
    [InlineData("80 02 00 01 00 02 02 02 9A", BlockError.BadQuality)] // two runs of one quality
    [InlineData("80 02 00 01 01 01 02 02 9A", BlockError.BadQuality)] // runs that end before the rows do
    [InlineData("80 02 00 01 01 03 02 02 9A", BlockError.BadQuality)] // and after
    [InlineData("03 02 02 9A", BlockError.BadQuality)] // an unknown quality
    [InlineData("02", BlockError.None)]
    [InlineData("02 00", BlockError.TrailingBytes)] // registers where all are missing
    public void A_column_has_one_encoding(string hex, BlockError expected)
    {
        byte[] column = Convert.FromHexString(hex.Replace(" ", ""));
        byte[] header = BodyOf(ReadingBlockTests.Written(ReadingBlockTests.Household(channels: 1, rows: 3)))[..18];
        Assert.Equal(expected, Read(Seal(BlockKind.Readings, [.. header, .. column]), out _));
    }

    private void ReadAndReencode(byte[] block, SortedDictionary<BlockError, int> outcomes)
    {
        BlockError error = Read(block, out byte[] again);
        outcomes[error] = outcomes.GetValueOrDefault(error) + 1;
        if (error == BlockError.None && !block.AsSpan().SequenceEqual(again))
            Assert.Fail($"taken, but encodes to other bytes:\n  was {Convert.ToHexString(block)}\n  now {Convert.ToHexString(again)}");
    }

    private static IEnumerable<byte[]> Originals(Random random, int count)
    {
        for (int i = 0; i < count; i++)
        {
            // Small blocks: a mutation then hits what matters more often.
            int channels = random.Next(1, 4);
            ReadingBlock readings = ReadingBlockTests.Household(channels, rows: random.Next(1, 12));
            for (int at = 0; at < readings.Registers.Length; at++)
            {
                if (random.Next(6) == 0)
                    readings.Registers[at] += random.Next(3) == 0 ? random.NextInt64() : random.Next(-2000, 2000);
                if (random.Next(6) == 0)
                    readings.Qualities[at] = (byte)random.Next(3);
            }
            yield return ReadingBlockTests.Written(readings);
        }
        yield return Sample(BlockKind.Layout);
        yield return Sample(BlockKind.Events);
    }

    private static byte[] Mutate(Random random, byte[] body)
    {
        if (body.Length == 0)
            return [(byte)random.Next(256)];
        int at = random.Next(body.Length);
        switch (random.Next(5))
        {
            case 0:
                body[at] ^= (byte)(1 << random.Next(8));
                return body;
            case 1:
                body[at] = (byte)random.Next(256);
                return body;
            case 2:
                return [.. body[..at], .. body[(at + 1)..]];
            case 3:
                return [.. body[..at], (byte)random.Next(256), .. body[at..]];
            default:
                body[at] += (byte)(random.Next(2) == 0 ? 1 : 255);
                return body;
        }
    }

    private static void PutPlausibleHeader(Random random, byte[] body)
    {
        byte[] header = [1, 0, 0, 0, 2, 0, 0, 0, 5, (byte)random.Next(1, 6), (byte)random.Next(1, 3), 0, 0, 0, 0, 0x60];
        byte[] whole = header[9] > 1 ? [.. header, 15] : header;
        whole.AsSpan(0, Math.Min(whole.Length, body.Length)).CopyTo(body);
        if (body.Length > whole.Length && random.Next(3) != 0)
            body[whole.Length] = (byte)random.Next(3);
    }

    private static byte[] WithFirstSequence(byte[] body, ulong firstSequence)
    {
        byte[] varint = new byte[10];
        var writer = new ByteWriter();
        writer.Start(varint, 0, varint.Length);
        writer.VarUInt(firstSequence);
        return [.. body[..8], .. varint[..writer.Position], .. body[9..]];
    }

    private static byte[] Sample(BlockKind kind)
    {
        if (kind == BlockKind.Readings)
            return ReadingBlockTests.Written(ReadingBlockTests.Household(channels: 3, rows: 8));
        if (kind == BlockKind.Events)
            return EventBlockTests.Written(EventBlockTests.Restart());
        var channel = new ChannelLayout { MeterSerial = "20260001", Register = "8-0:1.0.0", Unit = Unit.Litre, Numerator = 10, Modulus = 100_000_000 };
        byte[] body = new byte[Limits.LayoutBytesMax];
        return Seal(BlockKind.Layout, body[..LayoutCodec.Write([channel, channel], body)]);
    }

    private static byte[] BodyOf(byte[] block) => block[BlockEnvelope.HeadBytes..^(BlockEnvelope.CrcBytes + BlockEnvelope.MacBytes)];

    private static byte[] Seal(BlockKind kind, byte[] body)
    {
        byte[] buffer = new byte[body.Length + BlockEnvelope.OverheadBytes];
        BlockEnvelope envelope = HmacBlockMac.AnyNode();
        var writer = new ByteWriter();
        writer.Start(buffer, 0, buffer.Length);
        envelope.Open(writer, kind);
        writer.Bytes(body, 0, body.Length);
        Assert.Equal(buffer.Length, envelope.Seal(writer, buffer, 0));
        return buffer;
    }

    // Reads with the reader of the block's own kind; what was taken is written again.
    private static BlockError Read(byte[] block, out byte[] again)
    {
        again = [];
        var kind = block.Length > 1 ? (BlockKind)block[1] : BlockKind.Readings;
        BlockError error;
        if (kind == BlockKind.Layout)
        {
            error = LayoutCodec.TryReadBlock(block, block.Length, out ChannelLayout[] channels, out _);
            byte[] body = new byte[Limits.LayoutBytesMax];
            if (error == BlockError.None)
                again = Seal(kind, body[..LayoutCodec.Write(channels, body)]);
        }
        else if (kind == BlockKind.Events)
        {
            var events = new EventBlock();
            error = new EventBlockCodec().TryRead(block, block.Length, events);
            if (error == BlockError.None)
                again = EventBlockTests.Written(events);
        }
        else
        {
            var readings = new ReadingBlock(Limits.ReadingsPerBlockMax);
            error = new ReadingBlockReader().TryRead(block, block.Length, readings);
            if (error == BlockError.None)
                again = ReadingBlockTests.Written(readings);
        }
        return error;
    }

    private void Print(SortedDictionary<BlockError, int> outcomes)
    {
        foreach ((BlockError error, int count) in outcomes)
            _output.WriteLine($"{error,-16}{count,8}");
    }
}
