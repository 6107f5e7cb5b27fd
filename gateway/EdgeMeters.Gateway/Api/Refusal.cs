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
        "The period is not one that this request knows.",
        "Use period=hour, day, month or year; consumption knows hour and day.");

    public static readonly Refusal BadZone = new("bad-zone", 400,
        "The zone is not known.",
        "Write an offset such as +08:00, or Z, or a name such as Asia/Shanghai or Europe/Berlin.");

    public static readonly Refusal UnknownTariff = new("unknown-tariff", 400,
        "The configuration has no such tariff.",
        "List the names at /api/v1/tariffs, or add the tariff to 'tariffs' in the gateway's configuration and start it again.");

    public static readonly Refusal BadWindow = new("bad-window", 400,
        "The window of the demand is none.",
        "Use window=block with minutes that divide the day, or window=sliding.");

    public static readonly Refusal BadNumber = new("bad-number", 400,
        "A number is not a whole one within its bounds.",
        "Use one within the bounds that the detail names.");

    public static readonly Refusal BadCursor = new("bad-cursor", 400,
        "The place to go on from is none.",
        "Use 'next' of the reply before, or leave 'since' out to begin with the log.");

    public static readonly Refusal NotWater = new("not-water", 400,
        "Hints of leaks are given for water only.",
        "Ask for a metering point that measures water.");

    public static readonly Refusal TooManyChildren = new("too-many-children", 400,
        "The metering point has more points below it than one request balances.",
        "Ask for points further down, or balance the totals of each.");

    public static readonly Refusal BadEdit = new("bad-edit", 400,
        "The body is no edit of a load profile. Nothing of it was kept.",
        "Mend what the detail names: {\"who\":\"Li Lei\",\"why\":\"protocol 17\",\"intervals\":[{\"end\":\"2026-11-22T10:15:00+08:00\",\"consumption\":250}]}.");

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

    public static readonly Refusal UnknownNode = new("unknown-node", 404,
        "No node of this name is configured.",
        "List the names at /api/v1/nodes, or add the node to 'nodes' in the gateway's configuration.");

    public static readonly Refusal NotLocal = new("not-local", 403,
        "Commands and edits are taken from this machine only, as long as there are no logins.",
        "Give it on the gateway itself, e.g. over SSH: EdgeMeters.Gateway command --node NAME identify --seconds 60, or edit --point ID.");

    public static readonly Refusal ForeignSite = new("foreign-site", 403,
        "The request was made by a page of another site.",
        "Open the gateway's own page as http://127.0.0.1 with its port, or use the command line.");

    public static readonly Refusal NotJson = new("not-json", 415,
        "The body is not said to be JSON.",
        "Send Content-Type: application/json.");

    public static readonly Refusal BadBody = new("bad-body", 400,
        "The body is no command.",
        "Send one JSON object such as {\"command\":\"identify\",\"a\":60}; its fields are in /openapi/v1.json.");

    public static readonly Refusal BadCommand = new("bad-command", 400,
        "The command is not known, or an argument is out of its range.",
        "Mend what the detail names.");

    public static readonly Refusal NodeNotHeard = new("node-not-heard", 409,
        "The node has not said hello since the gateway started: a command names the start of the node that it is meant for.",
        "Wait until the node is connected and says hello; /api/v1/nodes shows when it did.");

    public static readonly Refusal TooManyCommands = new("too-many-commands", 429,
        "Too many commands wait for this node.",
        "Wait until the node has answered them or their time is over; /api/v1/nodes/{node}/commands lists them.");

    public static readonly Refusal NumbersUsedUp = new("numbers-used-up", 409,
        "The node has taken the highest command number there is.",
        "Start the node again: in its next start it takes all numbers anew.");

    public static IReadOnlyList<Refusal> All { get; } =
    [
        UnknownPath, UnknownPoint, UnknownParameter, RepeatedParameter, BadTime, BadRange, RangeTooLong, BadPeriod, BadZone, UnknownTariff, BadWindow,
        BadNumber, BadCursor, NotWater, TooManyChildren, BadEdit, BadOffset, BadLimit, BadFormat, NotAcceptable, StoreUnreadable, UnknownNode, NotLocal, ForeignSite, NotJson, BadBody, BadCommand,
        NodeNotHeard, TooManyCommands, NumbersUsedUp,
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
