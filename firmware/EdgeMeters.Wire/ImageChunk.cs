namespace EdgeMeters.Wire;

/// <summary>A piece of an application image on its way to a node (FORMAT.md, "To the node").</summary>
public sealed class ImageChunk
{
    private readonly ByteWriter _writer = new ByteWriter();
    private readonly ByteReader _reader = new ByteReader();

    /// <summary>Names the image that the piece is of: the CRC-32C of the whole image, or 1 should that be 0.</summary>
    public uint Transfer { get; private set; }

    /// <summary>Where in the image the piece lies.</summary>
    public int Offset { get; private set; }

    /// <summary>Where in the block that was read the piece lies.</summary>
    public int PieceAt { get; private set; }

    public int PieceBytes { get; private set; }

    /// <summary>Writes one piece.</summary>
    /// <param name="image">The whole image.</param>
    /// <param name="count">Bytes of the piece, which begins at <paramref name="offset"/>.</param>
    /// <returns>Bytes of the block, or 0 when it does not fit.</returns>
    public int Write(BlockEnvelope envelope, uint transfer, byte[] image, int offset, int count, byte[] block, int bytesMax)
    {
        _writer.Start(block, 0, bytesMax);
        envelope.Open(_writer, BlockKind.ImageChunk);
        _writer.UInt32(transfer);
        _writer.VarUInt((ulong)offset);
        _writer.Bytes(image, offset, count);
        return envelope.Seal(_writer, block, 0);
    }

    /// <summary>Reads a block whose envelope was verified.</summary>
    public BlockError TryRead(byte[] block, int count)
    {
        BlockError error = BlockEnvelope.Inspect(block, 0, count);
        if (error != BlockError.None)
            return error;
        if (BlockEnvelope.OpenBody(_reader, block, 0, count) != BlockKind.ImageChunk)
            return BlockError.UnknownKind;
        Transfer = _reader.UInt32();
        ulong offset = _reader.VarUInt();
        Offset = (int)offset;
        PieceAt = _reader.Position;
        PieceBytes = _reader.Remaining;
        return _reader.Failed || Transfer == 0 || offset > int.MaxValue || PieceBytes == 0 ? BlockError.BadField : BlockError.None;
    }

    /// <summary>The name of an image on its way.</summary>
    public static uint TransferOf(byte[] image)
    {
        uint crc = Crc32C.Compute(image, 0, image.Length);
        return crc == 0 ? 1 : crc;
    }
}
