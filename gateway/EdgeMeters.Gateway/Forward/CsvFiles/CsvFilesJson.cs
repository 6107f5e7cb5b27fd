using System.Text.Json.Serialization;

namespace EdgeMeters.Gateway.Forward.CsvFiles;

[JsonSerializable(typeof(CsvPosition))]
[JsonSerializable(typeof(LastBatch))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
internal sealed partial class CsvFilesJson : JsonSerializerContext;
