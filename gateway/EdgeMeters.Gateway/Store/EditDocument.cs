using System.Text.Json;
using EdgeMeters.Gateway.Core.LoadProfile;

namespace EdgeMeters.Gateway.Store;

/// <summary>An edit as an entry of the log: a JSON document.</summary>
internal static class EditDocument
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web);

    public static byte[] Of(ProfileEdit edit) => JsonSerializer.SerializeToUtf8Bytes(edit, Options);

    /// <exception cref="InvalidDataException">It is none.</exception>
    public static ProfileEdit Read(byte[] body)
    {
        try
        {
            if (JsonSerializer.Deserialize<ProfileEdit>(body, Options) is { Point: not null, Intervals: { Count: > 0 and <= ProfileEdit.IntervalsMax }, Who: not null, Why: not null } edit)
                return edit;
        }
        catch (JsonException)
        {
            // Said below.
        }
        throw new InvalidDataException("It is no edit of a load profile.");
    }
}
