using System;
using EdgeMeters.Metering.Bus;
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
        writer.Byte((byte)table.Meters.Length);
        for (int i = 0; i < table.Meters.Length; i++)
            Write(writer, table.Meters[i]);
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
        fault = "its meters end early or are too many";
        int meters = reader.Byte();
        if (reader.Failed || meters > NodeTable.MetersMax)
            return null;
        table.Meters = new MeterTable[meters];
        for (int i = 0; i < meters; i++)
            table.Meters[i] = ReadMeter(reader);
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
        {
            table.Channels[i] = ReadChannel(reader, layout[i], table.Meters);
            fault = "channel " + i.ToString() + ": its meter is not in the table, or speaks what this node does not";
            if (table.Channels[i].Kind == ChannelKind.Bus && table.Channels[i].Point == null)
                return null;
        }
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
    }

    private static LineTable ReadLine(ByteReader reader)
    {
        LineTable line = new LineTable();
        line.BaudRate = Number(reader);
        line.Parity = reader.Byte();
        line.StopBits = reader.Byte();
        line.TimeoutMs = reader.UInt16();
        line.LateAnswerMsMax = reader.UInt16();
        return line;
    }

    private static void Write(ByteWriter writer, MeterTable meter)
    {
        writer.Byte(meter.Line);
        writer.Byte((byte)meter.Protocol);
        writer.Byte((byte)meter.Address.Length);
        writer.Bytes(meter.Address, 0, meter.Address.Length);
        writer.VarUInt((ulong)meter.BaudRate);
        writer.Byte(meter.Parity);
        writer.Byte(meter.StopBits);
        writer.UInt16((ushort)meter.GapMs);
        writer.Byte((byte)meter.RegistersMax);
        writer.Byte(meter.Variant);
    }

    private static MeterTable ReadMeter(ByteReader reader)
    {
        MeterTable meter = new MeterTable();
        meter.Line = reader.Byte();
        meter.Protocol = (BusProtocol)reader.Byte();
        int addressBytes = reader.Byte();
        meter.Address = new byte[addressBytes <= MeterTable.AddressBytesMax ? addressBytes : 0];
        for (int i = 0; i < meter.Address.Length; i++)
            meter.Address[i] = reader.Byte();
        meter.BaudRate = Number(reader);
        meter.Parity = reader.Byte();
        meter.StopBits = reader.Byte();
        meter.GapMs = reader.UInt16();
        meter.RegistersMax = reader.Byte();
        meter.Variant = reader.Byte();
        return meter;
    }

    private static void Write(ByteWriter writer, ChannelTable channel)
    {
        writer.Byte((byte)channel.Kind);
        if (channel.Point != null)
        {
            writer.Byte(channel.Meter);
            channel.Point.Write(writer);
            return;
        }
        writer.Byte(channel.Input);
        writer.Byte((byte)channel.Contact);
        writer.VarUInt((ulong)channel.MicrosecondsMin);
        writer.VarUInt((ulong)channel.PulsesPerSecondMax);
        writer.VarUInt((ulong)channel.StartPulses);
    }

    private static ChannelTable ReadChannel(ByteReader reader, ChannelLayout layout, MeterTable[] meters)
    {
        ChannelTable channel = new ChannelTable();
        channel.Layout = layout;
        channel.Kind = (ChannelKind)reader.Byte();
        if (channel.Kind == ChannelKind.Bus)
        {
            channel.Meter = reader.Byte();
            channel.Point = channel.Meter < meters.Length ? BusFactory.NewPoint(meters[channel.Meter].Protocol) : null;
            if (channel.Point != null)
                channel.Point.Read(reader);
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
