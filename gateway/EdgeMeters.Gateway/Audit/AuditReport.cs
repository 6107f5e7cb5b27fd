namespace EdgeMeters.Gateway.Audit;

/// <summary>What an audit of a log found.</summary>
internal sealed class AuditReport
{
    /// <summary>Faults told one by one; those beyond are counted.</summary>
    public const int FaultsToldMax = 50;

    private readonly List<string> _faults = [];

    public List<NodeTotals> Nodes { get; } = [];

    public List<DestinationTotals> Destinations { get; } = [];

    public long Entries { get; set; }

    public long Readings => Nodes.Sum(n => n.Readings);

    /// <summary>Readings of which the register was pruned; not among the others.</summary>
    public long Pruned => Nodes.Sum(n => n.Pruned);

    public long Events => Nodes.Sum(n => n.Events);

    /// <summary>Faults in all.</summary>
    public long Faults { get; private set; }

    public IReadOnlyList<string> FaultsTold => _faults;

    /// <summary>
    /// Of all readings, whatever the blocks and the order in which they came: logs with the same readings have the same digest. For
    /// comparing two logs; against forgers there are the blocks' own authentication codes.
    /// </summary>
    public string Digest { get; set; } = "";

    /// <summary>The hash of the last entry, as <c>entry:hash</c>: to be noted elsewhere.</summary>
    public string Head { get; set; } = "";

    public void AddFault(string fault)
    {
        Faults++;
        if (_faults.Count < FaultsToldMax)
            _faults.Add(fault);
    }
}
