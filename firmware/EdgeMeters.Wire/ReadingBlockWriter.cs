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
    public int Write(ReadingBlock block, int rows, byte[] destination, int bytesMax)
    {
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

    private static byte QualityOf(ReadingBlock block, int channel, int row)
    {
        return block.Qualities[row * block.Channels + channel];
    }
}
