using EdgeMeters.Metering.Bus.Modbus;
using EdgeMeters.Metering.Pulse;
using EdgeMeters.Metering.Registers;
using EdgeMeters.Wire;

namespace EdgeMeters.Metering.Configuration;

/// <summary>Judges a table before it is encoded and after it was decoded: one set of rules for tool and node.</summary>
public static class NodeTableFault
{
    /// <returns>What is wrong and where, or an empty string.</returns>
    public static string Of(NodeTable table)
    {
        if (table.Version == 0)
            return "version is 0: versions begin at 1";
        if (!IsNodeName(table.Node))
            return "node: 1 to 40 characters of A-Z a-z 0-9 . _ -";
        if (!IsHost(table.GatewayHost))
            return "gateway host: 1 to 64 printable ASCII characters";
        if (table.GatewayPort < 1 || table.GatewayPort > 65535)
            return "gateway port: 1 to 65535";
        if (table.Station < 0 || table.Station > 65535)
            return "station: 0 to 65535";
        if (table.IntervalSeconds < 1 || table.IntervalSeconds > Limits.PeriodSecondsMax)
            return "interval: 1 to 86400 seconds";
        if (table.CheckpointSeconds < 1 || table.CheckpointSeconds > 3600)
            return "checkpoint: 1 to 3600 seconds";
        if (table.BlockBytesMax < Limits.BlockBytesMin || table.BlockBytesMax > Limits.BlockBytesMax)
            return "block: 1024 to 16384 bytes";
        if (table.Lines.Length > NodeTable.LinesMax)
            return "lines: at most 8";
        if (table.Channels.Length < 1 || table.Channels.Length > Limits.ChannelsMax)
            return "channels: 1 to 32";
        for (int i = 0; i < table.Lines.Length; i++)
        {
            if (!IsLine(table.Lines[i]))
                return "line " + i.ToString() + ": a rate or time is out of its range";
        }
        return OfChannels(table);
    }

    private static string OfChannels(NodeTable table)
    {
        for (int i = 0; i < table.Channels.Length; i++)
        {
            ChannelTable channel = table.Channels[i];
            string place = "channel " + i.ToString() + ": ";
            if (!LayoutCodec.IsWithinLimits(channel.Layout))
                return place + "meter serial, unit or scale is out of its range";
            bool isModbus = channel.Kind == ChannelKind.Modbus;
            if (!isModbus && channel.Kind != ChannelKind.Pulse)
                return place + "unknown kind";
            if (isModbus ? !IsModbus(channel, table.Lines.Length) : !IsPulse(channel))
                return place + (isModbus ? "line, unit, function, type or scale is out of its range" : "input, contact, width or rate is out of its range");
            for (int other = 0; other < i; other++)
            {
                ChannelLayout layout = table.Channels[other].Layout;
                if (layout.MeterSerial == channel.Layout.MeterSerial && layout.Register == channel.Layout.Register)
                    return place + "the same register of the same meter as channel " + other.ToString();
                if (!isModbus && table.Channels[other].Kind == ChannelKind.Pulse && table.Channels[other].Input == channel.Input)
                    return place + "the same input as channel " + other.ToString();
            }
        }
        return "";
    }

    /// <summary>1 to 40 characters of A-Z a-z 0-9 . _ -: what a topic and a certificate can carry.</summary>
    public static bool IsNodeName(string node)
    {
        if (node.Length < 1 || node.Length > NodeTable.NodeCharsMax)
            return false;
        for (int i = 0; i < node.Length; i++)
        {
            char c = node[i];
            bool isFit = c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '.' || c == '_' || c == '-';
            if (!isFit)
                return false;
        }
        return true;
    }

    private static bool IsHost(string host)
    {
        if (host.Length < 1 || host.Length > NodeTable.HostCharsMax)
            return false;
        for (int i = 0; i < host.Length; i++)
        {
            if (host[i] <= ' ' || host[i] > '~')
                return false;
        }
        return true;
    }

    private static bool IsLine(LineTable line)
    {
        return line.BaudRate >= 300 && line.BaudRate <= 115200
            && line.Parity <= 2 && line.StopBits >= 1 && line.StopBits <= 2
            && line.TimeoutMs >= 20 && line.TimeoutMs <= 10000
            && line.LateAnswerMsMax >= line.TimeoutMs && line.LateAnswerMsMax <= 30000
            && line.GapMs >= 0 && line.GapMs <= 1000;
    }

    private static bool IsModbus(ChannelTable channel, int lines)
    {
        return channel.Line < lines && channel.Unit >= 1 && channel.Unit <= 247
            && (channel.Function == ModbusFrame.ReadHoldingRegisters || channel.Function == ModbusFrame.ReadInputRegisters)
            && channel.Type >= RegisterType.U16 && channel.Type <= RegisterType.F32
            && channel.Order >= WordOrder.Abcd && channel.Order <= WordOrder.Dcba
            && channel.FloatScale >= 1 && channel.FloatScale <= 1000000;
    }

    private static bool IsPulse(ChannelTable channel)
    {
        return channel.Contact >= ContactKind.Counter && channel.Contact <= ContactKind.DualReed
            && channel.MicrosecondsMin >= 0 && channel.MicrosecondsMin <= PulseWidthFilter.MicrosecondsMax
            && channel.PulsesPerSecondMax >= 1 && channel.PulsesPerSecondMax <= PulseAccumulator.PulsesPerSecondMax
            && channel.StartPulses >= 0;
    }
}
