using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Unicode;

namespace EdgeMeters.Gateway.Forward.MqttJson;

/// <summary>Reads and writes <see cref="IntervalMessage"/> as compact JSON in UTF-8, members in the order of the record.</summary>
[JsonSerializable(typeof(IntervalMessage))]
public sealed partial class IntervalMessageJson : JsonSerializerContext
{
    // Names are in any script; escaped they would be six bytes a character and unreadable on the wire.
    private static readonly IntervalMessageJson Readable = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.Create(UnicodeRanges.All),
    });

    public static byte[] Write(IntervalMessage message) => JsonSerializer.SerializeToUtf8Bytes(message, Readable.IntervalMessage);

    /// <exception cref="JsonException">Not such a message.</exception>
    public static IntervalMessage Read(ReadOnlySpan<byte> json) =>
        JsonSerializer.Deserialize(json, Readable.IntervalMessage) ?? throw new JsonException("A null is not an interval.");
}
