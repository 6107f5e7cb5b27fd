using System.ComponentModel;
using EdgeMeters.Gateway.Downlink;

namespace EdgeMeters.Gateway.Api;

/// <summary>A configured node and what it said of itself since the gateway started.</summary>
public sealed record NodeReply(
    string Name,
    [property: Description("True while it has a session with the gateway.")] bool Connected,
    [property: Description("True while it has subscribed to what is meant for it: only then it gets the time, commands and configurations.")] bool Listening,
    [property: Description("When it said hello last. Null, with what follows from a hello, if it has not since the gateway started.")] DateTimeOffset? HelloUtc,
    [property: Description("Number of its start, drawn at random.")] uint? Start,
    [property: Description("Version of its application.")] uint? Application,
    [property: Description("Version of its configuration, 0 in the factory state.")] uint? Configuration,
    [property: Description("Number of its board, 0 for a host that is none.")] int? Board,
    [property: Description("Commands that wait for it.")] int WaitingCommands,
    [property: Description("Version of a newer configuration that lies ready for it. Null if none does.")] uint? ConfigurationWaiting,
    [property: Description("Why the configuration that lies there is not sent. Null while nothing is wrong.")] string? ConfigurationFault,
    [property: Description("Version of a newer application that is being sent to it. Null if none is.")] uint? ImageWaiting,
    [property: Description("Why the application that lies there is not sent. Null while nothing is wrong.")] string? ImageFault,
    [property: Description("What it is sending again because the gateway lacks it: readings or events. Null while nothing is.")] string? Backfill,
    [property: Description("First sequence of that.")] uint? BackfillFirst,
    [property: Description("Last sequence of that.")] uint? BackfillLast,
    [property: Description("Events that the gateway lacks and the node turned out not to have, in this session.")] long EventsNotGiven,
    [property: Description("Rows of readings likewise.")] long ReadingsNotGiven)
{
    internal static NodeReply Of(NodeState node) => new(
        node.Name, node.IsConnected, node.IsListening, node.HeardUtc, node.Hello?.StartNumber, node.Hello?.ApplicationVersion,
        node.Hello?.ConfigurationVersion, node.Hello?.Board, node.WaitingOrders, node.ConfigurationWaiting, node.ConfigurationFault,
        node.ImageWaiting, node.ImageFault, node.Backfill.Kind?.ToString().ToLowerInvariant(), node.Backfill.Range?.First, node.Backfill.Range?.Last,
        node.Backfill.EventsNotGiven, node.Backfill.ReadingsNotGiven);
}
