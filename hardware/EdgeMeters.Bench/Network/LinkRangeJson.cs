using System.Text.Json;
using System.Text.Json.Serialization;

namespace EdgeMeters.Bench.Network;

/// <summary>Reads a range and refuses one that is none, so that the error has the line.</summary>
internal sealed class LinkRangeJson : JsonConverter<LinkRange>
{
    private const double FigureMax = 1e9;

    public override LinkRange Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        double? least = null, most = null;
        string? source = null;
        if (reader.TokenType != JsonTokenType.StartObject)
            throw new JsonException("a parameter is { \"least\", \"most\", \"source\" }");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string key = reader.GetString()!;
            reader.Read();
            if (key == "least" && reader.TokenType == JsonTokenType.Number)
                least = reader.GetDouble();
            else if (key == "most" && reader.TokenType == JsonTokenType.Number)
                most = reader.GetDouble();
            else if (key == "source" && reader.TokenType == JsonTokenType.String)
                source = reader.GetString();
            else
                throw new JsonException($"'{key}' is no part of a parameter, or not of this kind: it has the numbers least and most, and the text source");
        }
        if (least is not { } from || most is not { } to || string.IsNullOrWhiteSpace(source))
            throw new JsonException("a parameter has least, most and source; write \"assumed\" where there is none");
        if (from < 0 || from > to || to > FigureMax)
            throw new JsonException($"{from} to {to} is no range: 0 <= least <= most <= {FigureMax}");
        return new LinkRange(from, to, source);
    }

    public override void Write(Utf8JsonWriter writer, LinkRange value, JsonSerializerOptions options) =>
        throw new NotSupportedException("Profiles are written by hand.");
}
