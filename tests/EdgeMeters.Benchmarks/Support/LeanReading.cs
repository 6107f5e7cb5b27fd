using System.Text.Json.Serialization;

namespace EdgeMeters.Benchmarks.Support;

/// <summary>A reading as a lean peer sends it in JSON: meter, time, register. Nothing else, so that it is as short as such a message can be.</summary>
internal readonly record struct LeanReading(
    [property: JsonPropertyName("m")] string Meter, [property: JsonPropertyName("t")] long EndUtcSeconds, [property: JsonPropertyName("v")] long Register);

/// <summary>Generated code, the fastest that System.Text.Json has.</summary>
[JsonSerializable(typeof(LeanReading))]
[JsonSerializable(typeof(LeanReading[]))]
internal sealed partial class LeanJson : JsonSerializerContext;
