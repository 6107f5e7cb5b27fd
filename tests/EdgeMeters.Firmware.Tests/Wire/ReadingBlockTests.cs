using CsCheck;
using EdgeMeters.Wire;

namespace EdgeMeters.Firmware.Tests.Wire;

public sealed class ReadingBlockTests
{
    [Fact]
    public void Any_readings_come_back_as_they_were()
    {
        WireGenerators.Readings.Sample(block =>
        {
            byte[] buffer = new byte[64 * 1024];
            int count = Write(block, buffer, buffer.Length);
            if (count == 0)
            {
                Assert.True(block.Rows * block.Channels > 1000, "a block of so few readings fits however wild they are");
                return;
            }
            var read = new ReadingBlock(Limits.ReadingsPerBlockMax);
            Array.Fill(read.Registers, 4711);
            Assert.Equal(BlockError.None, HmacBlockMac.AnyNode().Verify(buffer, 0, count));
            Assert.Equal(BlockError.None, new ReadingBlockReader().TryRead(buffer, count, read));
            WireAssert.Same(block, read);
            Assert.Equal(buffer[..count], Written(read));
        }, iter: 3_000);
    }

    [Fact]
    public void A_block_is_written_whole_or_not_at_all_however_little_room_there_is()
    {
        ReadingBlock block = Household(channels: 2, rows: 5);
        int count = Written(block).Length;
        for (int room = 0; room < count; room++)
            Assert.Equal(0, Write(block, new byte[count], room));
        Assert.Equal(count, Write(block, new byte[count], count));
    }

    [Fact]
    public void A_block_above_the_limit_of_every_reader_is_not_written()
    {
        var block = Household(channels: 32, rows: 96);
        for (int i = 0; i < block.Registers.Length; i++)
            block.Registers[i] = i / 32 % 2 == 0 ? long.MaxValue : long.MinValue / 3;
        Assert.Equal(0, Write(block, new byte[64 * 1024], 64 * 1024));
    }

    [Fact]
    public void Fewer_rows_than_the_block_holds_are_written_as_a_block_of_their_own()
    {
        ReadingBlock block = Household(channels: 3, rows: 9);
        byte[] buffer = new byte[4096];
        int count = new ReadingBlockWriter(HmacBlockMac.AnyNode()).Write(block, 4, buffer, buffer.Length);
        var read = new ReadingBlock(Limits.ReadingsPerBlockMax);
        Assert.Equal(BlockError.None, new ReadingBlockReader().TryRead(buffer, count, read));
        Assert.Equal(4, read.Rows);
        Assert.Equal(block.Registers[..12], read.Registers[..12]);
    }

    [Fact]
    public void A_register_under_a_missing_reading_never_reaches_the_wire()
    {
        ReadingBlock block = Household(channels: 1, rows: 6);
        block.Qualities[2] = (byte)Quality.Missing;
        block.Registers[2] = 0;
        byte[] expected = Written(block);
        block.Registers[2] = long.MinValue;
        Assert.Equal(expected, Written(block));
    }

    [Fact]
    public void A_reader_with_less_room_than_rows_refuses_the_header()
    {
        byte[] bytes = Written(Household(channels: 2, rows: 10));
        Assert.Equal(BlockError.BadHeader, new ReadingBlockReader().TryRead(bytes, bytes.Length, new ReadingBlock(19)));
        Assert.Equal(BlockError.None, new ReadingBlockReader().TryRead(bytes, bytes.Length, new ReadingBlock(20)));
    }

    [Fact]
    public void One_meter_exchange_does_not_cost_the_day_its_compression()
    {
        ReadingBlock block = Household(channels: 1, rows: 96);
        int plain = Written(block).Length;
        for (int row = 48; row < 96; row++)
            block.Registers[row] -= 1L << 44;
        Assert.InRange(Written(block).Length, plain, plain + 30);
    }

    [Fact]
    public void The_Rice_parameter_is_the_cheapest_of_all_and_the_smallest_of_equals()
    {
        Gen.Select(Gen.Int[0, 44], Gen.Int[0, 62], Gen.ULong.Array[1, 40], Gen.Bool).Sample((bits, outlierBits, random, hasOutlier) =>
        {
            ReadingBlock block = Household(channels: 1, rows: random.Length + 1);
            ulong[] steps = random.Select(step => step >> (63 - bits)).ToArray();
            if (hasOutlier)
                steps[0] = random[0] >> (63 - outlierBits);
            for (int row = 0; row < steps.Length; row++)
                block.Registers[row + 1] = unchecked(block.Registers[row] + (long)steps[row]);
            // A sum beyond 2^63 falls; those columns are signed and another test's.
            if (block.Registers.Zip(block.Registers.Skip(1)).Any(pair => pair.Second < pair.First))
                return;

            int[] costs = Enumerable.Range(0, RegisterCoder.RiceBitsMax + 1)
                .Select(k => steps.Sum(step => step >> k < RegisterCoder.EscapeOnes ? (int)(step >> k) + 1 + k : RegisterCoder.EscapeOnes + 64))
                .ToArray();
            byte[] bytes = Written(block);
            int headAt = BlockEnvelope.HeadBytes + 18 + 1;
            Assert.Equal(Array.IndexOf(costs, costs.Min()), bytes[headAt]);
        }, iter: 5_000);
    }

    [Fact]
    public void A_register_that_jumps_over_the_whole_range_comes_back()
    {
        ReadingBlock block = Household(channels: 1, rows: 5);
        long[] registers = [long.MinValue, long.MaxValue, long.MinValue, 0, long.MaxValue];
        foreach (int rows in new[] { 2, 5 })
        {
            registers.CopyTo(block.Registers, 0);
            byte[] buffer = new byte[4096];
            int count = new ReadingBlockWriter(HmacBlockMac.AnyNode()).Write(block, rows, buffer, buffer.Length);
            var read = new ReadingBlock(5);
            Assert.Equal(BlockError.None, new ReadingBlockReader().TryRead(buffer, count, read));
            Assert.Equal(registers[..rows], read.Registers[..rows]);
        }
    }

    public static TheoryData<string, Action<ReadingBlock>> Impossible { get; } = new()
    {
        { "Epoch", block => block.Epoch = 0 },
        { "Channels", block => block.Channels = 0 },
        { "Channels", block => block.Channels = Limits.ChannelsMax + 1 },
        { "rows", block => block.Rows = 0 },
        { "rows", block => block.Rows = 5 },
        { "FirstSequence", block => block.FirstSequence = 0 },
        { "FirstSequence", block => block.FirstSequence = uint.MaxValue - 2 },
        { "Clock", block => block.Clock = (ClockQuality)3 },
        { "PeriodSeconds", block => block.PeriodSeconds = 0 },
        { "PeriodSeconds", block => block.PeriodSeconds = Limits.PeriodSecondsMax + 1 },
        { "UTC", block => block.StartUtcSeconds = uint.MaxValue - 3 * 900 + 1 },
        { "quality", block => block.Qualities[7] = 3 },
    };

    [Theory]
    [MemberData(nameof(Impossible))]
    public void A_block_that_every_reader_would_refuse_is_a_bug_and_is_not_written(string named, Action<ReadingBlock> spoil)
    {
        ReadingBlock block = Household(channels: 2, rows: 4);
        spoil(block);
        var thrown = Assert.Throws<ArgumentException>(() => Write(block, new byte[4096], 4096));
        Assert.Contains(named, thrown.Message);
    }

    [Fact]
    public void Times_of_rows_count_up_by_the_period()
    {
        ReadingBlock block = Household(channels: 1, rows: 4);
        Assert.Equal([1_800_000_000u, 1_800_000_900u, 1_800_001_800u, 1_800_002_700u], Enumerable.Range(0, 4).Select(block.UtcSecondsOf));
    }

    internal static ReadingBlock Household(int channels, int rows)
    {
        var block = new ReadingBlock(channels * rows)
        {
            Epoch = 0xC0FFEE01,
            LayoutId = 0x1234ABCD,
            FirstSequence = 17,
            StartUtcSeconds = 1_800_000_000,
            PeriodSeconds = rows > 1 ? 900 : 0,
            Clock = ClockQuality.Synchronised,
            Rows = rows,
            Channels = channels,
        };
        for (int row = 0; row < rows; row++)
        {
            for (int channel = 0; channel < channels; channel++)
                block.Registers[row * channels + channel] = 1_000_000L * (channel + 1) + row * 80 + row * row % 37;
        }
        return block;
    }

    internal static byte[] Written(ReadingBlock block)
    {
        byte[] buffer = new byte[64 * 1024];
        return buffer[..Write(block, buffer, buffer.Length)];
    }

    private static int Write(ReadingBlock block, byte[] buffer, int bytesMax)
    {
        return new ReadingBlockWriter(HmacBlockMac.AnyNode()).Write(block, block.Rows, buffer, bytesMax);
    }
}
