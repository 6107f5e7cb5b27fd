using CsCheck;
using EdgeMeters.Wire;

namespace EdgeMeters.Firmware.Tests.Wire;

/// <summary>Everything a node can put into a block, and what no sane node does but the format allows.</summary>
internal static class WireGenerators
{
    private static readonly Gen<long> HouseholdStep = Gen.Long[0, 900];

    private static readonly Gen<long> ExtremeRegister = Gen.OneOf(
        long.MinValue, long.MinValue + 1, -1, 0, 1, long.MaxValue - 1, long.MaxValue, 1L << 40, (1L << 40) * 24, (1L << 40) * 24 - 1);

    private static readonly Gen<byte> AnyQuality = Gen.Byte[0, (byte)Quality.Missing];

    /// <summary>Registers of one channel: a household's, one that stands still, one that also falls, and numbers without any sense.</summary>
    private static Gen<long[]> Column(int rows)
    {
        return Gen.Frequency(
            (4, Gen.Select(Gen.Long[0, 1L << 45], HouseholdStep.Array[rows], Walk)),
            (1, Gen.Select(Gen.Long, Gen.Const(0L).Array[rows], Walk)),
            (2, Gen.Select(Gen.Long[-1000, 1000], Gen.Long[-100, 100].Array[rows], Walk)),
            (1, Gen.Select(Gen.Long[0, 1000], Gen.Frequency((20, HouseholdStep), (1, Gen.Long)).Array[rows], Walk)),
            (1, Gen.Frequency((1, ExtremeRegister), (1, Gen.Long)).Array[rows]));
    }

    /// <summary>Qualities of one channel: all alike, an outage, or any at all.</summary>
    private static Gen<byte[]> QualityColumn(int rows)
    {
        return Gen.Frequency(
            (3, AnyQuality.Select(quality => Enumerable.Repeat(quality, rows).ToArray())),
            (3, Gen.Select(Gen.Int[0, rows], Gen.Int[0, rows], (from, to) => Outage(rows, from, to))),
            (2, AnyQuality.Array[rows]));
    }

    public static Gen<ReadingBlock> Readings { get; } =
        from channels in Gen.Frequency((3, Gen.Int[1, 4]), (1, Gen.Int[1, Limits.ChannelsMax]))
        from rows in Gen.Frequency((2, Gen.Int[1, 4]), (3, Gen.Int[1, 96]), (1, Gen.Int[1, Limits.ReadingsPerBlockMax / channels]))
        from period in Gen.OneOf(Gen.OneOf(1, 60, 900, 3600, Limits.PeriodSecondsMax), Gen.Int[1, Limits.PeriodSecondsMax])
        from start in Gen.UInt[0, uint.MaxValue - (uint)((rows - 1) * (long)period)]
        from sequence in Gen.OneOf(Gen.UInt[1, 1000], Gen.UInt[1, uint.MaxValue - (uint)rows + 1], Gen.Const(uint.MaxValue - (uint)rows + 1))
        from epoch in Gen.UInt[1, uint.MaxValue]
        from layoutId in Gen.UInt
        from clock in Gen.Byte[0, (byte)ClockQuality.Unset]
        from registers in Column(rows).Array[channels]
        from qualities in QualityColumn(rows).Array[channels]
        select Assemble(
            new ReadingBlock(rows * channels)
            {
                Epoch = epoch,
                LayoutId = layoutId,
                FirstSequence = sequence,
                StartUtcSeconds = start,
                PeriodSeconds = rows > 1 ? period : 0,
                Clock = (ClockQuality)clock,
                Rows = rows,
                Channels = channels,
            },
            registers,
            qualities);

    public static Gen<EventBlock> Events { get; } =
        from count in Gen.Int[1, Limits.EventsPerBlockMax]
        from epoch in Gen.UInt[1, uint.MaxValue]
        from layoutId in Gen.UInt
        from sequence in Gen.OneOf(Gen.UInt[1, uint.MaxValue - (uint)count + 1], Gen.Const(uint.MaxValue - (uint)count + 1))
        from times in Gen.UInt.Array[count]
        from codes in Gen.Byte.Array[count]
        from channels in Gen.OneOf(Gen.Byte[0, Limits.ChannelsMax - 1], Gen.Const(EventBlock.WholeNode)).Array[count]
        from a in Gen.OneOf(Gen.Long[-1000, 1000], Gen.Long, ExtremeRegister).Array[count]
        from b in Gen.OneOf(Gen.Long[-1000, 1000], Gen.Long, ExtremeRegister).Array[count]
        select Assemble(new EventBlock { Epoch = epoch, LayoutId = layoutId, FirstSequence = sequence, Count = count }, times, codes, channels, a, b);

    public static Gen<ChannelLayout> Channel { get; } = Gen.Select(
        Gen.Char['!', '~'].Array[1, Limits.MeterSerialCharsMax],
        Gen.Byte.Array[ObisCode.Bytes],
        Gen.Byte[(byte)Unit.Wh, (byte)Unit.Litre],
        Gen.Long[1, Limits.ScaleMax],
        Gen.Long[1, Limits.ScaleMax],
        Gen.OneOf(Gen.Const(0L), Gen.Const(100_000_000L), Gen.Long[0, long.MaxValue]),
        Gen.OneOf(Gen.Const(0L), Gen.Long[0, long.MaxValue]),
        (serial, code, unit, numerator, denominator, modulus, rate) => new ChannelLayout
        {
            MeterSerial = new string(serial),
            Register = ObisCode.Format(code, 0),
            Unit = (Unit)unit,
            Numerator = numerator,
            Denominator = denominator,
            Modulus = modulus,
            RateMaxPerHour = rate,
        });

    /// <summary>Channels of a node, few enough that their encoding always fits <see cref="Limits.LayoutBytesMax"/>.</summary>
    public static Gen<ChannelLayout[]> Layout { get; } = Channel.Array[1, 14];

    private static long[] Walk(long first, long[] steps)
    {
        var registers = new long[steps.Length];
        long register = first;
        for (int i = 0; i < steps.Length; i++)
        {
            registers[i] = register;
            register = unchecked(register + steps[i]);
        }
        return registers;
    }

    private static byte[] Outage(int rows, int from, int to)
    {
        var qualities = new byte[rows];
        for (int row = from; row < to; row++)
            qualities[row] = (byte)Quality.Missing;
        return qualities;
    }

    private static ReadingBlock Assemble(ReadingBlock block, long[][] registers, byte[][] qualities)
    {
        for (int row = 0; row < block.Rows; row++)
        {
            for (int channel = 0; channel < block.Channels; channel++)
            {
                int i = row * block.Channels + channel;
                block.Qualities[i] = qualities[channel][row];
                block.Registers[i] = block.Qualities[i] == (byte)Quality.Missing ? 0 : registers[channel][row];
            }
        }
        return block;
    }

    private static EventBlock Assemble(EventBlock block, uint[] times, byte[] codes, byte[] channels, long[] a, long[] b)
    {
        times.CopyTo(block.UtcSeconds, 0);
        codes.CopyTo(block.Codes, 0);
        channels.CopyTo(block.Channels, 0);
        a.CopyTo(block.A, 0);
        b.CopyTo(block.B, 0);
        return block;
    }
}
