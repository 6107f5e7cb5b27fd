using System.Globalization;
using System.Net;

namespace EdgeMeters.Gateway.Configuration;

/// <summary>Reads one section key by key and collects everything that is wrong, each error with key and remedy.</summary>
internal sealed class SettingsReader(SettingsTree tree, string path, string baseFolder, List<string> errors)
{
    private readonly HashSet<string> _known = new(StringComparer.OrdinalIgnoreCase);

    // An empty section is there as well: "tls": {} asks for TLS.
    public bool Has(string key) => tree.KeysOf(path).Contains(key, StringComparer.OrdinalIgnoreCase);

    public string Text(string key, string? otherwise, string remedy)
    {
        _known.Add(key);
        string? text = TextOf(key) ?? otherwise;
        if (string.IsNullOrWhiteSpace(text))
            Add(key, "is missing", remedy);
        return text ?? "";
    }

    public string? Optional(string key)
    {
        _known.Add(key);
        return TextOf(key);
    }

    /// <summary>A name that may become part of topics and file names.</summary>
    public string Name(string key)
    {
        string name = Text(key, null, "give it a name of 1 to 40 characters A-Z a-z 0-9 . _ -");
        if (name.Length > 0 && !IsName(name))
            Add(key, $"'{name}' is no name", "use 1 to 40 characters A-Z a-z 0-9 . _ -, beginning with a letter or digit");
        return name;
    }

    public string Word(string key, string[] words, string otherwise)
    {
        _known.Add(key);
        string word = TextOf(key) ?? otherwise;
        if (!words.Contains(word, StringComparer.Ordinal))
            Add(key, $"'{word}' is not known", $"set {string.Join(" or ", words)}");
        return word;
    }

    public int Number(string key, int? otherwise, int min, int max)
    {
        _known.Add(key);
        string? text = TextOf(key);
        if (text == null && otherwise is { } number)
            return number;
        if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number) && number >= min && number <= max)
            return number;
        Add(key, text == null ? "is missing" : $"'{text}' is out of range", $"set a whole number from {min} to {max}");
        return min;
    }

    public bool Flag(string key, bool otherwise)
    {
        _known.Add(key);
        if (TextOf(key) is not { } text)
            return otherwise;
        if (!bool.TryParse(text, out bool flag))
            Add(key, $"'{text}' is neither true nor false", "set true or false");
        return flag;
    }

    public string Address(string key, string otherwise)
    {
        string address = Text(key, otherwise, "set an IP address");
        if (!IPAddress.TryParse(address, out _))
            Add(key, $"'{address}' is no IP address", "set an address of this machine, or 0.0.0.0 for all");
        return address;
    }

    /// <summary>A path, relative to the configuration file.</summary>
    public string FilePath(string key, string? otherwise, bool mustExist, string remedy)
    {
        string text = Text(key, otherwise, remedy);
        string full = Path.GetFullPath(Path.Combine(baseFolder, text));
        if (text.Length > 0 && mustExist && !File.Exists(full))
            Add(key, $"{full} does not exist", remedy);
        return full;
    }

    public SettingsReader Section(string key)
    {
        _known.Add(key);
        if (!string.IsNullOrEmpty(TextOf(key)))
            Add(key, $"'{TextOf(key)}' is no section", "write { \"key\": … }");
        return new SettingsReader(tree, PathOf(key), baseFolder, errors);
    }

    public IEnumerable<SettingsReader> List(string key)
    {
        _known.Add(key);
        if (!string.IsNullOrEmpty(TextOf(key)))
            Add(key, $"'{TextOf(key)}' is no list", "write [ … ]");
        foreach (string item in tree.KeysOf(PathOf(key)))
            yield return new SettingsReader(tree, PathOf(key) + ":" + item, baseFolder, errors);
    }

    /// <summary>Names every key that nobody asked for: a misspelt key must not be passed over in silence.</summary>
    public void RefuseUnknown()
    {
        foreach (string key in tree.KeysOf(path))
        {
            if (!_known.Contains(key))
                Add(key, "is not known here", $"known are {string.Join(", ", _known.Order(StringComparer.Ordinal))}");
        }
    }

    public void Add(string key, string fault, string remedy) => errors.Add($"{PathOf(key)} {fault}: {remedy}.");

    private string? TextOf(string key) => tree.TextOf(PathOf(key));

    private string PathOf(string key) => path.Length == 0 ? key : path + ":" + key;

    private static bool IsName(string name) =>
        name.Length <= 40 && char.IsAsciiLetterOrDigit(name[0]) && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-');
}
