using System.ComponentModel;
using System.Net;
using System.Text.Json;
using EdgeMeters.Gateway.Downlink;
using Microsoft.Net.Http.Headers;

namespace EdgeMeters.Gateway.Api;

/// <summary>What the API says of nodes, and the one thing that it changes: it takes commands for them.</summary>
internal static class NodeApi
{
    private const string NodeText = "Name of the node.";

    public static IResult Nodes(
        Dialogues dialogues,
        [Description("Most nodes of the reply, 1 to 10000.")] string? limit,
        [Description("Only nodes whose name comes after this one, in ordinal order.")] string? after)
    {
        if (ReadingApi.ReadLimit(limit, ApiLimits.NodesDefault, ApiLimits.NodesMax, out int max) is { } refusal)
            return refusal;
        var all = dialogues.Nodes();
        var page = all.Where(node => after is null || string.CompareOrdinal(node.Name, after) > 0).Take(max + 1).Select(NodeReply.Of).ToList();
        string? next = null;
        if (page.Count > max)
        {
            page.RemoveAt(max);
            next = $"/api/v1/nodes?limit={max}&after={WebUtility.UrlEncode(page[^1].Name)}";
        }
        return TypedResults.Ok(new NodesReply(all.Count, page, next));
    }

    public static IResult Node(Dialogues dialogues, [Description(NodeText)] string node) =>
        dialogues.Node(node) is { } state ? TypedResults.Ok(NodeReply.Of(state)) : UnknownNode(node);

    public static IResult Commands(Dialogues dialogues, [Description(NodeText)] string node) =>
        dialogues.Orders(node) is { } orders ? TypedResults.Ok(orders.Reverse().Select(CommandReply.Of).ToArray()) : UnknownNode(node);

    public static async Task<IResult> GiveAsync(
        Dialogues dialogues, HttpContext context, [Description(NodeText)] string node, CancellationToken cancel)
    {
        if (LocalOnly.Refuse(context) is { } notAllowed)
            return notAllowed;
        var request = context.Request;
        // Anything else a page of another site may send without asking.
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type) || !type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase))
            return Refusal.NotJson.Because($"The content type is {Refusal.Echo(request.ContentType ?? "")}.");
        byte[] buffer = new byte[ApiLimits.BodyBytesMax + 1];
        int count = await request.Body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancel);
        if (count > ApiLimits.BodyBytesMax)
            return Refusal.BadBody.Because($"It is longer than {ApiLimits.BodyBytesMax} bytes.");
        OrderRequest? order;
        try
        {
            if (CommandRequest.Parse(buffer.AsSpan(0, count)).TryRead(out order) is { } fault)
                return Refusal.BadCommand.Because(fault);
        }
        catch (JsonException e)
        {
            return Refusal.BadBody.Because(e.Message);
        }
        var (refusal, given) = dialogues.Give(node, order!);
        return refusal switch
        {
            OrderRefusal.None => TypedResults.Accepted($"/api/v1/nodes/{node}/commands", CommandReply.Of(given!)),
            OrderRefusal.UnknownNode => UnknownNode(node),
            OrderRefusal.NotHeard => Refusal.NodeNotHeard.Because($"It is {node}."),
            OrderRefusal.TooMany => Refusal.TooManyCommands.Because($"{DownlinkLimits.OrdersWaitingMax} wait for {node}."),
            OrderRefusal.NumbersUsedUp => Refusal.NumbersUsedUp.Because($"It is {node}."),
            _ => throw new InvalidOperationException($"{refusal} has no answer: give it one here."),
        };
    }

    private static IResult UnknownNode(string node) => Refusal.UnknownNode.Because($"It is {Refusal.Echo(node)}.");
}
