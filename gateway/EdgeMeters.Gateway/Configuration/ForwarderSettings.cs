using EdgeMeters.Gateway.Forward.CsvFiles;
using EdgeMeters.Gateway.Forward.MqttJson;

namespace EdgeMeters.Gateway.Configuration;

/// <summary>The destinations, by type.</summary>
public sealed record ForwarderSettings(IReadOnlyList<MqttJsonOptions> MqttJson, IReadOnlyList<CsvFilesOptions> CsvFiles);
