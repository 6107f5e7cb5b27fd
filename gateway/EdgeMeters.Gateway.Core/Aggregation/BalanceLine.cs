namespace EdgeMeters.Gateway.Core.Aggregation;

/// <summary>What a parent measured in a period and what others did.</summary>
/// <param name="Period">The period.</param>
/// <param name="Parent">Consumption of the parent, as far as it is stated.</param>
/// <param name="Others">Consumption of the others together, as far as it is stated; null when none states one.</param>
/// <param name="Difference">Parent less others; null when one of them is incomplete.</param>
/// <param name="Verdict">What follows.</param>
/// <param name="IncompletePoints">Ids of the points for which nothing is compared.</param>
/// <param name="EstimatedConsumption">How much of both sides is estimated; an estimate that was made from one side proves nothing of the other.</param>
public sealed record BalanceLine(
    Period Period, long? Parent, long? Others, long? Difference, BalanceVerdict Verdict, IReadOnlyList<string> IncompletePoints,
    long EstimatedConsumption);
