using System.Globalization;
using System.Text.RegularExpressions;

namespace EdgeMeters.Gateway.Core.Aggregation;

/// <summary>Zones in which periods are cut: a fixed distance from UTC, as bills in China are, or a zone of the IANA database with its summer time.</summary>
public static partial class Zones
{
    /// <summary>As far as a zone may lie from UTC.</summary>
    public const int OffsetSecondsMax = 14 * 3600;

    /// <summary>+08:00 the whole year. Asia/Shanghai is not the same: it had summer time up to 1991.</summary>
    public static readonly TimeZoneInfo China = OfOffset(28_800);

    /// <summary>A zone at a fixed distance.</summary>
    /// <param name="offsetSeconds">East of UTC; whole minutes, 14 hours at most to either side.</param>
    public static TimeZoneInfo OfOffset(int offsetSeconds)
    {
        if (offsetSeconds % 60 != 0 || Math.Abs(offsetSeconds) > OffsetSecondsMax)
            throw new ArgumentOutOfRangeException(nameof(offsetSeconds), offsetSeconds, "A zone lies whole minutes from UTC, and 14 hours at most.");
        int minutes = Math.Abs(offsetSeconds) / 60;
        string name = string.Create(CultureInfo.InvariantCulture, $"{(offsetSeconds < 0 ? '-' : '+')}{minutes / 60:00}:{minutes % 60:00}");
        return TimeZoneInfo.CreateCustomTimeZone(name, TimeSpan.FromSeconds(offsetSeconds), name, name);
    }

    /// <summary>The zone that a text names: <c>Z</c>, an offset like <c>+08:00</c>, or an IANA name that this machine knows.</summary>
    /// <returns>Null for another text.</returns>
    public static TimeZoneInfo? Find(string text)
    {
        if (text is "Z" or "UTC")
            return TimeZoneInfo.Utc;
        if (Offset().Match(text) is { Success: true } match)
        {
            int hours = int.Parse(match.Groups[2].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture);
            int minutes = int.Parse(match.Groups[3].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture);
            int seconds = (hours * 60 + minutes) * 60;
            return minutes > 59 || seconds > OffsetSecondsMax ? null : OfOffset(text[0] == '-' ? -seconds : seconds);
        }
        // Such a name becomes part of a path.
        return Iana().IsMatch(text) && TimeZoneInfo.TryFindSystemTimeZoneById(text, out var zone) ? zone : null;
    }

    [GeneratedRegex(@"^([+-])([0-9]{2}):([0-9]{2})\z")]
    private static partial Regex Offset();

    [GeneratedRegex(@"^[A-Z][A-Za-z0-9_+-]{1,20}(/[A-Z][A-Za-z0-9_+-]{1,20}){0,2}\z")]
    private static partial Regex Iana();
}
