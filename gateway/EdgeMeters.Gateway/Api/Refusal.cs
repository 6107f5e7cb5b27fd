using Microsoft.AspNetCore.Mvc;

namespace EdgeMeters.Gateway.Api;

/// <summary>A way in which the API says no: RFC 9457 problem details whose type leads to this description.</summary>
/// <param name="Name">Last part of the type's address; stable.</param>
/// <param name="Status">HTTP status.</param>
/// <param name="Title">What went wrong, the same for every occurrence.</param>
/// <param name="Remedy">What the caller does about it.</param>
public sealed record Refusal(string Name, int Status, string Title, string Remedy)
{
    public const string TypePrefix = "/api/v1/problems/";

    public static readonly Refusal UnknownPath = new("unknown-path", 404,
        "The API has no such address.",
        "Look the address and its method up in /openapi/v1.json.");

    public static readonly Refusal UnknownPoint = new("unknown-point", 404,
        "The registry has no metering point of this id.",
        "List the ids at /api/v1/points, or add the point to the gateway's registry.");

    public static readonly Refusal UnknownParameter = new("unknown-parameter", 400,
        "The address has a query parameter that this request does not know.",
        "Remove it or mend its spelling; the parameters are in /openapi/v1.json.");

    public static readonly Refusal RepeatedParameter = new("repeated-parameter", 400,
        "A query parameter is given more than once.",
        "Give each parameter once.");

    public static readonly Refusal BadTime = new("bad-time", 400,
        "A time is not ISO 8601 with an offset.",
        "Write it as 2026-03-01T00:00:00+08:00 or 2026-02-28T16:00:00Z, between the years 1970 and 2106.");

    public static readonly Refusal BadRange = new("bad-range", 400,
        "The range is empty or runs backwards.",
        "Let 'from' be earlier than 'to'. Without them the range ends now.");

    public static readonly Refusal RangeTooLong = new("range-too-long", 400,
        "The range is longer than 366 days.",
        "Ask year by year: let 'to' of one request be 'from' of the next.");

    public static readonly Refusal BadPeriod = new("bad-period", 400,
        "The period is neither hour nor day.",
        "Use period=hour or period=day.");

    public static readonly Refusal BadOffset = new("bad-offset", 400,
        "The offset from UTC is not of the form +08:00.",
        "Write the sign, two digits, a colon and two digits, within 14 hours: +08:00, -03:30 or Z.");

    public static readonly Refusal BadLimit = new("bad-limit", 400,
        "The limit is not a whole number within its bounds.",
        "Use a number from 1 to the largest that the detail names.");

    public static readonly Refusal BadFormat = new("bad-format", 400,
        "The format is neither json nor csv.",
        "Use format=json or format=csv, or leave it to the Accept header.");

    public static readonly Refusal NotAcceptable = new("not-acceptable", 406,
        "The Accept header allows neither JSON nor CSV.",
        "Send Accept: application/json or text/csv, or add format=json or format=csv.");

    public static readonly Refusal StoreUnreadable = new("store-unreadable", 503,
        "The gateway's store can't be read.",
        "Look at /healthz and at the service's log; nodes keep their readings until the gateway takes them. Try again later.");

    public static IReadOnlyList<Refusal> All { get; } =
    [
        UnknownPath, UnknownPoint, UnknownParameter, RepeatedParameter, BadTime, BadRange, RangeTooLong, BadPeriod,
        BadOffset, BadLimit, BadFormat, NotAcceptable, StoreUnreadable,
    ];

    public string Type => TypePrefix + Name;

    /// <param name="detail">What it was this time, with what the caller sent.</param>
    internal IResult Because(string detail) => TypedResults.Problem(new ProblemDetails
    {
        Type = Type,
        Title = Title,
        Status = Status,
        Detail = detail,
        Extensions = { ["remedy"] = Remedy },
    });

    /// <summary>What a caller sent, short enough to repeat.</summary>
    internal static string Echo(string sent) =>
        sent.Length <= ApiLimits.EchoCharsMax ? $"'{sent}'" : $"'{sent[..ApiLimits.EchoCharsMax]}…'";
}
