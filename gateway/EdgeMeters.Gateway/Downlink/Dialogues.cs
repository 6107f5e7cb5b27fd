using EdgeMeters.Gateway.Core;
using EdgeMeters.Metering.Ports;
using EdgeMeters.Wire;

namespace EdgeMeters.Gateway.Downlink;

/// <summary>What the gateway says to its nodes: the time in answer to a hello, commands, configurations. In memory, one dialogue a node.</summary>
public sealed class Dialogues : IDisposable
{
    private readonly SortedDictionary<string, NodeDialogue> _nodes = new(StringComparer.Ordinal);
    private readonly DownlinkMetrics _metrics;
    private readonly Stations? _stations;
    private readonly ILogger<Dialogues> _logger;

    /// <param name="nodes">The configured nodes with their keys; the instances are used here and nowhere else.</param>
    /// <param name="folder">Documents for the node N lie in its folder N.</param>
    /// <param name="clock">The gateway's time and whether anything keeps it; only then nodes are told.</param>
    /// <param name="held">What the log holds: what it lacks is ordered again. Null where it holds nothing to compare with.</param>
    /// <param name="stations">The network plan; null where nodes send whenever they like.</param>
    public Dialogues(
        IReadOnlyDictionary<string, IBlockMac> nodes, string folder, TimeProvider time, INodeClock clock, DownlinkMetrics metrics, ILogger<Dialogues> logger,
        IHeldRanges? held = null, Stations? stations = null)
    {
        _metrics = metrics;
        _stations = stations;
        _logger = logger;
        foreach (var (name, mac) in nodes)
            _nodes.Add(name, new NodeDialogue(name, mac, folder, time, clock, metrics, logger, held, stations));
    }

    /// <inheritdoc cref="NodeDialogue.Begin"/>
    public void Begin(string node, object session) => Find(node)?.Begin(session);

    /// <inheritdoc cref="NodeDialogue.End"/>
    public void End(string node, object session) => Find(node)?.End(session);

    /// <inheritdoc cref="NodeDialogue.Open"/>
    public void Open(string node, object session, NodeDoor? door) => Find(node)?.Open(session, door);

    /// <summary>Answers a hello that was verified under the node's key.</summary>
    public void Hear(string node, object session, Hello hello)
    {
        _metrics.Hellos.Inc();
        Find(node)?.Hear(session, hello);
    }

    /// <summary>Looks for answers to commands in a block that is in the log.</summary>
    public void Tell(IncomingBlock block)
    {
        _stations?.NoteBytes(block.Node, block.Bytes.Length);
        if (block.Kind == BlockKind.Events)
            Find(block.Node)?.Tell(block.Bytes);
    }

    /// <summary>Takes a command for a node and sends it at once if it can.</summary>
    /// <returns>The command under its number, or why it is not taken.</returns>
    public (OrderRefusal Refusal, Order? Order) Give(string node, OrderRequest request)
    {
        if (Find(node) is not { } dialogue)
            return (OrderRefusal.UnknownNode, null);
        var (refusal, order) = dialogue.Give(request);
        // The trace of who wanted what; what the node did about it is an event in the log.
        _logger.LogInformation("Command {Code} for {Node}, channel {Channel}, {A}, {B}: {Refusal} {Number}",
            request.Code, node, request.Channel, request.A, request.B, refusal, order?.Number);
        return (refusal, order);
    }

    /// <summary>All configured nodes in the order of their names.</summary>
    public IReadOnlyList<NodeState> Nodes() => [.. _nodes.Values.Select(n => n.State())];

    /// <returns>Null if no node of this name is configured.</returns>
    public NodeState? Node(string node) => Find(node)?.State();

    /// <summary>Commands of a node, the latest last; null if no node of this name is configured.</summary>
    public IReadOnlyList<Order>? Orders(string node) => Find(node)?.Orders();

    public void Dispose()
    {
        foreach (var node in _nodes.Values)
            node.Dispose();
    }

    private NodeDialogue? Find(string node) => _nodes.GetValueOrDefault(node);
}
