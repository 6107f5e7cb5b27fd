using System.Globalization;

namespace EdgeMeters.Gateway.Forward;

/// <summary>Instants as all outward formats write them.</summary>
internal static class UtcText
{
    /// <summary>ISO 8601 in UTC, to the second: <c>2026-03-01T00:15:00Z</c>.</summary>
    public static string Of(uint utcSeconds) => DateTimeOffset.FromUnixTimeSeconds(utcSeconds)
        .ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
