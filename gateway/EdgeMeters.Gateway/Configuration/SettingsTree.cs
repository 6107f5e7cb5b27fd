using Microsoft.Extensions.Configuration.EnvironmentVariables;
using Microsoft.Extensions.Configuration.Json;

namespace EdgeMeters.Gateway.Configuration;

/// <summary>The configuration file with the environment over it, and which keys lie under which.</summary>
/// <remarks>The library looks through all keys for those under one: with a section for each node of the whole plan, a start would take twenty seconds.</remarks>
internal sealed class SettingsTree
{
    private readonly ConfigurationRoot _root;
    private readonly Dictionary<string, List<string>> _keys = new(StringComparer.OrdinalIgnoreCase);

    /// <param name="path">The JSON file, whole.</param>
    /// <param name="prefix">With which the environment's variables begin.</param>
    /// <exception cref="InvalidDataException">The file is no JSON.</exception>
    public SettingsTree(string path, string prefix)
    {
        var source = new JsonConfigurationSource { Path = path };
        source.ResolveFileProvider();
        var file = new JsonKeys(source);
        var environment = new EnvironmentKeys(prefix);
        _root = new ConfigurationRoot([file, environment]);
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (string key in file.Keys.Concat(environment.Keys))
            Add(key, seen);
        foreach (var keys in _keys.Values)
            keys.Sort(ConfigurationKeyComparer.Instance.Compare);
    }

    /// <summary>The text at a path; null for none.</summary>
    public string? TextOf(string path) => _root[path];

    /// <summary>The keys right below a path, those of a list in its order; the path is empty for the uppermost.</summary>
    public IReadOnlyList<string> KeysOf(string path) => _keys.GetValueOrDefault(path) ?? [];

    // A key is under each of its parents, whether or not these are keys themselves.
    private void Add(string key, HashSet<string> seen)
    {
        while (seen.Add(key))
        {
            int at = key.LastIndexOf(ConfigurationPath.KeyDelimiter, StringComparison.Ordinal);
            string parent = at < 0 ? "" : key[..at];
            if (!_keys.TryGetValue(parent, out var keys))
                _keys.Add(parent, keys = []);
            keys.Add(key[(at + 1)..]);
            if (at < 0)
                return;
            key = parent;
        }
    }

    private sealed class JsonKeys(JsonConfigurationSource source) : JsonConfigurationProvider(source)
    {
        public IEnumerable<string> Keys => Data.Keys;
    }

    private sealed class EnvironmentKeys(string prefix) : EnvironmentVariablesConfigurationProvider(prefix)
    {
        public IEnumerable<string> Keys => Data.Keys;
    }
}
