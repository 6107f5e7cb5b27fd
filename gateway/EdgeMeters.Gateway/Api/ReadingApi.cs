using System.ComponentModel;
using System.Globalization;
using System.Net;
using EdgeMeters.Gateway.Core;
using Microsoft.Net.Http.Headers;

namespace EdgeMeters.Gateway.Api;

/// <summary>What the API answers. Everything comes from <see cref="IReadingQueries"/>; nothing is changed through here.</summary>
internal static class ReadingApi
{
    private const string FromText = "Intervals end after this: ISO 8601 with offset. Default: 24 hours before 'to' (31 days for days).";
    private const string ToText = "Intervals end not after this: ISO 8601 with offset. Default: now.";
    private const string IdText = "Id of the metering point.";

    public static IResult Points(
        IReadingQueries queries,
        [Description("Most points of the reply, 1 to 10000.")] string? limit,
        [Description("Only points whose id comes after this one, in ordinal order.")] string? after)
    {
        if (ReadLimit(limit, ApiLimits.PointsDefault, ApiLimits.PointsMax, out int max) is { } refusal)
            return refusal;
        var page = queries.Points(PointSearch.All, after ?? "", max + 1).Select(PointReply.Of).ToList();
        string? next = null;
        if (page.Count > max)
        {
            page.RemoveAt(max);
            next = $"/api/v1/points?limit={max}&after={WebUtility.UrlEncode(page[^1].Id)}";
        }
        return TypedResults.Ok(new PointsReply(queries.PointCount(), page, next));
    }

    public static IResult Point(IReadingQueries queries, [Description(IdText)] string id) =>
        queries.Point(id) is { } status ? TypedResults.Ok(PointReply.Of(status)) : UnknownPoint(id);

    public static IResult Intervals(
        IReadingQueries queries, TimeProvider time, HttpRequest request,
        [Description(IdText)] string id,
        [Description(FromText)] string? from,
        [Description(ToText)] string? to,
        [Description("json or csv. Default: what the Accept header prefers.")] string? format)
    {
        if (TimeRange.Read(from, to, time.GetUtcNow(), ApiLimits.RangeDefaultSeconds, out var range) is { } badRange)
            return badRange;
        if (ReadFormat(request, format, out bool csv) is { } badFormat)
            return badFormat;
        if (queries.Point(id) is not { } status)
            return UnknownPoint(id);
        var intervals = queries.Intervals(id, range.FromUtcSeconds, range.ToUtcSeconds);
        string? next = null;
        if (intervals.Count > ApiLimits.IntervalsMax)
        {
            intervals = [.. intervals.Take(ApiLimits.IntervalsMax)];
            next = $"/api/v1/points/{id}/intervals?from={TimeText.Utc(intervals[^1].EndUtcSeconds)}"
                + $"&to={TimeText.Utc(range.ToUtcSeconds)}" + (csv ? "&format=csv" : "&format=json");
        }
        if (csv)
            return new IntervalCsv(status, intervals, CsvName(id, range), next);
        return TypedResults.Ok(new IntervalsReply(
            id, status.Point.Register, PointReply.UnitOf(status),
            DateTimeOffset.FromUnixTimeSeconds(range.FromUtcSeconds), DateTimeOffset.FromUnixTimeSeconds(range.ToUtcSeconds),
            [.. intervals.Select(IntervalReply.Of)], next));
    }

    public static IResult Consumption(
        IReadingQueries queries, TimeProvider time,
        [Description(IdText)] string id,
        [Description(FromText)] string? from,
        [Description(ToText)] string? to,
        [Description("hour or day. Default: day.")] string? period,
        [Description("Offset from UTC at which hours and days are cut. Default: +08:00.")] string? offset)
    {
        if (period is not (null or "hour" or "day"))
            return Refusal.BadPeriod.Because($"It is {Refusal.Echo(period)}; here it is hour or day.");
        int periodSeconds = period == "hour" ? 3600 : 86_400;
        int offsetSeconds = ApiLimits.OffsetDefaultSeconds;
        if (offset is not null && !TimeText.TryReadOffset(offset, out offsetSeconds))
            return Refusal.BadOffset.Because($"It is {Refusal.Echo(offset)}.");
        int defaultSeconds = periodSeconds == 3600 ? ApiLimits.RangeDefaultSeconds : ApiLimits.RangeOfDaysDefaultSeconds;
        if (TimeRange.Read(from, to, time.GetUtcNow(), defaultSeconds, out var range) is { } badRange)
            return badRange;
        if (queries.Point(id) is not { } status)
            return UnknownPoint(id);
        var periods = queries.Consumption(id, range.FromUtcSeconds, range.ToUtcSeconds, periodSeconds, offsetSeconds);
        return TypedResults.Ok(new ConsumptionReply(
            id, PointReply.UnitOf(status), period ?? "day", offsetSeconds, [.. periods.Select(ConsumptionPeriodReply.Of)]));
    }

    public static IResult Events(
        IReadingQueries queries, [Description("Most events of the reply, 1 to 1000. Default: 200.")] string? limit)
    {
        if (ReadLimit(limit, ApiLimits.EventsDefault, ApiLimits.EventsMax, out int max) is { } refusal)
            return refusal;
        return TypedResults.Ok(queries.Events(max).Take(max).Select(EventReply.Of).ToArray());
    }

    public static IResult Status(IReadingQueries queries) => TypedResults.Ok(queries.Status());

    public static IResult UnassignedMeters(IReadingQueries queries) =>
        TypedResults.Ok(queries.UnassignedMeters(ApiLimits.UnassignedMetersMax));

    public static IResult Problems() => TypedResults.Ok(Refusal.All);

    public static IResult Problem([Description("Last part of a problem's type.")] string name) =>
        Refusal.All.FirstOrDefault(refusal => refusal.Name == name) is { } found
            ? TypedResults.Ok(found)
            : Refusal.UnknownPath.Because($"There is no problem {Refusal.Echo(name)}; /api/v1/problems lists all.");

    /// <summary>Always answers: with 503 if the store can't be read.</summary>
    public static IResult Health(IReadingQueries queries, ILogger<HealthReply> logger)
    {
        try
        {
            var status = queries.Status();
            string[] wrong =
            [
                .. status.Trouble is null ? [] : new[] { $"Store: {status.Trouble}" },
                .. status.Integrity?.Trouble is { } damage ? new[] { $"Integrity: {damage}" } : [],
                .. status.Forwarders.Where(forwarder => forwarder.Error is not null)
                    .Select(forwarder => $"Forwarder {forwarder.Name}: {forwarder.Error}"),
            ];
            return TypedResults.Ok(new HealthReply(wrong.Length == 0 ? "ok" : "degraded", wrong));
        }
        catch (Exception failure)
        {
            logger.LogError(failure, "The store's status can't be read.");
            return TypedResults.Json(
                new HealthReply("broken", [$"The store can't be read: {failure.Message}"]),
                statusCode: StatusCodes.Status503ServiceUnavailable);
        }
    }

    internal static IResult UnknownPoint(string id) => Refusal.UnknownPoint.Because($"It is {Refusal.Echo(id)}.");

    internal static IResult? ReadLimit(string? text, int whenAbsent, int largest, out int max)
    {
        max = whenAbsent;
        if (text is null
            || int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out max) && max >= 1 && max <= largest)
            return null;
        return Refusal.BadLimit.Because($"It is {Refusal.Echo(text)}; the largest here is {largest}.");
    }

    internal static IResult? ReadFormat(HttpRequest request, string? format, out bool csv)
    {
        csv = format == "csv";
        if (format is not null)
            return format is "json" or "csv" ? null : Refusal.BadFormat.Because($"It is {Refusal.Echo(format)}.");
        string accept = request.Headers.Accept.ToString();
        if (accept.Length == 0)
            return null;
        if (!MediaTypeHeaderValue.TryParseList(request.Headers.Accept, out var accepted))
            return Refusal.NotAcceptable.Because($"The Accept header is {Refusal.Echo(accept)}, which is no list of media types.");
        double json = Preference(accepted, "application/json");
        double table = Preference(accepted, "text/csv");
        csv = table > json;
        return json > 0 || table > 0 ? null : Refusal.NotAcceptable.Because($"The Accept header is {Refusal.Echo(accept)}.");
    }

    /// <summary>RFC 9110, 12.5.1: the most specific range that covers the type counts; without a weight it counts as 1.</summary>
    private static double Preference(IList<MediaTypeHeaderValue> accepted, string type)
    {
        var wanted = MediaTypeHeaderValue.Parse(type);
        var match = accepted.Where(range => wanted.IsSubsetOf(range))
            .OrderBy(range => range.MatchesAllTypes).ThenBy(range => range.MatchesAllSubTypes).FirstOrDefault();
        return match is null ? 0 : match.Quality ?? 1;
    }

    internal static string CsvName(string id, TimeRange range) =>
        $"{id}_{FileTime(range.FromUtcSeconds)}_{FileTime(range.ToUtcSeconds)}.csv";

    private static string FileTime(uint utcSeconds) => DateTimeOffset.FromUnixTimeSeconds(utcSeconds)
        .ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
}
