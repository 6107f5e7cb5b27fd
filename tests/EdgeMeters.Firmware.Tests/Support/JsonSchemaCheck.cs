using System.Text.Json;
using System.Text.RegularExpressions;

namespace EdgeMeters.Firmware.Tests.Support;

/// <summary>As much of JSON Schema 2020-12 as our schemas use. A keyword it does not know is an exception: nothing is passed over in silence.</summary>
internal sealed class JsonSchemaCheck(JsonElement root)
{
    private static readonly string[] Annotations = ["$schema", "$defs", "title", "description", "then", "else"];

    public IReadOnlyList<string> Faults(JsonElement instance)
    {
        List<string> faults = [];
        Check(instance, root, "$", faults);
        return faults;
    }

    private bool IsValid(JsonElement instance, JsonElement schema)
    {
        List<string> faults = [];
        Check(instance, schema, "", faults);
        return faults.Count == 0;
    }

    private void Check(JsonElement instance, JsonElement schema, string path, List<string> faults)
    {
        foreach (JsonProperty keyword in schema.EnumerateObject())
        {
            if (!Annotations.Contains(keyword.Name))
                Check(instance, schema, keyword, path, faults);
        }
    }

    private void Check(JsonElement instance, JsonElement schema, JsonProperty keyword, string path, List<string> faults)
    {
        JsonElement rule = keyword.Value;
        switch (keyword.Name)
        {
            case "$ref":
                Check(instance, Definition(rule.GetString()!), path, faults);
                break;
            case "allOf":
                foreach (JsonElement part in rule.EnumerateArray())
                    Check(instance, part, path, faults);
                break;
            case "oneOf":
                Require(rule.EnumerateArray().Count(part => IsValid(instance, part)) == 1, "is not exactly one of the possible forms");
                break;
            case "if":
                if (schema.TryGetProperty(IsValid(instance, rule) ? "then" : "else", out JsonElement branch))
                    Check(instance, branch, path, faults);
                break;
            case "properties" or "required" or "additionalProperties":
                CheckObject(instance, schema, keyword, path, faults);
                break;
            case "items" or "minItems" or "maxItems":
                CheckArray(instance, keyword, path, faults);
                break;
            default:
                Require(IsScalar(instance, keyword), $"breaks {keyword.Name} {rule.GetRawText()}");
                break;
        }

        void Require(bool isMet, string fault)
        {
            if (!isMet)
                faults.Add(path + ": " + fault);
        }
    }

    private void CheckObject(JsonElement instance, JsonElement schema, JsonProperty keyword, string path, List<string> faults)
    {
        if (instance.ValueKind != JsonValueKind.Object)
            return;
        switch (keyword.Name)
        {
            case "required":
                string[] missing = [.. keyword.Value.EnumerateArray().Select(k => k.GetString()!).Where(k => !instance.TryGetProperty(k, out _))];
                faults.AddRange(missing.Select(k => $"{path}: lacks {k}"));
                break;
            case "properties":
                foreach (JsonProperty property in instance.EnumerateObject())
                {
                    if (keyword.Value.TryGetProperty(property.Name, out JsonElement known))
                        Check(property.Value, known, $"{path}.{property.Name}", faults);
                }
                break;
            default:
                if (keyword.Value.ValueKind != JsonValueKind.False)
                    throw new NotSupportedException("additionalProperties other than false");
                JsonElement all = schema.GetProperty("properties");
                faults.AddRange(instance.EnumerateObject().Where(p => !all.TryGetProperty(p.Name, out _)).Select(p => $"{path}.{p.Name}: is not known"));
                break;
        }
    }

    private void CheckArray(JsonElement instance, JsonProperty keyword, string path, List<string> faults)
    {
        if (instance.ValueKind != JsonValueKind.Array)
            return;
        int length = instance.GetArrayLength();
        if (keyword.Name == "items")
        {
            foreach ((int i, JsonElement item) in instance.EnumerateArray().Index())
                Check(item, keyword.Value, $"{path}[{i}]", faults);
        }
        else if (keyword.Name == "minItems" ? length < keyword.Value.GetInt32() : length > keyword.Value.GetInt32())
        {
            faults.Add($"{path}: has {length} items, {keyword.Name} is {keyword.Value}");
        }
    }

    private static bool IsScalar(JsonElement instance, JsonProperty keyword) => keyword.Name switch
    {
        "type" => IsOfType(instance, keyword.Value.GetString()!),
        "enum" => keyword.Value.EnumerateArray().Any(word => JsonElement.DeepEquals(word, instance)),
        "const" => JsonElement.DeepEquals(keyword.Value, instance),
        "pattern" => instance.ValueKind != JsonValueKind.String || Regex.IsMatch(instance.GetString()!, keyword.Value.GetString()!),
        "minimum" => instance.ValueKind != JsonValueKind.Number || instance.GetDouble() >= keyword.Value.GetDouble(),
        "maximum" => instance.ValueKind != JsonValueKind.Number || instance.GetDouble() <= keyword.Value.GetDouble(),
        _ => throw new NotSupportedException("keyword " + keyword.Name),
    };

    private static bool IsOfType(JsonElement instance, string type) => type switch
    {
        "object" => instance.ValueKind == JsonValueKind.Object,
        "array" => instance.ValueKind == JsonValueKind.Array,
        "string" => instance.ValueKind == JsonValueKind.String,
        "boolean" => instance.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "integer" => instance.ValueKind == JsonValueKind.Number && instance.TryGetInt64(out _),
        _ => throw new NotSupportedException("type " + type),
    };

    private JsonElement Definition(string reference)
    {
        const string Prefix = "#/$defs/";
        if (!reference.StartsWith(Prefix, StringComparison.Ordinal))
            throw new NotSupportedException("reference " + reference);
        return root.GetProperty("$defs").GetProperty(reference[Prefix.Length..]);
    }
}
