using System.Text.Json;
using System.Text.Json.Serialization;

namespace EdgeMeters.Bench.Network;

/// <summary>Several links: the file of "link".</summary>
internal sealed record LinkSheet(LinkLine[] Links)
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    /// <exception cref="FormatException">It is no such file; the message has the line.</exception>
    public static LinkSheet Load(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<LinkSheet>(File.ReadAllText(path), Options) ?? throw new FormatException($"{path} names no links");
        }
        catch (JsonException e)
        {
            throw new FormatException($"{path}, line {(e.LineNumber ?? 0) + 1}: {e.Message}", e);
        }
    }
}
