namespace EdgeMeters.Gateway.Audit;

/// <summary>What the log holds of one node.</summary>
/// <param name="node">The node's name.</param>
internal sealed class NodeTotals(string node)
{
    public string Node { get; } = node;

    public long Blocks { get; set; }

    /// <summary>Readings, each counted once however often it was sent; those that state a silent meter among them.</summary>
    public long Readings { get; set; }

    /// <summary>Readings that state a silent meter.</summary>
    public long Missing { get; set; }

    /// <summary>Readings whose register was pruned; not among the others.</summary>
    public long Pruned { get; set; }

    /// <summary>Events, each counted once.</summary>
    public long Events { get; set; }

    /// <summary>Sequences of readings and events between the first and the last held that the log does not hold: on their way, or lost by the node.</summary>
    public long Absent { get; set; }
}
