using EdgeMeters.Wire;

namespace EdgeMeters.Gateway.Core.Aggregation;

/// <summary>A metering point and what it measured.</summary>
/// <param name="Point">Its id.</param>
/// <param name="Unit">In which its consumption is stated.</param>
/// <param name="Totals">Its totals, by the periods of the balance.</param>
public sealed record BalanceSide(string Point, Unit Unit, IReadOnlyList<PeriodTotal> Totals);
