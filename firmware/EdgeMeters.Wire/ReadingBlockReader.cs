namespace EdgeMeters.Wire;

/// <summary>Decodes a block of readings whose envelope was verified. Total: any bytes give readings or a named error.</summary>
public sealed class ReadingBlockReader
{
    private readonly ByteReader _reader = new ByteReader();
    private readonly RegisterCoder _coder = new RegisterCoder();

    /// <summary>Reads into <paramref name="block"/>, whose content is undefined unless <see cref="BlockError.None"/> is returned.</summary>
    public BlockError TryRead(byte[] source, int count, ReadingBlock block)
    {
        BlockError error = BlockEnvelope.Inspect(source, 0, count);
        if (error != BlockError.None)
            return error;
        if (BlockEnvelope.OpenBody(_reader, source, 0, count) != BlockKind.Readings)
            return BlockError.UnknownKind;
        if (!TryReadHeader(block))
            return BlockError.BadHeader;
        for (int channel = 0; channel < block.Channels; channel++)
        {
            if (!TryReadQualities(block, channel))
                return BlockError.BadQuality;
            if (!_coder.TryRead(_reader, block.Registers, block.Qualities, channel, block.Channels, block.Rows))
                return BlockError.BadRegister;
        }
        return _reader.Remaining == 0 ? BlockError.None : BlockError.TrailingBytes;
    }

    private bool TryReadHeader(ReadingBlock block)
    {
        block.Epoch = _reader.UInt32();
        block.LayoutId = _reader.UInt32();
        ulong firstSequence = _reader.VarUInt();
        ulong rows = _reader.VarUInt();
        int channels = _reader.Byte();
        byte clock = _reader.Byte();
        block.StartUtcSeconds = _reader.UInt32();
        if (_reader.Failed || block.Epoch == 0 || clock > (byte)ClockQuality.Unset)
            return false;
        if (channels < 1 || channels > Limits.ChannelsMax || rows < 1 || rows > (ulong)block.RowsMax(channels))
            return false;
        if (rows * (ulong)channels > Limits.ReadingsPerBlockMax)
            return false;
        // The first is bounded by itself too: it is a 64-bit varint, and a sum beyond 2^64 would come out small.
        if (firstSequence < 1 || firstSequence > uint.MaxValue || firstSequence + rows - 1 > uint.MaxValue)
            return false;
        ulong period = rows > 1 ? _reader.VarUInt() : 0;
        if (_reader.Failed || period > Limits.PeriodSecondsMax || rows > 1 && period == 0)
            return false;
        if (block.StartUtcSeconds + (rows - 1) * period > uint.MaxValue)
            return false;
        block.FirstSequence = (uint)firstSequence;
        block.Rows = (int)rows;
        block.Channels = channels;
        block.Clock = (ClockQuality)clock;
        block.PeriodSeconds = (int)period;
        return true;
    }

    private bool TryReadQualities(ReadingBlock block, int channel)
    {
        byte head = _reader.Byte();
        if (head != ReadingBlockWriter.RunsFlag)
            return !_reader.Failed && TryFill(block, channel, 0, block.Rows, head);
        ulong runs = _reader.VarUInt();
        if (_reader.Failed || runs < 2 || runs > (ulong)block.Rows)
            return false;
        int row = 0;
        int previous = -1;
        for (ulong run = 0; run < runs; run++)
        {
            byte quality = _reader.Byte();
            ulong length = _reader.VarUInt();
            if (_reader.Failed || length < 1 || length > (ulong)(block.Rows - row) || quality == previous)
                return false;
            if (!TryFill(block, channel, row, (int)length, quality))
                return false;
            row += (int)length;
            previous = quality;
        }
        return row == block.Rows;
    }

    private static bool TryFill(ReadingBlock block, int channel, int firstRow, int rows, byte quality)
    {
        if (quality > (byte)Quality.Missing)
            return false;
        for (int row = firstRow; row < firstRow + rows; row++)
            block.Qualities[row * block.Channels + channel] = quality;
        return true;
    }
}
