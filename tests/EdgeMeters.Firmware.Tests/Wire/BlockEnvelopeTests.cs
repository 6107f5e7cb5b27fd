using EdgeMeters.Wire;

namespace EdgeMeters.Firmware.Tests.Wire;

public sealed class BlockEnvelopeTests
{
    private static readonly byte[] Key = Enumerable.Range(0, 32).Select(i => (byte)i).ToArray();

    [Fact]
    public void A_block_sent_under_another_nodes_name_is_refused_even_with_the_same_key()
    {
        byte[] block = Sealed(new HmacBlockMac(Key, "node-0001"));
        Assert.Equal(BlockError.None, new BlockEnvelope(new HmacBlockMac(Key, "node-0001")).Verify(block, 0, block.Length));
        Assert.Equal(BlockError.MacMismatch, new BlockEnvelope(new HmacBlockMac(Key, "node-0002")).Verify(block, 0, block.Length));
        Assert.Equal(BlockError.MacMismatch, new BlockEnvelope(new HmacBlockMac(Key, "node-000")).Verify(block, 0, block.Length));
        Assert.Equal(BlockError.MacMismatch, new BlockEnvelope(new HmacBlockMac(Key, "")).Verify(block, 0, block.Length));
    }

    [Fact]
    public void A_block_under_another_key_is_refused()
    {
        byte[] block = Sealed(new HmacBlockMac(Key, "node-0001"));
        for (int bit = 0; bit < Key.Length * 8; bit++)
        {
            byte[] other = [.. Key];
            other[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Equal(BlockError.MacMismatch, new BlockEnvelope(new HmacBlockMac(other, "node-0001")).Verify(block, 0, block.Length));
        }
    }

    [Fact]
    public void A_suite_that_the_reader_was_not_given_is_named()
    {
        byte[] block = Sealed(new HmacBlockMac(Key, "node-0001", suite: 2));
        Assert.Equal(BlockError.UnknownSuite, new BlockEnvelope(new HmacBlockMac(Key, "node-0001")).Verify(block, 0, block.Length));
    }

    [Theory]
    [InlineData(0, 0x00, BlockError.UnknownFormat)]
    [InlineData(0, 0xE0, BlockError.UnknownFormat)]
    [InlineData(0, 0xE2, BlockError.UnknownFormat)]
    [InlineData(1, 0x00, BlockError.UnknownKind)]
    [InlineData(1, 0x05, BlockError.UnknownKind)]
    [InlineData(1, 0x0F, BlockError.UnknownKind)]
    [InlineData(1, 0x15, BlockError.UnknownKind)]
    public void A_format_or_kind_of_a_later_version_is_refused_by_name_whatever_follows(int at, byte b, BlockError expected)
    {
        byte[] block = Sealed(new HmacBlockMac(Key, "node-0001"));
        block[at] = b;
        Assert.Equal(expected, BlockEnvelope.Inspect(block, 0, block.Length));
    }

    [Fact]
    public void A_block_of_another_kind_is_refused_by_every_reader()
    {
        byte[] readings = ReadingBlockTests.Written(ReadingBlockTests.Household(1, 2));
        byte[] events = EventBlockTests.Written(EventBlockTests.Restart());
        Assert.Equal(BlockError.UnknownKind, new EventBlockCodec().TryRead(readings, readings.Length, new EventBlock()));
        Assert.Equal(BlockError.UnknownKind, LayoutCodec.TryReadBlock(readings, readings.Length, out _, out _));
        Assert.Equal(BlockError.UnknownKind, new ReadingBlockReader().TryRead(events, events.Length, new ReadingBlock(10)));
    }

    [Fact]
    public void Lengths_outside_the_limits_are_refused_before_anything_is_read()
    {
        for (int count = 0; count < BlockEnvelope.OverheadBytes; count++)
            Assert.Equal(BlockError.TooShort, BlockEnvelope.Inspect(new byte[count], 0, count));
        Assert.Equal(BlockError.TooLong, BlockEnvelope.Inspect(new byte[Limits.BlockBytesMax + 1], 0, Limits.BlockBytesMax + 1));
    }

    [Fact]
    public void A_block_in_the_middle_of_a_buffer_is_verified_where_it_lies()
    {
        var mac = new HmacBlockMac(Key, "node-0001");
        byte[] block = Sealed(mac);
        byte[] buffer = [9, 9, 9, .. block, 9];
        Assert.Equal(BlockError.None, new BlockEnvelope(mac).Verify(buffer, 3, block.Length));
    }

    private static byte[] Sealed(IBlockMac mac)
    {
        byte[] buffer = new byte[4096];
        ReadingBlock block = ReadingBlockTests.Household(channels: 2, rows: 3);
        return buffer[..new ReadingBlockWriter(new BlockEnvelope(mac)).Write(block, block.Rows, buffer, buffer.Length)];
    }
}
