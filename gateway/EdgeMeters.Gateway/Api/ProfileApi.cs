using System.ComponentModel;
using System.Globalization;
using System.Net;
using EdgeMeters.Gateway.Core;
using EdgeMeters.Gateway.Core.Aggregation;
using EdgeMeters.Gateway.Core.LoadProfile;
using EdgeMeters.Gateway.Core.Registry;
using EdgeMeters.Wire;

namespace EdgeMeters.Gateway.Api;

/// <summary>What the API says of load profiles: the intervals that are billed, and what they add up to.</summary>
internal static class ProfileApi
{
    private const string FromText = "Begin of the range: ISO 8601 with offset. Default: 24 hours before 'to' (31 days for totals, balance and leaks).";
    private const string ToText = "End of the range: ISO 8601 with offset. Default: now.";
    private const string IdText = "Id of the metering point.";
    private const string ZoneText = "Zone by whose clocks periods are cut: an offset like +08:00, Z, or an IANA name like Europe/Berlin. Default: +08:00.";

    public static IResult Profile(
        IReadingQueries queries, IProfileQueries profiles, TimeProvider time, HttpRequest request,
        [Description(IdText)] string id,
        [Description(FromText)] string? from,
        [Description(ToText)] string? to,
        [Description("json or csv. Default: what the Accept header prefers.")] string? format)
    {
        if (TimeRange.Read(from, to, time.GetUtcNow(), ApiLimits.RangeDefaultSeconds, out var range) is { } badRange)
            return badRange;
        if (ReadingApi.ReadFormat(request, format, out bool csv) is { } badFormat)
            return badFormat;
        if (queries.Point(id) is not { } status)
            return ReadingApi.UnknownPoint(id);
        var profile = profiles.Profile(id, range.FromUtcSeconds, range.ToUtcSeconds);
        if (csv)
            return new ProfileCsv(status, profile.Intervals, ReadingApi.CsvName(id, range));
        return TypedResults.Ok(new ProfileReply(id, PointReply.UnitOf(status), profile.PeriodSeconds,
            DateTimeOffset.FromUnixTimeSeconds(range.FromUtcSeconds), DateTimeOffset.FromUnixTimeSeconds(range.ToUtcSeconds),
            [.. profile.Intervals.Select(ProfileIntervalReply.Of)]));
    }

    public static IResult Totals(
        IReadingQueries queries, IProfileQueries profiles, TimeProvider time,
        [Description(IdText)] string id,
        [Description(FromText)] string? from,
        [Description(ToText)] string? to,
        [Description("hour, day, month or year. Default: day.")] string? period,
        [Description(ZoneText)] string? zone)
    {
        if (ReadPeriods(from, to, period, zone, time, out var periods) is { } refusal)
            return refusal;
        if (queries.Point(id) is not { } status)
            return ReadingApi.UnknownPoint(id);
        return TypedResults.Ok(new TotalsReply(id, PointReply.UnitOf(status), period ?? "day", periods.Zone.Id,
            [.. TotalsOf(profiles, id, periods, time).Select(TotalReply.Of)]));
    }

    public static IResult Tariffs(TariffBook tariffs) => TypedResults.Ok(tariffs.All.Select(TariffReply.Of).ToArray());

    public static IResult TariffTotals(
        IReadingQueries queries, IProfileQueries profiles, TariffBook tariffs, TimeProvider time, HttpRequest request,
        [Description(IdText)] string id,
        [Description("Name of the tariff, one of /api/v1/tariffs. May be left out where there is only one.")] string? tariff,
        [Description(FromText)] string? from,
        [Description(ToText)] string? to,
        [Description("hour, day, month or year. Default: day.")] string? period,
        [Description("Zone by whose clocks periods are cut: an offset like +08:00, Z, or an IANA name like Europe/Berlin. Default: the tariff's.")] string? zone,
        [Description("json or csv. Default: what the Accept header prefers.")] string? format)
    {
        if (tariffs.Find(tariff) is not { } found)
            return Refusal.UnknownTariff.Because(tariff is null ? $"None is named and there are {tariffs.All.Count}." : $"It is {Refusal.Echo(tariff)}.");
        if (ReadPeriods(from, to, period, zone ?? found.Zone.Id, time, out var periods) is { } refusal)
            return refusal;
        if (ReadingApi.ReadFormat(request, format, out bool csv) is { } badFormat)
            return badFormat;
        if (queries.Point(id) is not { } status)
            return ReadingApi.UnknownPoint(id);
        // Both of the same intervals, so that the parts add up to the whole whatever comes in meanwhile.
        var intervals = IntervalsOf(profiles, id, periods);
        var totals = TotalsOf(profiles, id, periods, time, intervals);
        var shares = TariffAggregator.Sum(intervals, found.Calendar, periods.Whole);
        var reply = new TariffTotalsReply(id, PointReply.UnitOf(status), found.Name, period ?? "day", periods.Zone.Id, [.. totals.Zip(shares, TariffTotalReply.Of)]);
        return csv
            ? new TariffCsv(reply, ReadingApi.CsvName(id, new TimeRange((uint)periods.Stretch.BeginUtcSeconds, (uint)periods.Stretch.EndUtcSeconds)))
            : TypedResults.Ok(reply);
    }

    public static IResult Balance(
        IReadingQueries queries, IProfileQueries profiles, TimeProvider time,
        [Description(IdText)] string id,
        [Description(FromText)] string? from,
        [Description(ToText)] string? to,
        [Description("hour, day, month or year. Default: day.")] string? period,
        [Description(ZoneText)] string? zone,
        [Description("Parts per thousand of the point's consumption by which the others may differ, 0 to 1000. Default: 20.")] string? tolerance)
    {
        if (ReadPeriods(from, to, period, zone, time, out var periods) is { } refusal)
            return refusal;
        if (ReadWhole(tolerance, "tolerance", ApiLimits.ToleranceDefault, 0, 1000, out int perThousand) is { } badTolerance)
            return badTolerance;
        if (queries.Point(id) is not { } status)
            return ReadingApi.UnknownPoint(id);
        var below = profiles.Below(id);
        if (below.Count > ApiLimits.ChildrenMax)
            return Refusal.TooManyChildren.Because($"{id} has {below.Count}; the largest number here is {ApiLimits.ChildrenMax}.");
        var unit = status.Unit ?? Unit.Wh;
        var balance = BalanceAggregator.Of(new PointRegistry(below, [], []), id, point => new BalanceSide(point, unit, TotalsOf(profiles, point, periods, time)), perThousand);
        return TypedResults.Ok(new BalanceReply(id, PointReply.UnitOf(status), balance.Children, [.. balance.Lines.Select(BalanceLineReply.Of)],
            [.. balance.Checks.Select(c => new CheckBalanceReply(c.Point, [.. c.Lines.Select(BalanceLineReply.Of)]))]));
    }

    public static IResult Demand(
        IReadingQueries queries, IProfileQueries profiles, TimeProvider time,
        [Description(IdText)] string id,
        [Description(FromText)] string? from,
        [Description(ToText)] string? to,
        [Description("Length of a window in minutes, 15 to 1440; a block's divides the day. Default: 15.")] string? minutes,
        [Description("block or sliding. Default: block.")] string? window,
        [Description(ZoneText)] string? zone)
    {
        if (window is not (null or "block" or "sliding"))
            return Refusal.BadWindow.Because($"It is {Refusal.Echo(window)}.");
        if (ReadWhole(minutes, "minutes", 15, 15, 1440, out int length) is { } badMinutes)
            return badMinutes;
        if (window != "sliding" && 1440 % length != 0)
            return Refusal.BadWindow.Because($"A block of {length} minutes does not divide the day.");
        if (Zones.Find(zone ?? "+08:00") is not { } found)
            return Refusal.BadZone.Because($"It is {Refusal.Echo(zone!)}.");
        if (TimeRange.Read(from, to, time.GetUtcNow(), ApiLimits.RangeOfDaysDefaultSeconds, out var range) is { } badRange)
            return badRange;
        if (queries.Point(id) is not { } status)
            return ReadingApi.UnknownPoint(id);
        var intervals = profiles.Profile(id, range.FromUtcSeconds, range.ToUtcSeconds).Intervals;
        var period = new Period(range.FromUtcSeconds, range.ToUtcSeconds);
        var largest = window == "sliding"
            ? DemandAggregator.OfSlidingWindow(intervals, length * 60, period)
            : DemandAggregator.OfBlocks(intervals, length * 60, period, found);
        return TypedResults.Ok(DemandReply.Of(id, PointReply.UnitOf(status), window ?? "block", length, largest));
    }

    public static IResult Leaks(
        IReadingQueries queries, IProfileQueries profiles, TimeProvider time,
        [Description(IdText)] string id,
        [Description(FromText)] string? from,
        [Description(ToText)] string? to,
        [Description(ZoneText)] string? zone)
    {
        if (ReadPeriods(from, to, "day", zone, time, out var periods) is { } refusal)
            return refusal;
        if (queries.Point(id) is not { } status)
            return ReadingApi.UnknownPoint(id);
        if (status.Point.Carrier != Carrier.Water)
            return Refusal.NotWater.Because($"{id} measures {Symbols.Of(status.Point.Carrier)}.");
        var intervals = IntervalsOf(profiles, id, periods);
        return TypedResults.Ok(LeakHints.NightFlow(intervals, periods.Stretch, periods.Zone).Concat(LeakHints.SteadyFlow(intervals, periods.Stretch, periods.Zone))
            .OrderBy(h => h.Stretch.BeginUtcSeconds).Select(LeakReply.Of).ToArray());
    }

    public static IResult Corrections(
        IProfileQueries profiles, [Description("'next' of the reply before. Default: 0, the begin of the log.")] string? since)
    {
        if (since is not null && !long.TryParse(since, NumberStyles.None, CultureInfo.InvariantCulture, out _))
            return Refusal.BadCursor.Because($"It is {Refusal.Echo(since)}.");
        var page = profiles.Corrections(since is null ? 0 : long.Parse(since, NumberStyles.None, CultureInfo.InvariantCulture));
        return TypedResults.Ok(new CorrectionsReply([.. page.Corrections.Select(CorrectionReply.Of)], page.NextEntry, page.IsLast));
    }

    public static IResult Completeness(
        IProfileQueries profiles, TimeProvider time,
        [Description(FromText)] string? from,
        [Description(ToText)] string? to,
        [Description("Most points of the reply, 1 to 500. Default: 100.")] string? limit,
        [Description("Only points whose id comes after this one, in ordinal order.")] string? after)
    {
        if (ReadingApi.ReadLimit(limit, ApiLimits.CompletenessDefault, ApiLimits.CompletenessMax, out int max) is { } badLimit)
            return badLimit;
        if (TimeRange.Read(from, to, time.GetUtcNow(), ApiLimits.RangeDefaultSeconds, out var range) is { } badRange)
            return badRange;
        var periods = new PeriodsAsked(Zones.China, [new Period(range.FromUtcSeconds, range.ToUtcSeconds)], new Period(range.FromUtcSeconds, range.ToUtcSeconds));
        var registered = profiles.Registered(after ?? "", max + 1);
        var fold = new CompletenessFold();
        var points = new List<PointCompletenessReply>();
        foreach (var point in registered.Take(max))
        {
            var figure = TotalsOf(profiles, point.Id, periods, time)[0].Completeness;
            fold.Add(point.Utility, figure);
            points.Add(new PointCompletenessReply(point.Id, point.Utility, figure.CoveredSeconds, figure.ExpectedSeconds, figure.PerThousand));
        }
        string? next = registered.Count <= max ? null
            : $"/api/v1/completeness?from={TimeText.Utc(range.FromUtcSeconds)}&to={TimeText.Utc(range.ToUtcSeconds)}&limit={max}&after={WebUtility.UrlEncode(points[^1].Point)}";
        return TypedResults.Ok(new CompletenessReply(
            DateTimeOffset.FromUnixTimeSeconds(range.FromUtcSeconds), DateTimeOffset.FromUnixTimeSeconds(range.ToUtcSeconds), points,
            [.. fold.Figures().Select(f => new UtilityCompletenessReply(f.Name, f.Points, f.WholePoints, f.SilentPoints, f.Completeness.CoveredSeconds, f.Completeness.ExpectedSeconds, f.Completeness.PerThousand))], next));
    }

    private static IResult? ReadPeriods(string? from, string? to, string? period, string? zone, TimeProvider time, out PeriodsAsked periods)
    {
        periods = default!;
        PeriodKind? kind = period switch
        {
            null or "day" => PeriodKind.Day,
            "hour" => PeriodKind.Hour,
            "month" => PeriodKind.Month,
            "year" => PeriodKind.Year,
            _ => null,
        };
        if (kind == null)
            return Refusal.BadPeriod.Because($"It is {Refusal.Echo(period!)}.");
        if (Zones.Find(zone ?? "+08:00") is not { } found)
            return Refusal.BadZone.Because($"It is {Refusal.Echo(zone!)}.");
        if (TimeRange.Read(from, to, time.GetUtcNow(), ApiLimits.RangeOfDaysDefaultSeconds, out var range) is { } badRange)
            return badRange;
        var whole = new PeriodCalendar(kind.Value, found).Touching(new Period(range.FromUtcSeconds, range.ToUtcSeconds));
        periods = new PeriodsAsked(found, whole, new Period(range.FromUtcSeconds, range.ToUtcSeconds));
        return null;
    }

    internal static IResult? ReadWhole(string? text, string name, int whenAbsent, int min, int max, out int number)
    {
        number = whenAbsent;
        return text is null || int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number >= min && number <= max
            ? null
            : Refusal.BadNumber.Because($"'{name}' is {Refusal.Echo(text)}, not from {min} to {max}.");
    }

    private static IReadOnlyList<PeriodTotal> TotalsOf(IProfileQueries profiles, string id, PeriodsAsked periods, TimeProvider time) =>
        TotalsOf(profiles, id, periods, time, IntervalsOf(profiles, id, periods));

    private static IReadOnlyList<PeriodTotal> TotalsOf(
        IProfileQueries profiles, string id, PeriodsAsked periods, TimeProvider time, IReadOnlyList<ProfileInterval> intervals) =>
        PeriodAggregator.Sum(intervals, periods.Whole, ExpectedOf(profiles, id, time.GetUtcNow()));

    /// <summary>When consumption is expected of a point: while it is in service, up to now.</summary>
    internal static Period ExpectedOf(IProfileQueries profiles, string id, DateTimeOffset nowUtc)
    {
        var services = profiles.Services(id);
        long begin = services.Count == 0 ? 0 : services.Min(s => (long)s.AfterUtcSeconds);
        long end = services.Count == 0 ? 0 : services.Max(s => (long)s.ThroughUtcSeconds);
        return new Period(begin, Math.Max(begin, Math.Min(end, nowUtc.ToUnixTimeSeconds())));
    }

    // Periods are whole, whatever part of them was asked for.
    private static IReadOnlyList<ProfileInterval> IntervalsOf(IProfileQueries profiles, string id, PeriodsAsked periods) => periods.Whole.Count == 0 ? [] : profiles
        .Profile(id, (uint)Math.Max(periods.Whole[0].BeginUtcSeconds, 0), (uint)Math.Min(periods.Whole[^1].EndUtcSeconds, uint.MaxValue)).Intervals;

    /// <summary>Periods that a request touches.</summary>
    /// <param name="Zone">By whose clocks they are cut.</param>
    /// <param name="Whole">The periods, oldest first.</param>
    /// <param name="Stretch">What was asked for.</param>
    private sealed record PeriodsAsked(TimeZoneInfo Zone, IReadOnlyList<Period> Whole, Period Stretch);
}
