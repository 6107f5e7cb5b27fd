using EdgeMeters.Gateway.Core;
using Microsoft.AspNetCore.Mvc;

namespace EdgeMeters.Gateway.Api;

/// <summary>The API's addresses, each with what the OpenAPI document says of it.</summary>
internal static class ApiRoutes
{
    private const string Tag = "Readings";
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
        var route = api.MapGet(path, answer).WithSummary(summary).WithDescription(description)
            .Produces<TReply>().Produces<ProblemDetails>(503, Problem)
            .AddEndpointFilter(new QueryGuard(parameters));
        // Unknown or repeated parameters are refused at every address.
        foreach (int status in refusals.Append(400).Distinct())
            route.Produces<ProblemDetails>(status, Problem);
        return route;
    }

    private static void AddCommand(RouteGroupBuilder api)
    {
        var route = api.MapPost(CommandsPath, NodeApi.GiveAsync).WithSummary("Give a command")
            .WithDescription("Takes a command for the node, and sends it at once if the node is listening. It is carried out at most once, in this start of the node only. "
                + "Over loopback only, without a proxy between, and not from a page of another site.")
            .Produces<CommandReply>(202).AddOpenApiOperationTransformer(ApiDocument.DescribeBodyAsync<CommandRequest>)
            .AddEndpointFilter(new QueryGuard([])).DisableAntiforgery();
        foreach (int status in new[] { 400, 403, 404, 409, 415, 429 })
            route.Produces<ProblemDetails>(status, Problem);
    }
}
