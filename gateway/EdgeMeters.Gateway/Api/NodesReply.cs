using System.ComponentModel;

namespace EdgeMeters.Gateway.Api;

/// <summary>Nodes in the order of their names.</summary>
public sealed record NodesReply(
    [property: Description("All configured nodes.")] int Total,
    IReadOnlyList<NodeReply> Nodes,
    [property: Description("Address of the nodes that follow; null if these are the last.")] string? Next);
