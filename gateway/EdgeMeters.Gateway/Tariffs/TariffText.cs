using System.Globalization;
using System.Text.RegularExpressions;
using EdgeMeters.Gateway.Core.Aggregation;

namespace EdgeMeters.Gateway.Tariffs;

/// <summary>How months, days and times of day are written in a tariff. What cannot be read is null; whether it makes sense, the calendar says.</summary>
internal static partial class TariffText
{
    public const string DayWords = "all, workdays, weekend, holiday or monday to sunday";

    /// <summary><c>7</c>, <c>7-8</c>, or <c>12-1</c> for December and January.</summary>
    public static (int First, int Last)? Months(string text)
    {
        if (MonthsForm().Match(text) is not { Success: true } match)
            return null;
        int first = Number(match.Groups[1]);
        return (first, match.Groups[2].Success ? Number(match.Groups[2]) : first);
    }

    /// <summary>Words with spaces between.</summary>
    public static TariffDays? Days(string text)
    {
        TariffDays days = 0;
        foreach (string word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            // Enum.TryParse takes numbers and lists as well.
            if (!word.All(char.IsAsciiLetterLower) || !Enum.TryParse<TariffDays>(word, true, out var named))
                return null;
            days |= named;
        }
        return days == 0 ? null : days;
    }

    /// <summary><c>07:00-10:00</c>, in minutes of the day.</summary>
    public static (int From, int Until)? Minutes(string text)
    {
        if (TimeForm().Match(text) is not { Success: true } match)
            return null;
        return (Number(match.Groups[1]) * 60 + Number(match.Groups[2]), Number(match.Groups[3]) * 60 + Number(match.Groups[4]));
    }

    private static int Number(Group group) => int.Parse(group.ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^([0-9]{1,2})(?:-([0-9]{1,2}))?\z", RegexOptions.CultureInvariant)]
    private static partial Regex MonthsForm();

    [GeneratedRegex(@"^([0-9]{2}):([0-5][0-9])-([0-9]{2}):([0-5][0-9])\z", RegexOptions.CultureInvariant)]
    private static partial Regex TimeForm();
}
