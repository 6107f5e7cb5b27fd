using EdgeMeters.Gateway.Core;
using Microsoft.AspNetCore.Mvc;

namespace EdgeMeters.Gateway.Api;

/// <summary>The API's addresses, each with what the OpenAPI document says of it.</summary>
internal static class ApiRoutes
{
    private const string Tag = "Readings";
    private const string EditsPath = "/points/{id}/edits";
    private const string CommandsPath = "/nodes/{node}/commands";
    private const string Problem = "application/problem+json";

    public static void Map(IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup("/api/v1").WithTags(Tag);
        Add<PointsReply>(api, "/points", ReadingApi.Points, "Metering points", "All metering points of the registry with their latest interval, in the order of their ids.", ["limit", "after"], 400);
        Add<PointReply>(api, "/points/{id}", ReadingApi.Point, "One metering point", "The metering point and its latest interval.", [], 404);
        Add<IntervalsReply>(api, "/points/{id}/intervals", ReadingApi.Intervals, "Intervals of a metering point",
            "Intervals that end in the range, oldest first, as JSON or CSV. At most 366 days and 50,000 intervals a reply; 'next' (in CSV the Link header) leads on.",
            ["from", "to", "format"], 400, 404, 406)
            .Produces<IntervalsReply>(200, "application/json", ApiDocument.Csv);
        Add<ConsumptionReply>(api, "/points/{id}/consumption", ReadingApi.Consumption, "Consumption by hour or day",
            "Sums of the intervals that end in each hour or day of the range, with how much of it they cover.",
            ["from", "to", "period", "offset"], 400, 404);
        AddProfiles(api);
        Add<EventReply[]>(api, "/events", ReadingApi.Events, "Node events", "The newest events of all nodes, newest first.", ["limit"], 400);
        Add<NodesReply>(api, "/nodes", NodeApi.Nodes, "Nodes", "All configured nodes and what they said of themselves, in the order of their names.", ["limit", "after"], 400);
        Add<NodeReply>(api, "/nodes/{node}", NodeApi.Node, "One node", "The node and what it said of itself.", [], 404);
        Add<CommandReply[]>(api, CommandsPath, NodeApi.Commands, "Commands to a node",
            "The latest commands and what became of each, newest first. They are kept in memory; the node's answers are events in the log.", [], 404);
        AddCommand(api);
        Add<StoreStatus>(api, "/status", ReadingApi.Status, "What the gateway holds", "Blocks and readings held, the backlog, and how far each forwarder has come.", []);
        Add<UnassignedMeter[]>(api, "/unassigned-meters", ReadingApi.UnassignedMeters, "Unassigned meters",
            "Meters that send readings but serve no metering point of the registry. Their readings are kept and wait.", []);
        Add<Refusal[]>(api, "/problems", ReadingApi.Problems, "Problems", "Every way in which the API says no, with its remedy.", []);
        Add<Refusal>(api, "/problems/{name}", ReadingApi.Problem, "One problem", "What a problem's type means and what to do.", [], 404);
        api.Map("/{*path}", (HttpRequest request) => Refusal.UnknownPath.Because($"It is {Refusal.Echo($"{request.Method} {request.Path}")}."))
            .ExcludeFromDescription();

        routes.MapGet("/healthz", ReadingApi.Health).WithTags("Service")
            .WithSummary("Health").WithDescription("ok, or what is wrong. 503 if the store can't be read.")
            .Produces<HealthReply>().Produces<HealthReply>(503);
    }

    private static RouteHandlerBuilder Add<TReply>(
        RouteGroupBuilder api, string path, Delegate answer, string summary, string description, string[] parameters, params int[] refusals)
    {
        var route = api.MapGet(path, answer).WithName(answer.Method.Name).WithSummary(summary).WithDescription(description)
            .Produces<TReply>().Produces<ProblemDetails>(503, Problem)
            .AddEndpointFilter(new QueryGuard(parameters));
        // Unknown or repeated parameters are refused at every address.
        foreach (int status in refusals.Append(400).Distinct())
            route.Produces<ProblemDetails>(status, Problem);
        return route;
    }

    private static void AddProfiles(RouteGroupBuilder api)
    {
        Add<ProfileReply>(api, "/points/{id}/profile", ProfileApi.Profile, "Load profile of a metering point",
            "What is billed: intervals of 15 minutes (or of an hour or a day, where the meter is read less often), checked, gaps estimated, multiplied, over exchanges of meters, with what people set. As JSON or CSV.",
            ["from", "to", "format"], 400, 404, 406)
            .Produces<ProfileReply>(200, "application/json", ApiDocument.Csv);
        Add<TotalsReply>(api, "/points/{id}/totals", ProfileApi.Totals, "Totals by hour, day, month or year",
            "The load profile added up by the periods that the range touches, each whole, with how much is covered, estimated and set by people.",
            ["from", "to", "period", "zone"], 400, 404);
        Add<TariffTotalsReply>(api, "/points/{id}/tariff-totals", ProfileApi.TariffTotals, "Totals by tariff period",
            "The totals of each hour, day, month or year with what of them was consumed in each tariff period: an interval belongs to the one of its last second. As JSON or CSV.",
            ["tariff", "from", "to", "period", "zone", "format"], 400, 404, 406)
            .Produces<TariffTotalsReply>(200, "application/json", ApiDocument.Csv);
        Add<TariffReply[]>(api, "/tariffs", ProfileApi.Tariffs, "Tariffs", "The tariffs of the configuration, in the order of their names.", []);
        Add<DemandReply>(api, "/points/{id}/demand", ProfileApi.Demand, "Largest demand",
            "The largest mean over blocks of time or over a window that slides, and when it ended.", ["from", "to", "minutes", "window", "zone"], 400, 404);
        Add<BalanceReply>(api, "/points/{id}/balance", ProfileApi.Balance, "Balance of a metering point",
            "What it measured against the sum of the points below it, and against each of its check points.", ["from", "to", "period", "zone", "tolerance"], 400, 404);
        Add<LeakReply[]>(api, "/points/{id}/leaks", ProfileApi.Leaks, "Hints of leaks",
            "For water: some flow in every hour of three nights, or of 24 hours running. Estimates prove nothing and are left out.", ["from", "to", "zone"], 400, 404);
        Add<EditReply[]>(api, EditsPath, EditApi.Edits, "Edits of a load profile", "Who set which interval to what, when and why; what was taken back as well.", ["from", "to"], 400, 404);
        var edit = api.MapPost(EditsPath, EditApi.EditAsync).WithName("Edit").WithSummary("Set intervals")
            .WithDescription("Sets intervals of the load profile beside what was read, or takes that back. It is kept in the log with who, why and when. Over loopback only, without a proxy between, and not from a page of another site.")
            .Produces<EditKeptReply>(202).AddOpenApiOperationTransformer(ApiDocument.DescribeBodyAsync<EditRequest>)
            .AddEndpointFilter(new QueryGuard([])).DisableAntiforgery();
        foreach (int status in new[] { 400, 403, 404, 415, 503 })
            edit.Produces<ProblemDetails>(status, Problem);
        Add<CompletenessReply>(api, "/completeness", ProfileApi.Completeness, "Completeness of load profiles",
            "How much of the range each point states, and the points of each utility together, page by page.", ["from", "to", "limit", "after"], 400);
        Add<CorrectionsReply>(api, "/corrections", ProfileApi.Corrections, "Corrections",
            "Stretches of load profiles that may be others than they were told before: late readings, registries, edits. Ask on with 'next'.", ["since"], 400);
    }

    private static void AddCommand(RouteGroupBuilder api)
    {
        var route = api.MapPost(CommandsPath, NodeApi.GiveAsync).WithName("Give").WithSummary("Give a command")
            .WithDescription("Takes a command for the node, and sends it at once if the node is listening. It is carried out at most once, in this start of the node only. "
                + "Over loopback only, without a proxy between, and not from a page of another site.")
            .Produces<CommandReply>(202).AddOpenApiOperationTransformer(ApiDocument.DescribeBodyAsync<CommandRequest>)
            .AddEndpointFilter(new QueryGuard([])).DisableAntiforgery();
        foreach (int status in new[] { 400, 403, 404, 409, 415, 429 })
            route.Produces<ProblemDetails>(status, Problem);
    }
}
