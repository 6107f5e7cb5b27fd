using EdgeMeters.Firmware.Tests.Budget;
using EdgeMeters.Firmware.Tests.Support;
using EdgeMeters.Metering;
using EdgeMeters.Metering.Configuration;
using EdgeMeters.Metering.Ports;
using EdgeMeters.Wire;

namespace EdgeMeters.Firmware.Tests.Pulse;

/// <summary>Node cores that do nothing but count, without a link.</summary>
internal static class PulseNode
{
    /// <summary>The core of a node with a contact at each channel.</summary>
    public static NodeCore Start(IBlockDevice flash, VirtualClock clock, QuietHost host, IPulseCounter[] counters, NodeTable table)
    {
        NodePorts ports = new(flash, new ReceiptUplink { IsConnected = false }, clock, new SeededEntropy(1), new ChecksumMac(), host, host)
        {
            Counters = counters,
        };
        return new NodeCore(table, ports, 1, SixteenMeters.ReadingsMax);
    }

    public static NodeTable Table(int intervalSeconds, int checkpointSeconds, params (int PulsesPerSecondMax, long StartPulses)[] contacts) => new()
    {
        Version = 1,
        Node = "node",
        GatewayHost = "gateway",
        GatewayPort = 8883,
        IntervalSeconds = intervalSeconds,
        CheckpointSeconds = checkpointSeconds,
        Channels = [.. contacts.Select((contact, i) => new ChannelTable
        {
            Layout = new ChannelLayout { MeterSerial = "P" + i, Register = "8-0:1.0.0", Unit = Unit.Litre },
            Kind = ChannelKind.Pulse, Input = (byte)i, Contact = ContactKind.Counter,
            PulsesPerSecondMax = contact.PulsesPerSecondMax, StartPulses = contact.StartPulses,
        })],
    };
}
