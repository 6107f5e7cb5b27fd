using System.Text.Json;
using System.Text.Json.Nodes;
using EdgeMeters.Firmware.Tests.Support;
using EdgeMeters.HostNode.Configuration;
using EdgeMeters.HostNode.Profiles;

namespace EdgeMeters.Firmware.Tests.HostNode;

/// <summary>schema.json is what an editor checks a profile against, the loader what refuses it: neither may let pass what the other does not.</summary>
public sealed class MeterProfileSchemaTests : IDisposable
{
    private static readonly string Directory = Repository.PathOf("hardware", "meter-profiles");
    private static readonly JsonSchemaCheck Schema = new(Parse(File.ReadAllText(Path.Combine(Directory, "schema.json"))));

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Ids => [.. MeterProfileLoader.List(Directory)];

    // One of each bus and of each key: nulls, both kinds of scale registers, both fields, samples.
    public static TheoryData<string> Kinds =>
    [
        "abb-b-series", "sick-flowsic500", "dynasonics-tfx-ultra", "eastron-sdm120", "dlt645-2007-three-phase", "dlt645-1997", "cjt188-heat-jy", "mbus-heat",
        "pulse-water-10l",
    ];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Ids))]
    public void A_profile_follows_the_schema(string id)
    {
        Assert.Empty(Schema.Faults(Parse(File.ReadAllText(Path.Combine(Directory, id + ".json")))));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void What_is_left_out_misspelt_or_nonsense_is_refused_by_the_schema_and_by_the_loader_or_by_neither(string id)
    {
        string source = File.ReadAllText(Path.Combine(Directory, id + ".json"));
        string[] paths = [.. Paths(JsonNode.Parse(source)!, [])];
        Assert.NotEmpty(paths);
        int refused = 0;
        List<string> differences = [];
        foreach (string path in paths)
        {
            foreach ((string change, JsonNode? to) in Changes())
            {
                JsonNode changed = JsonNode.Parse(source)!;
                Change(changed, path, change, to);
                bool isBySchema = Schema.Faults(Parse(changed.ToJsonString())).Count > 0;
                bool isByLoader = IsRefused(id, changed.ToJsonString());
                if (isBySchema != isByLoader)
                    differences.Add($"{path} {change}: the schema {Says(isBySchema)}, the loader {Says(isByLoader)}");
                refused += isBySchema ? 1 : 0;
            }
        }
        Assert.Empty(differences);
        Assert.True(refused > paths.Length, $"only {refused} of {paths.Length} places are guarded");
    }

    [Theory]
    [InlineData("eastron-sdm120", "\"floatScale\": 1000", "\"floatScale\": 0", "registers[0].floatScale")]
    [InlineData("hiking-dds238", "\"type\": \"u32\"", "\"type\": \"u33\"", "registers[0].type")]
    [InlineData("hiking-dds238", "\"order\": \"abcd\"", "\"order\": \"abcd\", \"floatScale\": 10", "registers[0].floatScale")]
    [InlineData("sick-flowsic500", "\"exponentMax\": 3", "\"exponentMax\": -4", "registers[0].scale.exponentMax")]
    [InlineData("sick-flowsic500", "\"7-0:3.0.0\"", "\"7-0:3.2.0\"", "registers: names an OBIS code twice")]
    [InlineData("sick-flowsic500", "\"temperature\"", "\"pressure\"", "samples: names a sample twice")]
    [InlineData("dlt645-1997", "\"9010\"", "\"00010000\"", "registers[0].di")]
    [InlineData("cjt188-gas", "\"2C\"", "\"2c\"", "registers[0].unitCode")]
    [InlineData("mbus-heat", "\"energy-wh\"", "\"energy\"", "registers[0].quantity")]
    [InlineData("mbus-heat", "\"obis\": \"6-0:2.0.0\", \"unit\"", "\"obis\": \"6-0:2.0.1\", \"unit\"", "goldens[1].obis")]
    [InlineData("mbus-heat", "\"response\": [\"E5\", ", "\"response\": [", "goldens[0].response")]
    [InlineData("pulse-water-10l", "\"carrier\"", "\"samples\": [], \"carrier\"", "samples: is for a meter on a bus only")]
    [InlineData("pulse-water-10l", "\"id\": \"pulse-water-10l\"", "\"id\": \"pulse\"", "id: must be the file's name")]
    public void A_bad_profile_is_refused_whole_with_the_files_name_and_the_key(string id, string from, string to, string expected)
    {
        string source = File.ReadAllText(Path.Combine(Directory, id + ".json"));
        string changed = from is "\"7-0:3.0.0\"" or "\"temperature\"" ? source.Replace(from, to) : ReplaceFirst(source, from, to);
        Assert.NotEqual(source, changed);
        _folder.Write(id + ".json", changed);
        ConfigurationException refusal = Assert.Throws<ConfigurationException>(() => MeterProfileLoader.Load(_folder.Path, id));
        Assert.Contains(refusal.Errors, e => e.StartsWith(expected, StringComparison.Ordinal));
        Assert.Contains(id + ".json", refusal.Message);
    }

    private static string ReplaceFirst(string text, string from, string to)
    {
        int at = text.IndexOf(from, StringComparison.Ordinal);
        return at < 0 ? text : text[..at] + to + text[(at + from.Length)..];
    }

    private static IEnumerable<(string Change, JsonNode? To)> Changes() =>
    [
        ("removed", null),
        ("a text", JsonValue.Create("?!")),
        ("an empty text", JsonValue.Create("")),
        ("a negative number", JsonValue.Create(-1000000)),
        ("a fraction", JsonValue.Create(1.5)),
        ("an empty list", new JsonArray()),
        ("an unknown key beside it", null),
    ];

    // Paths of the keys of all objects, of lists in their first item; "a/0/b".
    private static IEnumerable<string> Paths(JsonNode node, string[] path)
    {
        if (node is JsonArray array)
            return array.Take(1).SelectMany(item => Paths(item!, [.. path, "0"]));
        if (node is not JsonObject keys)
            return [];
        return keys.Where(k => k.Key != "$schema").SelectMany(k => Paths(k.Value!, [.. path, k.Key]).Prepend(string.Join('/', [.. path, k.Key])));
    }

    private static void Change(JsonNode root, string path, string change, JsonNode? to)
    {
        string[] steps = path.Split('/');
        JsonNode at = root;
        foreach (string step in steps[..^1])
            at = int.TryParse(step, out int index) ? at[index]! : at[step]!;
        if (change == "removed")
            at.AsObject().Remove(steps[^1]);
        else if (change.StartsWith("an unknown", StringComparison.Ordinal))
            at[steps[^1] + "x"] = "?!";
        else
            at[steps[^1]] = to?.DeepClone();
    }

    private bool IsRefused(string id, string document)
    {
        _folder.Write(id + ".json", document);
        try
        {
            MeterProfileLoader.Load(_folder.Path, id);
            return false;
        }
        catch (ConfigurationException)
        {
            return true;
        }
    }

    private static string Says(bool isRefused) => isRefused ? "refuses it" : "takes it";

    private static JsonElement Parse(string text) => JsonDocument.Parse(text).RootElement;
}
