using System;

namespace EdgeMeters.Wire;

/// <summary>Encodes a <see cref="ReadingBlock"/>: header once, then a column for each channel (FORMAT.md, "Readings").</summary>
public sealed class ReadingBlockWriter
{
    /// <summary>Set on a quality byte that counts runs instead of naming the one quality of the column.</summary>
    public const byte RunsFlag = 0x80;

    private readonly ByteWriter _writer = new ByteWriter();
    private readonly RegisterCoder _coder = new RegisterCoder();
    private readonly BlockEnvelope _envelope;

    public ReadingBlockWriter(BlockEnvelope envelope)
    {
        _envelope = envelope;
    }

    /// <summary>Writes the first <paramref name="rows"/> rows of the block.</summary>
    /// <returns>Bytes written from offset 0, or 0 when <paramref name="bytesMax"/> does not hold them.</returns>
    /// <exception cref="ArgumentException">The block is one that every reader refuses.</exception>
    public int Write(ReadingBlock block, int rows, byte[] destination, int bytesMax)
    {
        Check(block, rows);
        _writer.Start(destination, 0, bytesMax);
        _envelope.Open(_writer, BlockKind.Readings);
        _writer.UInt32(block.Epoch);
        _writer.UInt32(block.LayoutId);
        _writer.VarUInt(block.FirstSequence);
        _writer.VarUInt((ulong)rows);
        _writer.Byte((byte)block.Channels);
        _writer.Byte((byte)block.Clock);
        _writer.UInt32(block.StartUtcSeconds);
        if (rows > 1)
            _writer.VarUInt((ulong)block.PeriodSeconds);
        for (int channel = 0; channel < block.Channels; channel++)
        {
            WriteQualities(block, channel, rows);
            _coder.Write(_writer, block.Registers, block.Qualities, channel, block.Channels, rows);
        }
        return _envelope.Seal(_writer, destination, 0);
    }

    private void WriteQualities(ReadingBlock block, int channel, int rows)
    {
        int runs = 1;
        for (int row = 1; row < rows; row++)
        {
            if (QualityOf(block, channel, row) != QualityOf(block, channel, row - 1))
                runs++;
        }
        if (runs == 1)
        {
            _writer.Byte(QualityOf(block, channel, 0));
            return;
        }
        _writer.Byte(RunsFlag);
        _writer.VarUInt((ulong)runs);
        int start = 0;
        for (int row = 1; row <= rows; row++)
        {
            if (row < rows && QualityOf(block, channel, row) == QualityOf(block, channel, start))
                continue;
            _writer.Byte(QualityOf(block, channel, start));
            _writer.VarUInt((ulong)(row - start));
            start = row;
        }
    }

    private static void Check(ReadingBlock block, int rows)
    {
        if (block.Epoch == 0)
            throw new ArgumentException("Readings cannot be written: Epoch is 0; draw one when the journal is made.");
        if (block.Channels < 1 || block.Channels > Limits.ChannelsMax)
            throw new ArgumentException("Readings cannot be written: Channels must be 1 to Limits.ChannelsMax.");
        if (rows < 1 || rows > block.RowsMax(block.Channels) || rows * block.Channels > Limits.ReadingsPerBlockMax)
            throw new ArgumentException("Readings cannot be written: rows must be 1 or more, and all fit block and Limits.ReadingsPerBlockMax.");
        if (block.FirstSequence < 1 || block.FirstSequence > uint.MaxValue - (uint)rows + 1)
            throw new ArgumentException("Readings cannot be written: FirstSequence must be 1 or more, and the last still 32 bits.");
        if (block.Clock > ClockQuality.Unset)
            throw new ArgumentException("Readings cannot be written: Clock is none of ClockQuality.");
        if (rows > 1 && (block.PeriodSeconds < 1 || block.PeriodSeconds > Limits.PeriodSecondsMax))
            throw new ArgumentException("Readings cannot be written: PeriodSeconds must be 1 to Limits.PeriodSecondsMax.");
        if (rows > 1 && block.StartUtcSeconds + (long)(rows - 1) * block.PeriodSeconds > uint.MaxValue)
            throw new ArgumentException("Readings cannot be written: the last row lies beyond 32 bits of UTC seconds.");
        for (int i = 0; i < rows * block.Channels; i++)
        {
            if (block.Qualities[i] > (byte)Quality.Missing)
                throw new ArgumentException("Readings cannot be written: a quality is none of Quality.");
        }
    }

    private static byte QualityOf(ReadingBlock block, int channel, int row)
    {
        return block.Qualities[row * block.Channels + channel];
    }
}
