using System.Globalization;

namespace EdgeMeters.Gateway.Api;

/// <summary>Times as the API reads and writes them: ISO 8601, always with an offset.</summary>
internal static class TimeText
{
    private static readonly string[] Formats =
        ["yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd'T'HH:mmK"];

    /// <summary>False unless the text is a time with an offset that fits 32 bits of UTC seconds. Fractions are cut.</summary>
    public static bool TryRead(string text, out uint utcSeconds)
    {
        utcSeconds = 0;
        string mended = MendSign(text);
        if (!HasOffset(mended)
            || !DateTimeOffset.TryParseExact(mended, Formats, CultureInfo.InvariantCulture, DateTimeStyles.None, out var time))
            return false;
        long seconds = time.ToUnixTimeSeconds();
        if (seconds < 0 || seconds > uint.MaxValue)
            return false;
        utcSeconds = (uint)seconds;
        return true;
    }

    /// <summary><c>+08:00</c>, <c>-03:30</c> or <c>Z</c>, within <see cref="ApiLimits.OffsetSecondsMax"/>.</summary>
    public static bool TryReadOffset(string text, out int offsetSeconds)
    {
        offsetSeconds = 0;
        if (text is "Z" or "z")
            return true;
        string mended = text.StartsWith(' ') ? "+" + text[1..] : text;
        if (mended.Length != 6 || mended[0] is not ('+' or '-') || mended[3] != ':'
            || !int.TryParse(mended.AsSpan(1, 2), NumberStyles.None, CultureInfo.InvariantCulture, out int hours)
            || !int.TryParse(mended.AsSpan(4, 2), NumberStyles.None, CultureInfo.InvariantCulture, out int minutes)
            || minutes > 59)
            return false;
        int seconds = hours * 3600 + minutes * 60;
        if (seconds > ApiLimits.OffsetSecondsMax)
            return false;
        offsetSeconds = mended[0] == '-' ? -seconds : seconds;
        return true;
    }

    /// <summary><c>2026-03-01T00:15:00Z</c>.</summary>
    public static string Utc(uint utcSeconds) => DateTimeOffset.FromUnixTimeSeconds(utcSeconds)
        .ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>A '+' that was not percent-encoded arrives as a blank. At the sign's place it can mean nothing else.</summary>
    private static string MendSign(string text) =>
        text.Length > 6 && text[^6] == ' ' ? string.Concat(text.AsSpan(0, text.Length - 6), "+", text.AsSpan(text.Length - 5)) : text;

    private static bool HasOffset(string text) =>
        text.EndsWith('Z') || text.Length > 6 && text[^6] is '+' or '-' && text[^3] == ':';
}
