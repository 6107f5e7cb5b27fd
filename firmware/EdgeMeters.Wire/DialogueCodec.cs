namespace EdgeMeters.Wire;

/// <summary>Encodes and decodes what node and gateway say to each other beside readings: hello, time, command (FORMAT.md).</summary>
public sealed class DialogueCodec
{
    private readonly ByteWriter _writer = new ByteWriter();
    private readonly ByteReader _reader = new ByteReader();

    /// <returns>Bytes written from offset 0, or 0 when they do not fit.</returns>
    public int Write(BlockEnvelope envelope, Hello hello, byte[] destination, int bytesMax)
    {
        Open(envelope, BlockKind.Hello, destination, bytesMax);
        _writer.UInt32(hello.StartNumber);
        _writer.VarUInt(hello.Number);
        _writer.VarUInt(hello.LastCommand);
        _writer.VarUInt(hello.ApplicationVersion);
        _writer.VarUInt(hello.ConfigurationVersion);
        _writer.Byte(hello.Board);
        _writer.UInt32(hello.ImageTransfer);
        _writer.VarUInt(hello.ImageOffset);
        return envelope.Seal(_writer, destination, 0);
    }

    /// <inheritdoc cref="Write(BlockEnvelope, Hello, byte[], int)"/>
    public int Write(BlockEnvelope envelope, TimeAnswer time, byte[] destination, int bytesMax)
    {
        Open(envelope, BlockKind.Time, destination, bytesMax);
        _writer.UInt32(time.StartNumber);
        _writer.VarUInt(time.HelloNumber);
        _writer.VarUInt((ulong)time.UtcMs);
        return envelope.Seal(_writer, destination, 0);
    }

    /// <inheritdoc cref="Write(BlockEnvelope, Hello, byte[], int)"/>
    public int Write(BlockEnvelope envelope, Command command, byte[] destination, int bytesMax)
    {
        Open(envelope, BlockKind.Command, destination, bytesMax);
        _writer.UInt32(command.StartNumber);
        _writer.VarUInt(command.Number);
        _writer.Byte(command.Code);
        _writer.Byte(command.Channel);
        _writer.VarInt(command.A);
        _writer.VarInt(command.B);
        return envelope.Seal(_writer, destination, 0);
    }

    /// <summary>Reads a block whose envelope was verified.</summary>
    public BlockError TryRead(byte[] source, int count, Hello hello)
    {
        BlockError error = OpenBody(source, count, BlockKind.Hello);
        if (error != BlockError.None)
            return error;
        hello.StartNumber = _reader.UInt32();
        bool isInRange = hello.StartNumber != 0;
        hello.Number = Number(ref isInRange);
        hello.LastCommand = Number(ref isInRange);
        hello.ApplicationVersion = Number(ref isInRange);
        hello.ConfigurationVersion = Number(ref isInRange);
        hello.Board = _reader.Byte();
        hello.ImageTransfer = _reader.UInt32();
        hello.ImageOffset = Number(ref isInRange);
        return Judge(isInRange);
    }

    /// <inheritdoc cref="TryRead(byte[], int, Hello)"/>
    public BlockError TryRead(byte[] source, int count, TimeAnswer time)
    {
        BlockError error = OpenBody(source, count, BlockKind.Time);
        if (error != BlockError.None)
            return error;
        time.StartNumber = _reader.UInt32();
        bool isInRange = time.StartNumber != 0;
        time.HelloNumber = Number(ref isInRange);
        ulong utcMs = _reader.VarUInt();
        time.UtcMs = (long)utcMs;
        return Judge(isInRange && utcMs <= 1000UL * uint.MaxValue);
    }

    /// <inheritdoc cref="TryRead(byte[], int, Hello)"/>
    public BlockError TryRead(byte[] source, int count, Command command)
    {
        BlockError error = OpenBody(source, count, BlockKind.Command);
        if (error != BlockError.None)
            return error;
        command.StartNumber = _reader.UInt32();
        bool isInRange = command.StartNumber != 0;
        command.Number = Number(ref isInRange);
        command.Code = _reader.Byte();
        command.Channel = _reader.Byte();
        command.A = _reader.VarInt();
        command.B = _reader.VarInt();
        return Judge(isInRange && command.Number != 0);
    }

    private void Open(BlockEnvelope envelope, BlockKind kind, byte[] destination, int bytesMax)
    {
        _writer.Start(destination, 0, bytesMax);
        envelope.Open(_writer, kind);
    }

    private BlockError OpenBody(byte[] source, int count, BlockKind kind)
    {
        BlockError error = BlockEnvelope.Inspect(source, 0, count);
        if (error != BlockError.None)
            return error;
        return BlockEnvelope.OpenBody(_reader, source, 0, count) == kind ? BlockError.None : BlockError.UnknownKind;
    }

    private uint Number(ref bool isInRange)
    {
        ulong number = _reader.VarUInt();
        isInRange &= number <= uint.MaxValue;
        return (uint)number;
    }

    private BlockError Judge(bool isInRange)
    {
        if (_reader.Failed || !isInRange)
            return BlockError.BadField;
        return _reader.Remaining == 0 ? BlockError.None : BlockError.TrailingBytes;
    }
}
