namespace EdgeMeters.Wire;

/// <summary>How far the node trusts its own clock when it stamps a reading.</summary>
public enum ClockQuality : byte
{
    /// <summary>Set by a trusted source within the holdover time.</summary>
    Synchronised = 0,

    /// <summary>Was set, runs free since longer than the holdover time.</summary>
    Holdover = 1,

    /// <summary>Never set since start: the stamp counts from the last time in the journal.</summary>
    Unset = 2,
}
