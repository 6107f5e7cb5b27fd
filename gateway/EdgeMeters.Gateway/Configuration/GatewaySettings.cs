using EdgeMeters.Gateway.Core;
using EdgeMeters.Gateway.Core.Aggregation;
using EdgeMeters.Gateway.Core.Validation;

namespace EdgeMeters.Gateway.Configuration;

/// <summary>The gateway's configuration, checked. Paths are absolute.</summary>
/// <param name="DataFolder">Where the log lies; one gateway at a time.</param>
/// <param name="IsClockTrusted">This machine's time is taken as set without asking the kernel; else nodes are told it only while something keeps it.</param>
/// <param name="Mqtt">Where nodes connect.</param>
/// <param name="Web">Where dashboard and API listen.</param>
/// <param name="NodeKeys">Key of each node, by its name, 32 bytes.</param>
/// <param name="Points">The metering points, where they stand in the configuration; null where the registry has a file of its own.</param>
/// <param name="Forwarders">The destinations.</param>
/// <param name="Rules">With which limits load profiles are checked.</param>
/// <param name="Retention">How long readings are kept as they came; null for ever.</param>
/// <param name="Network">The stations that nodes send through; null where they send whenever they like.</param>
/// <param name="Tariffs">By which load profiles can be added up; null for none.</param>
public sealed record GatewaySettings(
    string DataFolder,
    bool IsClockTrusted,
    MqttSettings Mqtt,
    WebSettings Web,
    IReadOnlyDictionary<string, byte[]> NodeKeys,
    IReadOnlyList<MeteringPoint>? Points,
    ForwarderSettings Forwarders,
    RuleBook Rules,
    TimeSpan? Retention = null,
    NetworkSettings? Network = null,
    TariffBook? Tariffs = null);
