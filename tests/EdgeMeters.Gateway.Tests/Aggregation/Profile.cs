using System.Globalization;
using EdgeMeters.Gateway.Core;
using EdgeMeters.Gateway.Core.Aggregation;
using EdgeMeters.Gateway.Core.LoadProfile;
using EdgeMeters.Gateway.Core.Validation;

namespace EdgeMeters.Gateway.Tests.Aggregation;

/// <summary>Load profiles as tests need them, and totals in words.</summary>
internal static class Profile
{
    public const int Quarter = 900;
    public const int Hour = 3_600;
    public const int Day = 86_400;

    /// <summary>2026-03-01T00:00:00+08:00, a Sunday.</summary>
    public const uint Midnight = 1_772_294_400;

    public static ProfileInterval At(
        long end, long? consumption, int seconds = Quarter, ProfileSource source = ProfileSource.Measured, IntervalQuality quality = IntervalQuality.Valid) =>
        new(EndUtcSeconds: checked((uint)end), Seconds: seconds, Consumption: consumption, Quality: quality, Findings: Findings.None, Source: source);

    /// <summary>Intervals of equal length, one behind the other.</summary>
    public static ProfileInterval[] Row(long begin, int seconds, IEnumerable<long> consumptions) =>
        [.. consumptions.Select((c, i) => At(begin + (i + 1L) * seconds, c, seconds))];

    public static long Utc(string time) => DateTimeOffset.Parse(time, CultureInfo.InvariantCulture).ToUnixTimeSeconds();

    public static Period Between(string begin, string end) => new(Utc(begin), Utc(end));

    public static TimeZoneInfo Zone(string name) => Zones.Find(name) ?? throw new InvalidOperationException($"This machine does not know the zone {name}.");

    public static IReadOnlyList<PeriodTotal> Sum(
        IReadOnlyList<ProfileInterval> intervals, PeriodKind kind, TimeZoneInfo zone, Period stretch) =>
        PeriodAggregator.Sum(intervals, new PeriodCalendar(kind, zone).Touching(stretch), Period.Always);

    /// <summary>All of a total: two are the same when they are told the same.</summary>
    public static string Told(PeriodTotal total) => $"{total with { Sources = [] }} {string.Join(' ', total.Sources)}";
}
