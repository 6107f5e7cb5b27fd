using EdgeMeters.Gateway.Core;

namespace EdgeMeters.Gateway.Configuration;

/// <summary>The gateway's configuration, checked. Paths are absolute.</summary>
/// <param name="DataFolder">Where the log lies; one gateway at a time.</param>
/// <param name="Mqtt">Where nodes connect.</param>
/// <param name="Web">Where dashboard and API listen.</param>
/// <param name="NodeKeys">Key of each node, by its name, 32 bytes.</param>
/// <param name="Points">The registry of metering points.</param>
/// <param name="Forwarders">The destinations.</param>
public sealed record GatewaySettings(
    string DataFolder,
    MqttSettings Mqtt,
    WebSettings Web,
    IReadOnlyDictionary<string, byte[]> NodeKeys,
    IReadOnlyList<MeteringPoint> Points,
    ForwarderSettings Forwarders);
