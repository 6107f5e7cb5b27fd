using EdgeMeters.Metering.Bus;
using EdgeMeters.Metering.Bus.Modbus;
using EdgeMeters.Metering.Pulse;
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
        if (table.Meters.Length > NodeTable.MetersMax)
            return "meters: at most 32";
        for (int i = 0; i < table.Meters.Length; i++)
        {
            string fault = OfMeter(table, i);
            if (fault.Length > 0)
                return "meter " + i.ToString() + ": " + fault;
        }
        return OfChannels(table);
    }

    private static string OfMeter(NodeTable table, int number)
    {
        MeterTable meter = table.Meters[number];
        if (BusFactory.NewPoint(meter.Protocol) == null)
            return "a protocol that this node does not speak";
        if (!BusFactory.IsAddress(meter.Protocol, meter.Address))
            return "its address is none of its protocol";
        if (meter.Line >= table.Lines.Length || !IsSetting(meter.BaudRate == 0 ? 9600 : meter.BaudRate, meter.Parity, meter.StopBits)
            || meter.GapMs < 0 || meter.GapMs > MeterTable.GapMsMax
            || meter.RegistersMax < 1 || meter.RegistersMax > ModbusFrame.QuantityMax)
            return "line, rate, gap or registers are out of their range";
        bool hasChannel = false;
        for (int i = 0; i < table.Channels.Length; i++)
            hasChannel |= table.Channels[i].Kind == ChannelKind.Bus && table.Channels[i].Meter == number;
        if (!hasChannel)
            return "no channel reads it";
        for (int other = 0; other < number; other++)
        {
            if (IsSameMeter(table.Meters[other], meter))
                return "the same address as meter " + other.ToString();
        }
        return "";
    }

    // Two protocols do not hear each other; two addresses of one protocol on one line are told apart.
    private static bool IsSameMeter(MeterTable left, MeterTable right)
    {
        if (left.Line != right.Line || left.Protocol != right.Protocol || left.Address.Length != right.Address.Length)
            return false;
        for (int i = 0; i < left.Address.Length; i++)
        {
            if (left.Address[i] != right.Address[i])
                return false;
        }
        return true;
    }

    private static string OfChannels(NodeTable table)
    {
        for (int i = 0; i < table.Channels.Length; i++)
        {
            ChannelTable channel = table.Channels[i];
            string place = "channel " + i.ToString() + ": ";
            if (!LayoutCodec.IsWithinLimits(channel.Layout))
                return place + "meter serial, unit or scale is out of its range";
            bool isPulse = channel.Kind == ChannelKind.Pulse;
            if (!isPulse && channel.Kind != ChannelKind.Bus)
                return place + "unknown kind";
            if (isPulse && !IsPulse(channel))
                return place + "input, contact, width or rate is out of its range";
            if (!isPulse && !IsPoint(channel, table.Meters))
                return place + "its meter is not in the table, or its register is none that such a meter can have";
            for (int other = 0; other < i; other++)
            {
                ChannelLayout layout = table.Channels[other].Layout;
                if (layout.MeterSerial == channel.Layout.MeterSerial && layout.Register == channel.Layout.Register)
                    return place + "the same register of the same meter as channel " + other.ToString();
                if (isPulse && table.Channels[other].Kind == ChannelKind.Pulse && table.Channels[other].Input == channel.Input)
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
        return IsSetting(line.BaudRate, line.Parity, line.StopBits)
            && line.TimeoutMs >= 20 && line.TimeoutMs <= 10000
            && line.LateAnswerMsMax >= line.TimeoutMs && line.LateAnswerMsMax <= 30000;
    }

    private static bool IsSetting(int baudRate, byte parity, byte stopBits)
    {
        return baudRate >= 300 && baudRate <= 115200 && parity <= 2 && stopBits >= 1 && stopBits <= 2;
    }

    private static bool IsPoint(ChannelTable channel, MeterTable[] meters)
    {
        return channel.Point != null && channel.Meter < meters.Length && channel.Point.IsWithinLimits()
            && channel.Point.IsOf(meters[channel.Meter].Protocol);
    }

    private static bool IsPulse(ChannelTable channel)
    {
        return channel.Point == null && channel.Contact >= ContactKind.Counter && channel.Contact <= ContactKind.DualReed
            && channel.MicrosecondsMin >= 0 && channel.MicrosecondsMin <= PulseWidthFilter.MicrosecondsMax
            && channel.PulsesPerSecondMax >= 1 && channel.PulsesPerSecondMax <= PulseAccumulator.PulsesPerSecondMax
            && channel.StartPulses >= 0;
    }
}
