using System;
using EdgeMeters.Metering.Registers;
using EdgeMeters.Wire;

namespace EdgeMeters.Metering.Configuration;

/// <summary>Encodes and decodes a node's table in its signed envelope (FORMAT.md, "Configuration").</summary>
public static class NodeTableCodec
{
    private const byte MaySleepFlag = 1;

    /// <returns>Bytes written from offset 0, or 0 when they do not fit.</returns>
    /// <exception cref="ArgumentException">The table is one that every node refuses; the message names the field.</exception>
    public static int Write(BlockEnvelope envelope, NodeTable table, byte[] destination)
    {
        string fault = NodeTableFault.Of(table);
        if (fault.Length > 0)
            throw new ArgumentException("The configuration cannot be written: " + fault);
        ByteWriter writer = new ByteWriter();
        writer.Start(destination, 0, destination.Length < NodeTable.BytesMax ? destination.Length : NodeTable.BytesMax);
        envelope.Open(writer, BlockKind.Configuration);
        writer.VarUInt(table.Version);
        Text(writer, table.Node);
        writer.Byte(table.Board);
        Text(writer, table.GatewayHost);
        writer.UInt16((ushort)table.GatewayPort);
        writer.UInt16((ushort)table.Station);
        writer.VarUInt((ulong)table.IntervalSeconds);
        writer.VarUInt((ulong)table.CheckpointSeconds);
        writer.VarUInt((ulong)table.BlockBytesMax);
        writer.Byte(table.MaySleep ? MaySleepFlag : (byte)0);
        writer.Byte((byte)table.Lines.Length);
        for (int i = 0; i < table.Lines.Length; i++)
            Write(writer, table.Lines[i]);
        byte[] layout = new byte[Limits.LayoutBytesMax];
        int layoutBytes = LayoutCodec.Write(table.Layout(), layout);
        writer.VarUInt((ulong)layoutBytes);
        writer.Bytes(layout, 0, layoutBytes);
        for (int i = 0; i < table.Channels.Length; i++)
            Write(writer, table.Channels[i]);
        return layoutBytes == 0 ? 0 : envelope.Seal(writer, destination, 0);
    }

    /// <summary>Reads a table whose envelope was verified. Whole or not at all.</summary>
    /// <param name="fault">What is wrong with it; an empty string when nothing is.</param>
    /// <returns>The table, or null.</returns>
    public static NodeTable? Read(byte[] source, int count, out string fault)
    {
        fault = "it is no whole block of a configuration";
        if (count > NodeTable.BytesMax || BlockEnvelope.Inspect(source, 0, count) != BlockError.None)
            return null;
        ByteReader reader = new ByteReader();
        if (BlockEnvelope.OpenBody(reader, source, 0, count) != BlockKind.Configuration)
            return null;
        NodeTable table = new NodeTable();
        ulong version = reader.VarUInt();
        table.Version = (uint)version;
        table.Node = Text(reader);
        table.Board = reader.Byte();
        table.GatewayHost = Text(reader);
        table.GatewayPort = reader.UInt16();
        table.Station = reader.UInt16();
        table.IntervalSeconds = Number(reader);
        table.CheckpointSeconds = Number(reader);
        table.BlockBytesMax = Number(reader);
        byte flags = reader.Byte();
        table.MaySleep = (flags & MaySleepFlag) != 0;
        int lines = reader.Byte();
        fault = "a field of its head ends early or is out of its range";
        if (reader.Failed || version > uint.MaxValue || flags > MaySleepFlag || lines > NodeTable.LinesMax)
            return null;
        table.Lines = new LineTable[lines];
        for (int i = 0; i < lines; i++)
            table.Lines[i] = ReadLine(reader);
        fault = "its layout is damaged";
        int layoutBytes = Number(reader);
        int layoutAt = reader.Position;
        reader.Skip(layoutBytes);
        ChannelLayout[] layout;
        uint layoutId;
        if (reader.Failed || LayoutCodec.TryReadBody(source, layoutAt, layoutBytes, out layout, out layoutId) != BlockError.None)
            return null;
        table.Channels = new ChannelTable[layout.Length];
        for (int i = 0; i < layout.Length; i++)
            table.Channels[i] = ReadChannel(reader, layout[i]);
        fault = "its channels end early, or bytes follow them";
        if (reader.Failed || reader.Remaining != 0)
            return null;
        fault = NodeTableFault.Of(table);
        return fault.Length == 0 ? table : null;
    }

    private static void Write(ByteWriter writer, LineTable line)
    {
        writer.VarUInt((ulong)line.BaudRate);
        writer.Byte(line.Parity);
        writer.Byte(line.StopBits);
        writer.UInt16((ushort)line.TimeoutMs);
        writer.UInt16((ushort)line.LateAnswerMsMax);
        writer.UInt16((ushort)line.GapMs);
    }

    private static LineTable ReadLine(ByteReader reader)
    {
        LineTable line = new LineTable();
        line.BaudRate = Number(reader);
        line.Parity = reader.Byte();
        line.StopBits = reader.Byte();
        line.TimeoutMs = reader.UInt16();
        line.LateAnswerMsMax = reader.UInt16();
        line.GapMs = reader.UInt16();
        return line;
    }

    private static void Write(ByteWriter writer, ChannelTable channel)
    {
        writer.Byte((byte)channel.Kind);
        if (channel.Kind == ChannelKind.Modbus)
        {
            writer.Byte(channel.Line);
            writer.Byte(channel.Unit);
            writer.Byte(channel.Function);
            writer.UInt16(channel.Address);
            writer.Byte((byte)channel.Type);
            writer.Byte((byte)channel.Order);
            writer.VarUInt((ulong)channel.FloatScale);
            return;
        }
        writer.Byte(channel.Input);
        writer.Byte((byte)channel.Contact);
        writer.VarUInt((ulong)channel.MicrosecondsMin);
        writer.VarUInt((ulong)channel.PulsesPerSecondMax);
        writer.VarUInt((ulong)channel.StartPulses);
    }

    private static ChannelTable ReadChannel(ByteReader reader, ChannelLayout layout)
    {
        ChannelTable channel = new ChannelTable();
        channel.Layout = layout;
        channel.Kind = (ChannelKind)reader.Byte();
        if (channel.Kind == ChannelKind.Modbus)
        {
            channel.Line = reader.Byte();
            channel.Unit = reader.Byte();
            channel.Function = reader.Byte();
            channel.Address = reader.UInt16();
            channel.Type = (RegisterType)reader.Byte();
            channel.Order = (WordOrder)reader.Byte();
            channel.FloatScale = Number(reader);
            return channel;
        }
        channel.Input = reader.Byte();
        channel.Contact = (ContactKind)reader.Byte();
        channel.MicrosecondsMin = Number(reader);
        channel.PulsesPerSecondMax = Number(reader);
        channel.StartPulses = (long)reader.VarUInt();
        return channel;
    }

    private static void Text(ByteWriter writer, string text)
    {
        writer.Byte((byte)text.Length);
        for (int i = 0; i < text.Length; i++)
            writer.Byte((byte)text[i]);
    }

    private static string Text(ByteReader reader)
    {
        int length = reader.Byte();
        if (reader.Failed || length > NodeTable.HostCharsMax)
            return "";
        char[] text = new char[length];
        for (int i = 0; i < length; i++)
            text[i] = (char)reader.Byte();
        return new string(text);
    }

    // What is beyond 31 bits is out of every range here, so -1 will do for it.
    private static int Number(ByteReader reader)
    {
        ulong number = reader.VarUInt();
        return number > int.MaxValue ? -1 : (int)number;
    }
}
