namespace EdgeMeters.Wire;

/// <summary>What surrounds every block: format, kind, suite in front; CRC-32C and authentication code behind (FORMAT.md, "Envelope").</summary>
public sealed class BlockEnvelope
{
    /// <summary>First byte of a block of format version 1.</summary>
    public const byte Format1 = 0xE1;

    public const int HeadBytes = 3;
    public const int CrcBytes = 4;
    public const int MacBytes = 8;
    public const int OverheadBytes = HeadBytes + CrcBytes + MacBytes;

    private readonly IBlockMac _mac;
    private readonly byte[] _macBuffer = new byte[MacBytes + 24];

    public BlockEnvelope(IBlockMac mac)
    {
        _mac = mac;
    }

    /// <summary>Begins a block; the caller writes the body and then calls <see cref="Seal"/>.</summary>
    public void Open(ByteWriter writer, BlockKind kind)
    {
        writer.Byte(Format1);
        writer.Byte((byte)kind);
        writer.Byte(_mac.Suite);
    }

    /// <summary>Ends the block that began at <paramref name="offset"/> of <paramref name="buffer"/>.</summary>
    /// <returns>Bytes of the whole block, or 0 when it did not fit <paramref name="buffer"/> or <see cref="Limits.BlockBytesMax"/>.</returns>
    public int Seal(ByteWriter writer, byte[] buffer, int offset)
    {
        if (writer.Overflowed)
            return 0;
        writer.UInt32(Crc32C.Compute(buffer, offset, writer.Position - offset));
        if (writer.Overflowed)
            return 0;
        _mac.Compute(buffer, offset, writer.Position - offset, _macBuffer);
        writer.Bytes(_macBuffer, 0, MacBytes);
        int bytes = writer.Position - offset;
        return writer.Overflowed || bytes > Limits.BlockBytesMax ? 0 : bytes;
    }

    /// <summary>Checks length, format, kind and CRC without a key: what can be said of a block before its node is known.</summary>
    public static BlockError Inspect(byte[] block, int offset, int count)
    {
        if (count < OverheadBytes)
            return BlockError.TooShort;
        if (count > Limits.BlockBytesMax)
            return BlockError.TooLong;
        if (block[offset] != Format1)
            return BlockError.UnknownFormat;
        if (!IsKind(block[offset + 1]))
            return BlockError.UnknownKind;
        int crcAt = offset + count - MacBytes - CrcBytes;
        uint crc = Crc32C.Compute(block, offset, crcAt - offset);
        uint stated = (uint)(block[crcAt] | (block[crcAt + 1] << 8) | (block[crcAt + 2] << 16) | (block[crcAt + 3] << 24));
        return crc == stated ? BlockError.None : BlockError.CrcMismatch;
    }

    private static bool IsKind(byte kind)
    {
        return kind >= (byte)BlockKind.Readings && kind <= (byte)BlockKind.Hello
            || kind >= (byte)BlockKind.Time && kind <= (byte)BlockKind.Admission;
    }

    /// <summary>Checks the whole envelope, authentication code included.</summary>
    public BlockError Verify(byte[] block, int offset, int count)
    {
        BlockError error = Inspect(block, offset, count);
        if (error != BlockError.None)
            return error;
        if (block[offset + 2] != _mac.Suite)
            return BlockError.UnknownSuite;
        int macAt = offset + count - MacBytes;
        _mac.Compute(block, offset, macAt - offset, _macBuffer);
        // Every byte is compared, so that the time taken tells a forger nothing.
        int difference = 0;
        for (int i = 0; i < MacBytes; i++)
            difference |= _macBuffer[i] ^ block[macAt + i];
        return difference == 0 ? BlockError.None : BlockError.MacMismatch;
    }

    /// <summary>Starts <paramref name="reader"/> on the body of a block that was inspected.</summary>
    public static BlockKind OpenBody(ByteReader reader, byte[] block, int offset, int count)
    {
        reader.Start(block, offset + HeadBytes, count - OverheadBytes);
        return (BlockKind)block[offset + 1];
    }
}
