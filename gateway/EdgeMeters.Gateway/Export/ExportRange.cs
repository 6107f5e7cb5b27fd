using System.Globalization;

namespace EdgeMeters.Gateway.Export;

/// <summary>What to export: the intervals that end after the first instant and not after the second.</summary>
public readonly record struct ExportRange(uint FromUtcSeconds, uint ToUtcSeconds)
{
    private static readonly string[] Formats = ["yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd'T'HH:mm:ssK"];

    /// <summary>Reads two instants as a person types them: ISO 8601 to the minute or second, with an offset or <c>Z</c>.</summary>
    /// <exception cref="FormatException">An instant cannot be read, or the range is empty; the message says which and what to write.</exception>
    public static ExportRange Parse(string from, string to)
    {
        uint fromUtcSeconds = ParseInstant("--from", from);
        uint toUtcSeconds = ParseInstant("--to", to);
        if (fromUtcSeconds >= toUtcSeconds)
            throw new FormatException($"--from {from} is not before --to {to}: nothing lies between. Exchange them, or give a later --to.");
        return new ExportRange(fromUtcSeconds, toUtcSeconds);
    }

    private static uint ParseInstant(string option, string text)
    {
        const string Example = "Write it like 2026-03-01T00:00+08:00 or 2026-02-28T16:00:00Z.";
        // Without an offset the local time of the machine would be taken, and a day's export shifted without a word.
        bool hasOffset = text.EndsWith('Z') || text.Length > 6 && text[^6] is '+' or '-' && text[^3] == ':';
        if (!hasOffset)
            throw new FormatException($"{option} '{text}' has no offset from UTC. {Example}");
        if (!DateTimeOffset.TryParseExact(text, Formats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant))
            throw new FormatException($"{option} '{text}' is not a time in ISO 8601. {Example}");
        long utcSeconds = instant.ToUnixTimeSeconds();
        if (utcSeconds is < 0 or > uint.MaxValue)
            throw new FormatException($"{option} '{text}' lies outside of 1970 to 2106, where readings can be. {Example}");
        return (uint)utcSeconds;
    }
}
