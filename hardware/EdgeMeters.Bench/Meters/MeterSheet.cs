using System.Text.Json;

namespace EdgeMeters.Bench.Meters;

/// <summary>What a virtual meter needs of a file in hardware/meter-profiles, read by the bench itself.</summary>
/// <remarks>The node's own reader is not used: a profile that it misunderstood would make the meter misunderstand it alike.</remarks>
public sealed record MeterSheet
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web);

    public string Id { get; init; } = "";

    public string Carrier { get; init; } = "";

    public SheetBus? Bus { get; init; }

    public SheetRegister[] Registers { get; init; } = [];

    public SheetRegister[] Samples { get; init; } = [];

    /// <summary>Names of the profiles of meters on a bus.</summary>
    public static IReadOnlyList<string> List(string folder)
    {
        if (!Directory.Exists(folder))
            return [];
        IEnumerable<string> names = Directory.GetFiles(folder, "*.json").Select(file => Path.GetFileNameWithoutExtension(file)).Where(name => name != "schema");
        return [.. names.Where(name => Load(folder, name).Bus != null).Order(StringComparer.Ordinal)];
    }

    /// <exception cref="IOException">There is no such file, or it is no profile.</exception>
    public static MeterSheet Load(string folder, string id)
    {
        string path = Path.Combine(folder, id + ".json");
        try
        {
            return JsonSerializer.Deserialize<MeterSheet>(File.ReadAllText(path), Options) ?? throw new JsonException("it is empty");
        }
        catch (JsonException e)
        {
            throw new IOException($"'{path}' is no meter profile ({e.Message}): correct it or name another one", e);
        }
    }
}
