using System.Text.Json;
using System.Text.Json.Serialization;

namespace EdgeMeters.Benchmarks.Support;

/// <summary>A reading as a lean peer sends it in JSON: meter, time, register. Nothing else, so that it is as short as such a message can be.</summary>
internal readonly record struct LeanReading(
    [property: JsonPropertyName("m")] string Meter, [property: JsonPropertyName("t")] long EndUtcSeconds, [property: JsonPropertyName("v")] long Register)
{
    /// <summary>A node's readings, row by row, without end.</summary>
    public static IEnumerable<LeanReading> Of(NodeFeed node)
    {
        while (true)
        {
            var row = node.Next(1);
            for (int channel = 0; channel < node.Layout.Length; channel++)
                yield return new LeanReading(node.Layout[channel].MeterSerial, row.StartUtcSeconds, row.Registers[channel]);
        }
    }

    /// <summary>A message: of one reading the reading, of more an array.</summary>
    public static byte[] Json(LeanReading[] readings) => readings.Length == 1
        ? JsonSerializer.SerializeToUtf8Bytes(readings[0], LeanJson.Default.LeanReading)
        : JsonSerializer.SerializeToUtf8Bytes(readings, LeanJson.Default.LeanReadingArray);
}

/// <summary>Generated code, the fastest that System.Text.Json has.</summary>
[JsonSerializable(typeof(LeanReading))]
[JsonSerializable(typeof(LeanReading[]))]
internal sealed partial class LeanJson : JsonSerializerContext;
