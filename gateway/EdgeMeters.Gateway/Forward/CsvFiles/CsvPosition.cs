using System.Text.Json;

namespace EdgeMeters.Gateway.Forward.CsvFiles;

/// <summary>The forwarder's position, as the gateway keeps it with the settlement.</summary>
/// <param name="Series">Key of the first interval ever written: tells this gateway's batches from those of another in the same directory.</param>
/// <param name="Batch">Batches settled; the first is 1.</param>
internal sealed record CsvPosition(string Series, long Batch)
{
    /// <exception cref="JsonException">Not a position of this forwarder.</exception>
    public static CsvPosition Parse(string position)
    {
        var parsed = JsonSerializer.Deserialize(position, CsvFilesJson.Default.CsvPosition);
        return parsed is { Series: not null, Batch: > 0 } ? parsed : throw new JsonException("series or batch is missing.");
    }

    public override string ToString() => JsonSerializer.Serialize(this, CsvFilesJson.Default.CsvPosition);
}
