namespace EdgeMeters.Gateway.Core;

/// <summary>What became of one item at the head-end.</summary>
public enum ForwardVerdict
{
    /// <summary>In the head-end's custody.</summary>
    Accepted = 1,

    /// <summary>Refused for good: goes to the dead letters, where people see it.</summary>
    Rejected = 2,

    /// <summary>Not taken now; to be sent again.</summary>
    Retry = 3,
}
