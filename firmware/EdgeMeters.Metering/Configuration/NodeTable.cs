using EdgeMeters.Wire;

namespace EdgeMeters.Metering.Configuration;

/// <summary>What a node is: its gateway, its schedule, its lines and channels. Compiled from meter profiles by the tools; the node parses no text.</summary>
public sealed class NodeTable
{
    public const int LinesMax = 8;
    public const int MetersMax = Limits.ChannelsMax;
    public const int NodeCharsMax = 40;
    public const int HostCharsMax = 64;

    /// <summary>Bytes of the longest encoding, envelope included: 32 channels of the longest serial numbers take about 2,900.</summary>
    public const int BytesMax = 4096;

    /// <summary>Counts up with every change; a node takes none that is not above its own. Never 0.</summary>
    public uint Version { get; set; }

    /// <summary>1 to 40 characters of A-Z a-z 0-9 . _ -; MQTT client id and part of the topic.</summary>
    public string Node { get; set; } = "";

    /// <summary>Number of the board (hardware/boards); 0 for a host that is none.</summary>
    public byte Board { get; set; }

    /// <summary>Name or address of the gateway; also where time is asked for.</summary>
    public string GatewayHost { get; set; } = "";

    public int GatewayPort { get; set; }

    /// <summary>Number of the base station in the network plan, 0 when there is none.</summary>
    public int Station { get; set; }

    public int IntervalSeconds { get; set; } = 900;

    /// <summary>Counted pulses are kept in the journal at least this often, 1 to 3600.</summary>
    public int CheckpointSeconds { get; set; } = 60;

    /// <summary>Longest block to send, <see cref="Limits.BlockBytesMin"/> to <see cref="Limits.BlockBytesMax"/>.</summary>
    public int BlockBytesMax { get; set; } = Limits.BlockBytesMin;

    /// <summary>True for a node on a battery: between intervals it sleeps, if none of its channels counts pulses.</summary>
    public bool MaySleep { get; set; }

    public LineTable[] Lines { get; set; } = new LineTable[0];

    /// <summary>Meters on the lines; each is some channel's.</summary>
    public MeterTable[] Meters { get; set; } = new MeterTable[0];

    /// <summary>Channels in their order on the wire; 1 to <see cref="Limits.ChannelsMax"/>.</summary>
    public ChannelTable[] Channels { get; set; } = new ChannelTable[0];

    public ChannelLayout[] Layout()
    {
        ChannelLayout[] layout = new ChannelLayout[Channels.Length];
        for (int i = 0; i < layout.Length; i++)
            layout[i] = Channels[i].Layout;
        return layout;
    }

    public bool HasPulses()
    {
        for (int i = 0; i < Channels.Length; i++)
        {
            if (Channels[i].Kind == ChannelKind.Pulse)
                return true;
        }
        return false;
    }
}
