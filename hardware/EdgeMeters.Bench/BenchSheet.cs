using System.Text.Json;

namespace EdgeMeters.Bench;

/// <summary>What is on a line: the file of "bus".</summary>
/// <param name="Pace">As "9600/8N1": bytes take the time that they take at this setting; null for none.</param>
/// <param name="Faults">Of the line and of every meter on it.</param>
internal sealed record BenchSheet(BenchMeter[] Meters, string? Pace = null, string? Faults = null)
{
    private static readonly JsonSerializerOptions Options =
        new(JsonSerializerDefaults.Web) { UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow };

    /// <exception cref="FormatException">It is no such file.</exception>
    public static BenchSheet Load(string path)
    {
        try
        {
            BenchSheet? sheet = JsonSerializer.Deserialize<BenchSheet>(File.ReadAllText(path), Options);
            return sheet?.Meters == null ? throw new FormatException($"'{path}' names no meters") : sheet;
        }
        catch (JsonException e)
        {
            throw new FormatException($"'{path}' is not read: {e.Message}", e);
        }
    }
}
