namespace EdgeMeters.Simulation.Processes;

/// <summary>One end held against the nodes.</summary>
internal sealed record LedgerCount
{
    /// <summary>Readings of the nodes that are there, each counted once.</summary>
    public long Readings { get; set; }

    /// <summary>Readings that have a receipt and are not there.</summary>
    public long Missing { get; set; }

    /// <summary>Readings that are there with another register, end or meter, or told twice and differently.</summary>
    public long Altered { get; set; }

    /// <summary>Readings that no node made.</summary>
    public long Invented { get; set; }

    public bool IsRight => Missing == 0 && Altered == 0 && Invented == 0;

    public override string ToString() => $"missing {Missing}, altered {Altered}, invented {Invented}";
}
