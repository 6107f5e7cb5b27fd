namespace EdgeMeters.Gateway.Core.Aggregation;

/// <summary>What a comparison of a period says.</summary>
public enum BalanceVerdict
{
    /// <summary>The difference is within the tolerance.</summary>
    Balanced = 0,

    /// <summary>The difference is beyond it.</summary>
    Unbalanced = 1,

    /// <summary>One of the points does not state all of its consumption of the period, or some of the period before: nothing is compared.</summary>
    Incomplete = 2,
}
