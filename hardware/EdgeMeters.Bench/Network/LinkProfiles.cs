using System.Text.Json;
using System.Text.Json.Serialization;

namespace EdgeMeters.Bench.Network;

/// <summary>The file of link profiles: all of it or nothing.</summary>
public static class LinkProfiles
{
    /// <summary>Nothing is made out of figures that nobody would have published.</summary>
    private const int ProfilesMax = 64;

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectRequiredConstructorParameters = true,
        RespectNullableAnnotations = true,
        Converters = { new LinkRangeJson() },
    };

    /// <summary>Where the repository's own file is, from a program that was built in it.</summary>
    public static string PathHere => NetworkFiles.Find("link-profiles.json");

    /// <exception cref="FormatException">The file is none; the message names it and the line.</exception>
    public static IReadOnlyDictionary<string, LinkProfile> Load(string path) => Parse(path, File.ReadAllText(path));

    /// <inheritdoc cref="Load"/>
    public static IReadOnlyDictionary<string, LinkProfile> Parse(string path, string text)
    {
        LinkProfile[] profiles;
        try
        {
            profiles = JsonSerializer.Deserialize<Sheet>(text, Options)?.Profiles ?? [];
        }
        catch (JsonException e)
        {
            throw new FormatException($"{path}, line {(e.LineNumber ?? 0) + 1}: {e.Message}", e);
        }
        if (profiles.Length is 0 or > ProfilesMax)
            throw new FormatException($"{path}: 1 to {ProfilesMax} profiles, not {profiles.Length}");
        var byId = new Dictionary<string, LinkProfile>(StringComparer.Ordinal);
        foreach (LinkProfile profile in profiles)
        {
            Check(path, text, profile);
            if (!byId.TryAdd(profile.Id, profile))
                throw new FormatException($"{path}, line {LineOf(text, profile, byId.Count)}: '{profile.Id}' is there twice");
        }
        return byId;
    }

    private static void Check(string path, string text, LinkProfile profile)
    {
        string? fault = profile switch
        {
            { LossPercent.Most: > 100 } or { TailPercent.Most: > 100 } or { HalfOpenPercent.Most: > 100 } => "more than 100 percent",
            { PduBytes.Least: < 1 } => "a piece carries at least one byte",
            { RoundTripTailMs.Most: var tail, RoundTripMs.Most: var usual } when tail < usual => "the tail is shorter than the round trip",
            _ => null,
        };
        if (fault != null)
            throw new FormatException($"{path}, line {LineOf(text, profile, 0)}: {profile.Id}: {fault}");
    }

    // The profile's first line, or of the one that has its name a second time.
    private static int LineOf(string text, LinkProfile profile, int isSecond)
    {
        string name = JsonSerializer.Serialize(profile.Id);
        int at = text.IndexOf(name, StringComparison.Ordinal);
        if (isSecond > 0 && at >= 0)
            at = text.IndexOf(name, at + 1, StringComparison.Ordinal);
        return 1 + text.AsSpan(0, Math.Max(at, 0)).Count('\n');
    }

    private sealed record Sheet(LinkProfile[] Profiles);
}
