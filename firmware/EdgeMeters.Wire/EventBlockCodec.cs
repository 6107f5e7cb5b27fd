using System;

namespace EdgeMeters.Wire;

/// <summary>Encodes and decodes event blocks (FORMAT.md, "Events").</summary>
public sealed class EventBlockCodec
{
    private readonly ByteWriter _writer = new ByteWriter();
    private readonly ByteReader _reader = new ByteReader();

    /// <returns>Bytes written from offset 0, or 0 when they do not fit.</returns>
    /// <exception cref="ArgumentException">The block is one that every reader refuses.</exception>
    public int Write(BlockEnvelope envelope, EventBlock block, byte[] destination, int bytesMax)
    {
        Check(block);
        _writer.Start(destination, 0, bytesMax);
        envelope.Open(_writer, BlockKind.Events);
        _writer.UInt32(block.Epoch);
        _writer.UInt32(block.LayoutId);
        _writer.VarUInt(block.FirstSequence);
        _writer.Byte((byte)block.Count);
        for (int i = 0; i < block.Count; i++)
        {
            _writer.UInt32(block.UtcSeconds[i]);
            _writer.Byte(block.Codes[i]);
            _writer.Byte(block.Channels[i]);
            _writer.VarInt(block.A[i]);
            _writer.VarInt(block.B[i]);
        }
        return envelope.Seal(_writer, destination, 0);
    }

    /// <summary>Reads a block whose envelope was verified.</summary>
    public BlockError TryRead(byte[] source, int count, EventBlock block)
    {
        BlockError error = BlockEnvelope.Inspect(source, 0, count);
        if (error != BlockError.None)
            return error;
        if (BlockEnvelope.OpenBody(_reader, source, 0, count) != BlockKind.Events)
            return BlockError.UnknownKind;
        block.Epoch = _reader.UInt32();
        block.LayoutId = _reader.UInt32();
        ulong firstSequence = _reader.VarUInt();
        block.Count = _reader.Byte();
        if (_reader.Failed || block.Epoch == 0 || block.Count < 1 || block.Count > Limits.EventsPerBlockMax)
            return BlockError.BadHeader;
        // The first is bounded by itself too: it is a 64-bit varint, and a sum beyond 2^64 would come out small.
        if (firstSequence < 1 || firstSequence > uint.MaxValue || firstSequence + (ulong)block.Count - 1 > uint.MaxValue)
            return BlockError.BadHeader;
        block.FirstSequence = (uint)firstSequence;
        for (int i = 0; i < block.Count; i++)
        {
            block.UtcSeconds[i] = _reader.UInt32();
            block.Codes[i] = _reader.Byte();
            block.Channels[i] = _reader.Byte();
            block.A[i] = _reader.VarInt();
            block.B[i] = _reader.VarInt();
            if (_reader.Failed || !IsChannel(block.Channels[i]))
                return BlockError.BadEvent;
        }
        return _reader.Remaining == 0 ? BlockError.None : BlockError.TrailingBytes;
    }

    private static bool IsChannel(byte channel)
    {
        return channel < Limits.ChannelsMax || channel == EventBlock.WholeNode;
    }

    private static void Check(EventBlock block)
    {
        if (block.Epoch == 0)
            throw new ArgumentException("Events cannot be written: Epoch is 0; draw one when the journal is made.");
        if (block.Count < 1 || block.Count > Limits.EventsPerBlockMax)
            throw new ArgumentException("Events cannot be written: Count must be 1 to Limits.EventsPerBlockMax.");
        if (block.FirstSequence < 1 || block.FirstSequence > uint.MaxValue - (uint)block.Count + 1)
            throw new ArgumentException("Events cannot be written: FirstSequence must be 1 or more, and the last still 32 bits.");
        for (int i = 0; i < block.Count; i++)
        {
            if (!IsChannel(block.Channels[i]))
                throw new ArgumentException("Events cannot be written: a channel is neither below Limits.ChannelsMax nor WholeNode.");
        }
    }
}
