namespace EdgeMeters.Gateway.Core.Aggregation;

/// <summary>A check point against what it checks.</summary>
/// <param name="Point">Id of the check point.</param>
/// <param name="Lines">The point that it checks against it, one line a period.</param>
public sealed record CheckBalance(string Point, IReadOnlyList<BalanceLine> Lines);
