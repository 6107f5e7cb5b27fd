namespace EdgeMeters.Wire;

/// <summary>Encodes and decodes what node and gateway say to each other beside readings: hello, time, command, admission (FORMAT.md).</summary>
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
        _writer.UInt16((ushort)hello.Station);
        _writer.UInt32(hello.Epoch);
        _writer.VarUInt(hello.OldestRow);
        _writer.VarUInt(hello.ReleasedRow);
        _writer.VarUInt(hello.OldestEvent);
        _writer.VarUInt(hello.ReleasedEvent);
        _writer.Byte((byte)(hello.IsResending ? 1 : 0));
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

    /// <inheritdoc cref="Write(BlockEnvelope, Hello, byte[], int)"/>
    public int Write(BlockEnvelope envelope, Admission admission, byte[] destination, int bytesMax)
    {
        Open(envelope, BlockKind.Admission, destination, bytesMax);
        _writer.UInt32(admission.StartNumber);
        _writer.VarUInt(admission.HelloNumber);
        _writer.VarUInt((ulong)admission.WaitSeconds);
        _writer.VarUInt((ulong)admission.SlotSeconds);
        _writer.VarUInt((ulong)admission.GrowthPercent);
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
        hello.Station = _reader.UInt16();
        hello.Epoch = _reader.UInt32();
        hello.OldestRow = Number(ref isInRange);
        hello.ReleasedRow = Number(ref isInRange);
        hello.OldestEvent = Number(ref isInRange);
        hello.ReleasedEvent = Number(ref isInRange);
        byte isResending = _reader.Byte();
        hello.IsResending = isResending == 1;
        isInRange &= hello.Epoch != 0 && hello.OldestRow != 0 && hello.OldestEvent != 0 && isResending <= 1;
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

    /// <inheritdoc cref="TryRead(byte[], int, Hello)"/>
    public BlockError TryRead(byte[] source, int count, Admission admission)
    {
        BlockError error = OpenBody(source, count, BlockKind.Admission);
        if (error != BlockError.None)
            return error;
        admission.StartNumber = _reader.UInt32();
        bool isInRange = admission.StartNumber != 0;
        admission.HelloNumber = Number(ref isInRange);
        uint wait = Number(ref isInRange);
        uint slot = Number(ref isInRange);
        uint growth = Number(ref isInRange);
        isInRange &= wait <= Admission.WaitSecondsMax && slot < Limits.PeriodSecondsMax
            && (growth == 0 || growth >= Admission.GrowthPercentMin && growth <= Admission.GrowthPercentMax);
        admission.WaitSeconds = (int)wait;
        admission.SlotSeconds = (int)slot;
        admission.GrowthPercent = (int)growth;
        return Judge(isInRange);
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
