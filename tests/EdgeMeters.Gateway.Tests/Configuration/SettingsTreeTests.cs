using System.Text.Json.Nodes;
using CsCheck;
using EdgeMeters.Gateway.Configuration;
using Microsoft.Extensions.Configuration;

namespace EdgeMeters.Gateway.Tests.Configuration;

/// <summary>The tree gives what the library gives, for any file and any variables over it.</summary>
public sealed class SettingsTreeTests : IDisposable
{
    private static readonly Gen<string> Key = Gen.OneOf([.. new[] { "a", "b", "C", "nodes", "tls", "0", "2", "10" }.Select(Gen.Const)]);

    private static readonly Gen<JsonNode?> Leaf = Gen.OneOf<JsonNode?>(
        Gen.Int[0, 9].Select(n => (JsonNode?)JsonValue.Create(n)), Gen.Const("text").Select(t => (JsonNode?)JsonValue.Create(t)), Gen.Const((JsonNode?)null),
        Gen.Int[0, 1].Select(n => n == 0 ? (JsonNode?)new JsonObject() : new JsonArray()));

    private static readonly Gen<JsonNode?> Branch = Gen.Frequency((2, Leaf), (3, ObjectOf(Leaf).Select(o => (JsonNode?)o)), (1, Leaf.Array[0, 12].Select(l => (JsonNode?)new JsonArray(l))));

    private static readonly Gen<(JsonObject File, (string Path, string Text)[] Variables)> Cases = Gen.Select(
        ObjectOf(Branch), Gen.Select(Key.Array[1, 3].Select(k => string.Join("__", k)), Gen.Int[0, 9].Select(n => $"{n}")).Array[0, 3]);

    private readonly string _file = Path.GetTempFileName();
    private readonly string _prefix = $"T{Guid.NewGuid():N}_";

    public void Dispose() => File.Delete(_file);

    [Fact]
    public void Every_path_has_the_keys_and_the_text_that_the_library_finds_there() => Cases.Sample(c =>
    {
        File.WriteAllText(_file, c.File.ToJsonString());
        try
        {
            foreach (var (path, text) in c.Variables)
                Environment.SetEnvironmentVariable(_prefix + path, text);
            var tree = new SettingsTree(_file, _prefix);
            var library = new ConfigurationBuilder().AddJsonFile(_file).AddEnvironmentVariables(_prefix).Build();
            Compare(tree, library, "");
        }
        finally
        {
            foreach (var (path, _) in c.Variables)
                Environment.SetEnvironmentVariable(_prefix + path, null);
        }
    }, iter: 2_000, threads: 1);

    private static void Compare(SettingsTree tree, IConfiguration library, string path)
    {
        string[] keys = [.. library.GetChildren().Select(c => c.Key)];
        Assert.Equal(keys, tree.KeysOf(path), StringComparer.OrdinalIgnoreCase);
        foreach (string key in keys)
        {
            string below = path.Length == 0 ? key : $"{path}:{key}";
            Assert.Equal(library[key], tree.TextOf(below));
            Compare(tree, library.GetSection(key), below);
        }
    }

    // Keys that differ in their case alone are one to the library, which refuses both.
    private static Gen<JsonObject> ObjectOf(Gen<JsonNode?> value) => Gen.Select(Key, value).Array[0, 4].Select(items =>
        new JsonObject(items.DistinctBy(i => i.Item1, StringComparer.OrdinalIgnoreCase).Select(i => KeyValuePair.Create(i.Item1, i.Item2?.DeepClone()))));
}
