using System.Globalization;
using System.Numerics;
using EdgeMeters.Gateway.Core;
using EdgeMeters.Gateway.Core.Registry;

namespace EdgeMeters.Gateway.Registry;

/// <summary>How the registry's tables write times, numbers and words. Nothing is rounded: what has no exact form is refused.</summary>
internal static class RegistryText
{
    private const int DecimalsMax = 6;

    // Tables are read by people of one country: all times are written in its zone, and read with any offset.
    private static readonly TimeSpan Offset = TimeSpan.FromHours(8);
    private static readonly string[] TimeFormats = ["yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd'T'HH:mm:ssK"];

    public static bool TryReadTime(string text, out uint utcSeconds)
    {
        utcSeconds = 0;
        bool hasOffset = text.EndsWith('Z') || text.Length > 6 && text[^6] is '+' or '-' && text[^3] == ':';
        if (!hasOffset || !DateTimeOffset.TryParseExact(text, TimeFormats, CultureInfo.InvariantCulture, DateTimeStyles.None, out var time))
            return false;
        long seconds = time.ToUnixTimeSeconds();
        if (seconds is < RegistryLimits.FromUtcSeconds or > RegistryLimits.ToUtcSeconds)
            return false;
        utcSeconds = (uint)seconds;
        return true;
    }

    public static string Time(uint utcSeconds)
    {
        var time = DateTimeOffset.FromUnixTimeSeconds(utcSeconds).ToOffset(Offset);
        return time.ToString(TimeFormats[time.Second == 0 ? 0 : 1], CultureInfo.InvariantCulture);
    }

    /// <summary>Reads a decimal number above or at 0 as so many of its smallest parts.</summary>
    /// <param name="decimals">Digits behind the point that it may have; the number is in units of the last of them.</param>
    public static bool TryReadNumber(string text, int decimals, out long number)
    {
        number = 0;
        int point = text.IndexOf('.', StringComparison.Ordinal);
        string whole = point < 0 ? text : text[..point];
        string part = point < 0 ? "" : text[(point + 1)..].TrimEnd('0');
        if (whole.Length is 0 or > 15 || part.Length > decimals || point == text.Length - 1
            || !text.All(c => char.IsAsciiDigit(c) || c == '.') || text.LastIndexOf('.') != point)
            return false;
        var parts = BigInteger.Parse(whole + part.PadRight(decimals, '0'), NumberStyles.None, CultureInfo.InvariantCulture);
        if (parts > long.MaxValue)
            return false;
        number = (long)parts;
        return true;
    }

    /// <param name="number">In units of the last of <paramref name="decimals"/> digits behind the point.</param>
    /// <param name="decimalsMin">Digits that are written even when they are 0, as a display does.</param>
    public static string Number(long number, int decimals, int decimalsMin = 0)
    {
        string digits = number.ToString(CultureInfo.InvariantCulture).PadLeft(decimals + 1, '0');
        string part = digits[^decimals..].TrimEnd('0').PadRight(decimalsMin, '0');
        return part.Length == 0 ? digits[..^decimals] : digits[..^decimals] + "." + part;
    }

    public static bool TryReadMillionths(string text, out long millionths) => TryReadNumber(text, DecimalsMax, out millionths);

    public static string Millionths(long millionths) => Number(millionths, DecimalsMax);

    public static Carrier CarrierOf(string text) => text switch
    {
        "water" => Carrier.Water,
        "power" => Carrier.Power,
        "gas" => Carrier.Gas,
        "heat" => Carrier.Heat,
        _ => 0,
    };

    public static PointKind KindOf(string text) => text switch
    {
        "" or "billing" => PointKind.Billing,
        "sum" => PointKind.Sum,
        "check" => PointKind.Check,
        _ => 0,
    };

    public static string Of(PointKind kind) => kind switch
    {
        PointKind.Billing => "billing",
        PointKind.Sum => "sum",
        PointKind.Check => "check",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "A kind without a word: give it one here."),
    };

    public static PointClass? ClassOf(string text) => text switch
    {
        "" => PointClass.Unstated,
        "household" => PointClass.Household,
        "firm" => PointClass.Firm,
        "farm" => PointClass.Farm,
        "network" => PointClass.Network,
        _ => null,
    };

    public static string Of(PointClass pointClass) => pointClass switch
    {
        PointClass.Unstated => "",
        PointClass.Household => "household",
        PointClass.Firm => "firm",
        PointClass.Farm => "farm",
        PointClass.Network => "network",
        _ => throw new ArgumentOutOfRangeException(nameof(pointClass), pointClass, "A class without a word: give it one here."),
    };

    /// <summary>As the gateway's other names: they may become parts of topics and file names.</summary>
    public static bool IsName(string text) =>
        text.Length is > 0 and <= 40 && char.IsAsciiLetterOrDigit(text[0]) && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-');
}
