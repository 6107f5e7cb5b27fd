using System;

namespace EdgeMeters.Wire;

/// <summary>Encodes a node's channels as the body of a layout block. The CRC-32C of that body is the layout's name.</summary>
/// <remarks>
/// Every block of readings carries the name, so that readings made before a meter was exchanged are never attributed to the meter after it,
/// however late they arrive (FORMAT.md, "Layout").
/// </remarks>
public static class LayoutCodec
{
    /// <summary>Writes the body.</summary>
    /// <returns>Bytes written from offset 0, or 0 when a channel is outside its limits or all do not fit <see cref="Limits.LayoutBytesMax"/>.</returns>
    public static int Write(ChannelLayout[] channels, byte[] destination)
    {
        if (channels.Length < 1 || channels.Length > Limits.ChannelsMax)
            return 0;
        ByteWriter writer = new ByteWriter();
        int bytesMax = destination.Length < Limits.LayoutBytesMax ? destination.Length : Limits.LayoutBytesMax;
        writer.Start(destination, 0, bytesMax);
        writer.Byte((byte)channels.Length);
        byte[] code = new byte[ObisCode.Bytes];
        for (int i = 0; i < channels.Length; i++)
        {
            ChannelLayout channel = channels[i];
            if (!IsWithinLimits(channel) || !ObisCode.TryParse(channel.Register, code, 0))
                return 0;
            writer.Byte((byte)channel.MeterSerial.Length);
            for (int at = 0; at < channel.MeterSerial.Length; at++)
                writer.Byte((byte)channel.MeterSerial[at]);
            writer.Bytes(code, 0, ObisCode.Bytes);
            writer.Byte((byte)channel.Unit);
            writer.VarUInt((ulong)channel.Numerator);
            writer.VarUInt((ulong)channel.Denominator);
            writer.VarUInt((ulong)channel.Modulus);
            writer.VarUInt((ulong)channel.RateMaxPerHour);
        }
        return writer.Overflowed ? 0 : writer.Position;
    }

    /// <summary>The layout's name. Zero is kept for "none".</summary>
    public static uint IdOf(byte[] body, int offset, int count)
    {
        uint crc = Crc32C.Compute(body, offset, count);
        return crc == 0 ? 1 : crc;
    }

    /// <summary>Wraps an encoded body into a block.</summary>
    /// <returns>Bytes of the block, or 0 when it does not fit.</returns>
    public static int WriteBlock(BlockEnvelope envelope, byte[] body, int bodyCount, byte[] destination, int bytesMax)
    {
        if (bodyCount > bytesMax - BlockEnvelope.OverheadBytes)
            return 0;
        Array.Copy(body, 0, destination, BlockEnvelope.HeadBytes, bodyCount);
        return SealBlock(envelope, bodyCount, destination, bytesMax);
    }

    /// <summary>Makes a block of a body that lies in its place already, at <see cref="BlockEnvelope.HeadBytes"/>.</summary>
    /// <inheritdoc cref="WriteBlock"/>
    public static int SealBlock(BlockEnvelope envelope, int bodyCount, byte[] block, int bytesMax)
    {
        ByteWriter writer = new ByteWriter();
        writer.Start(block, 0, bytesMax);
        envelope.Open(writer, BlockKind.Layout);
        writer.Bytes(block, BlockEnvelope.HeadBytes, bodyCount);
        return envelope.Seal(writer, block, 0);
    }

    /// <summary>Reads a layout block whose envelope was verified.</summary>
    /// <param name="channels">The channels; empty unless <see cref="BlockError.None"/> is returned.</param>
    /// <param name="layoutId">The layout's name.</param>
    public static BlockError TryReadBlock(byte[] block, int count, out ChannelLayout[] channels, out uint layoutId)
    {
        channels = new ChannelLayout[0];
        layoutId = 0;
        BlockError error = BlockEnvelope.Inspect(block, 0, count);
        if (error != BlockError.None)
            return error;
        ByteReader reader = new ByteReader();
        if (BlockEnvelope.OpenBody(reader, block, 0, count) != BlockKind.Layout)
            return BlockError.UnknownKind;
        return TryReadBody(block, BlockEnvelope.HeadBytes, count - BlockEnvelope.OverheadBytes, out channels, out layoutId);
    }

    /// <summary>Reads a body as <see cref="Write"/> wrote it.</summary>
    public static BlockError TryReadBody(byte[] body, int offset, int count, out ChannelLayout[] channels, out uint layoutId)
    {
        channels = new ChannelLayout[0];
        layoutId = 0;
        if (count > Limits.LayoutBytesMax)
            return BlockError.TooLong;
        ByteReader reader = new ByteReader();
        reader.Start(body, offset, count);
        int channelCount = reader.Byte();
        if (reader.Failed || channelCount < 1 || channelCount > Limits.ChannelsMax)
            return BlockError.BadHeader;
        ChannelLayout[] read = new ChannelLayout[channelCount];
        for (int i = 0; i < channelCount; i++)
        {
            ChannelLayout? channel = ReadChannel(reader);
            if (channel == null)
                return BlockError.BadLayout;
            read[i] = channel;
        }
        if (reader.Remaining != 0)
            return BlockError.TrailingBytes;
        channels = read;
        layoutId = IdOf(body, offset, count);
        return BlockError.None;
    }

    /// <summary>Says whether a channel can be encoded: its serial, scale, modulus and rate are within <see cref="Limits"/>.</summary>
    public static bool IsWithinLimits(ChannelLayout channel)
    {
        int length = channel.MeterSerial.Length;
        if (length < 1 || length > Limits.MeterSerialCharsMax)
            return false;
        for (int i = 0; i < length; i++)
        {
            if (channel.MeterSerial[i] < '!' || channel.MeterSerial[i] > '~')
                return false;
        }
        return channel.Unit >= Unit.Wh && channel.Unit <= Unit.Litre
            && channel.Numerator >= 1 && channel.Numerator <= Limits.ScaleMax
            && channel.Denominator >= 1 && channel.Denominator <= Limits.ScaleMax
            && channel.Modulus >= 0 && channel.RateMaxPerHour >= 0;
    }

    private static ChannelLayout? ReadChannel(ByteReader reader)
    {
        int length = reader.Byte();
        if (reader.Failed || length > Limits.MeterSerialCharsMax)
            return null;
        char[] serial = new char[length];
        for (int i = 0; i < length; i++)
            serial[i] = (char)reader.Byte();
        byte[] code = new byte[ObisCode.Bytes];
        for (int i = 0; i < ObisCode.Bytes; i++)
            code[i] = reader.Byte();
        ChannelLayout channel = new ChannelLayout();
        channel.MeterSerial = new string(serial);
        channel.Register = ObisCode.Format(code, 0);
        channel.Unit = (Unit)reader.Byte();
        channel.Numerator = (long)reader.VarUInt();
        channel.Denominator = (long)reader.VarUInt();
        channel.Modulus = (long)reader.VarUInt();
        channel.RateMaxPerHour = (long)reader.VarUInt();
        return !reader.Failed && IsWithinLimits(channel) ? channel : null;
    }
}
