using EdgeMeters.Metering.Ports;
using EdgeMeters.Metering.Uplink;
using EdgeMeters.Wire;

namespace EdgeMeters.Metering;

/// <summary>What a host gives to the node core: its devices, each behind its port.</summary>
public sealed class NodePorts
{
    public NodePorts(
        IBlockDevice journal, IUplink uplink, INodeClock clock, IEntropy entropy, IBlockMac mac, INodeControl control, IDocumentTaker documents)
    {
        Journal = journal;
        Uplink = uplink;
        Clock = clock;
        Entropy = entropy;
        Mac = mac;
        Control = control;
        Documents = documents;
    }

    public IBlockDevice Journal { get; }

    public IUplink Uplink { get; }

    public INodeClock Clock { get; }

    public IEntropy Entropy { get; }

    public IBlockMac Mac { get; }

    public INodeControl Control { get; }

    public IDocumentTaker Documents { get; }

    /// <summary>Lines by their index in the configuration.</summary>
    public ISerialLine[] Lines { get; set; } = new ISerialLine[0];

    /// <summary>Counters by channel; null for a channel that counts no pulses.</summary>
    public IPulseCounter?[] Counters { get; set; } = new IPulseCounter?[0];
}
