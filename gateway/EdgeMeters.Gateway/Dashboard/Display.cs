using System.Globalization;
using EdgeMeters.Gateway.Core;
using EdgeMeters.Wire;

namespace EdgeMeters.Gateway.Dashboard;

/// <summary>How numbers and times look on the pages. Registers stay integers to the last: no rounding between meter and page.</summary>
internal static class Display
{
    /// <summary>China Standard Time, the one in which people at the gateway live. Pages state it.</summary>
    public static readonly TimeSpan Offset = TimeSpan.FromHours(8);

    public const string OffsetText = "+08:00";

    /// <summary>What stands where there is nothing to state.</summary>
    public const string None = "–";

    /// <summary>Thousandths: 1234567 Wh are 1,234.567 kWh, litres become m³.</summary>
    public static string Amount(long? baseUnits)
    {
        if (baseUnits is not { } amount)
            return None;
        ulong size = amount < 0 ? (ulong)-(amount + 1) + 1 : (ulong)amount;
        return string.Create(CultureInfo.InvariantCulture, $"{(amount < 0 ? "−" : "")}{size / 1000:N0}.{size % 1000:000}");
    }

    public static string UnitName(Unit? unit) => unit switch
    {
        Unit.Wh => "kWh",
        Unit.Varh => "kvarh",
        Unit.Litre => "m³",
        _ => "",
    };

    /// <summary>Parts per thousand as a percentage.</summary>
    public static string PerThousand(int parts) => string.Create(CultureInfo.InvariantCulture, $"{parts / 10}.{parts % 10} %");

    public static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    public static string Time(uint utcSeconds) => Local(utcSeconds).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    public static string Clock(DateTimeOffset time) => time.ToOffset(Offset).ToString("HH:mm:ss", CultureInfo.InvariantCulture);

    private static DateTimeOffset Local(uint utcSeconds) => DateTimeOffset.FromUnixTimeSeconds(utcSeconds).ToOffset(Offset);

    /// <summary>Late: three periods have passed since the interval's end, and at least a minute, so that a slow link alone is no alarm.</summary>
    public static bool IsOverdue(PointStatus status, DateTimeOffset nowUtc)
    {
        if (status.Last is not { } last || status.PeriodSeconds <= 0)
            return false;
        return nowUtc.ToUnixTimeSeconds() - last.EndUtcSeconds > Math.Max(60, 3L * status.PeriodSeconds);
    }

    /// <summary>Class of the chip and of the chart's colour; the chart's script uses the same order.</summary>
    public static string QualityClass(IntervalQuality quality) => quality switch
    {
        _ when quality.HasFlag(IntervalQuality.Missing) => "missing",
        _ when (quality & (IntervalQuality.Decreased | IntervalQuality.TooHigh)) != 0 => "implausible",
        _ when quality.HasFlag(IntervalQuality.Gap) => "gap",
        _ when (quality & (IntervalQuality.Suspect | IntervalQuality.ClockDoubt)) != 0 => "doubt",
        _ => "valid",
    };
}
