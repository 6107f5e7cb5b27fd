using System.Text.Json;

namespace EdgeMeters.HostNode.Configuration;

/// <summary>One object of a JSON document, read key by key. What is wrong is noted under the key's path, and reading goes on.</summary>
/// <remarks>
/// A getter that noted an error returns something harmless, so that one mistake is one message. <see cref="RefuseUnknownKeys"/> comes last:
/// a key that no getter asked for is a mistake too, most often of spelling.
/// </remarks>
internal sealed class ConfigurationSection
{
    private readonly JsonElement _element;
    private readonly HashSet<string> _known = new(StringComparer.Ordinal) { "$schema" };

    private ConfigurationSection(JsonElement element, string path, List<string> errors)
    {
        _element = element;
        Path = path;
        Errors = errors;
    }

    public string Path { get; }

    public List<string> Errors { get; }

    /// <summary>Parses a document whose root is an object; comments and trailing commas are allowed, a key twice is not.</summary>
    /// <exception cref="ConfigurationException">The file cannot be read or is not such a document.</exception>
    public static ConfigurationSection Open(string file, List<string> errors)
    {
        JsonDocumentOptions options = new()
        {
            AllowTrailingCommas = true,
            CommentHandling = JsonCommentHandling.Skip,
            AllowDuplicateProperties = false,
            MaxDepth = 16,
        };
        try
        {
            JsonElement root = JsonDocument.Parse(File.ReadAllBytes(file), options).RootElement;
            if (root.ValueKind == JsonValueKind.Object)
                return new ConfigurationSection(root, "", errors);
            throw new ConfigurationException(file, ["the document must be an object: begin with { and end with }"]);
        }
        catch (JsonException e)
        {
            throw new ConfigurationException(file, [$"is not JSON: {e.Message}"]);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException(file, [$"cannot be read ({e.Message}): correct the path or the file's permissions"]);
        }
    }

    public string PathOf(string key) => Path.Length == 0 ? key : Path + "." + key;

    public bool Has(string key) => _element.TryGetProperty(key, out _);

    /// <summary>Takes keys as known that are not read: because something else is wrong that decides what they would mean.</summary>
    public void Accept(params string[] keys)
    {
        foreach (string key in keys)
            _known.Add(key);
    }

    /// <summary>Notes what is wrong under a key's path; under the object's own when the key is empty.</summary>
    public void Fault(string key, string whatAndRemedy) => Errors.Add((key.Length == 0 ? Path : PathOf(key)) + ": " + whatAndRemedy);

    /// <summary>A text of 1 to <paramref name="charsMax"/> characters. Null when it is absent and need not be there, or is wrong.</summary>
    public string? Text(string key, bool isRequired = true, int charsMax = 4096)
    {
        if (!TryFind(key, isRequired, out JsonElement element))
            return null;
        if (element.ValueKind == JsonValueKind.String && element.GetString() is { Length: > 0 } text && text.Length <= charsMax)
            return text;
        Fault(key, $"must be a text of 1 to {charsMax} characters");
        return null;
    }

    /// <summary>A list of texts, possibly empty.</summary>
    public IReadOnlyList<string> Texts(string key)
    {
        if (!TryFind(key, true, out JsonElement element))
            return [];
        if (element.ValueKind == JsonValueKind.Array && element.EnumerateArray().All(e => e.ValueKind == JsonValueKind.String))
            return [.. element.EnumerateArray().Select(e => e.GetString()!)];
        Fault(key, "must be a list of texts, as [\"...\"]");
        return [];
    }

    /// <summary>One text, or a list of two to <paramref name="countMax"/>.</summary>
    public IReadOnlyList<string> TextOrTexts(string key, int countMax)
    {
        if (!TryFind(key, true, out JsonElement element))
            return [];
        if (element.ValueKind != JsonValueKind.Array)
            return Text(key) is { } text ? [text] : [];
        IReadOnlyList<string> texts = Texts(key);
        if (texts.Count >= 2 && texts.Count <= countMax)
            return texts;
        Fault(key, $"must be a text, or a list of 2 to {countMax} texts");
        return [];
    }

    /// <summary>True or false; without <paramref name="absent"/> it must be there.</summary>
    public bool Flag(string key, bool? absent = null)
    {
        if (!TryFind(key, absent == null, out JsonElement element))
            return absent ?? false;
        if (element.ValueKind is JsonValueKind.True or JsonValueKind.False)
            return element.ValueKind == JsonValueKind.True;
        Fault(key, "must be true or false");
        return false;
    }

    /// <summary>One of some words.</summary>
    public string Word(string key, string[] words, string? absent = null)
    {
        if (!TryFind(key, absent == null, out JsonElement element))
            return absent ?? words[0];
        if (element.ValueKind == JsonValueKind.String && words.Contains(element.GetString()))
            return element.GetString()!;
        Fault(key, "must be one of " + string.Join(", ", words.Select(w => "\"" + w + "\"")));
        return words[0];
    }

    /// <summary>An integer within bounds; without <paramref name="absent"/> it must be there.</summary>
    public long Integer(string key, long min, long max, long? absent = null)
    {
        if (!TryFind(key, absent == null, out JsonElement element))
            return absent ?? min;
        if (element.ValueKind == JsonValueKind.Number && element.TryGetInt64(out long number) && number >= min && number <= max)
            return number;
        Fault(key, $"must be a whole number from {min} to {max}");
        return min;
    }

    public int Int(string key, int min, int max, int? absent = null) => (int)Integer(key, min, max, absent);

    public ConfigurationSection? Section(string key, bool isRequired = true)
    {
        if (!TryFind(key, isRequired, out JsonElement element))
            return null;
        if (element.ValueKind == JsonValueKind.Object)
            return new ConfigurationSection(element, PathOf(key), Errors);
        Fault(key, "must be an object: { ... }");
        return null;
    }

    /// <summary>A list of objects; none when the key is absent and need not be there.</summary>
    public IReadOnlyList<ConfigurationSection> Sections(string key, int countMax, bool isRequired = false)
    {
        if (!TryFind(key, isRequired, out JsonElement element))
            return [];
        List<ConfigurationSection> sections = [];
        if (element.ValueKind != JsonValueKind.Array || element.GetArrayLength() > countMax)
        {
            Fault(key, $"must be a list of at most {countMax} objects: [ {{ ... }} ]");
            return sections;
        }
        int at = 0;
        foreach (JsonElement item in element.EnumerateArray())
        {
            string path = $"{key}[{at++}]";
            if (item.ValueKind == JsonValueKind.Object)
                sections.Add(new ConfigurationSection(item, PathOf(path), Errors));
            else
                Fault(path, "must be an object: { ... }");
        }
        return sections;
    }

    public void RefuseUnknownKeys()
    {
        foreach (JsonProperty property in _element.EnumerateObject())
        {
            if (!_known.Contains(property.Name))
                Fault(property.Name, "is not known here: remove it or correct its spelling; known are " + string.Join(", ", _known.Skip(1)));
        }
    }

    private bool TryFind(string key, bool isRequired, out JsonElement element)
    {
        _known.Add(key);
        if (_element.TryGetProperty(key, out element))
            return true;
        if (isRequired)
            Fault(key, "is missing: add it");
        return false;
    }
}
