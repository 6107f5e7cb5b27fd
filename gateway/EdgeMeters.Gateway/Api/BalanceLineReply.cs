using System.ComponentModel;
using EdgeMeters.Gateway.Core.Aggregation;

namespace EdgeMeters.Gateway.Api;

/// <summary>A point against others in one period.</summary>
public sealed record BalanceLineReply(
    DateTimeOffset BeginUtc,
    DateTimeOffset EndUtc,
    [property: Description("Consumption of the point.")] long? Point,
    [property: Description("Consumption of the others together.")] long? Others,
    [property: Description("Point less others; null when one of them is incomplete.")] long? Difference,
    [property: Description("balanced, unbalanced or incomplete.")] string Verdict,
    [property: Description("Points for which nothing is compared.")] IReadOnlyList<string> IncompletePoints,
    [property: Description("How much of both sides is estimated.")] long Estimated)
{
    internal static BalanceLineReply Of(BalanceLine line) => new(
        DateTimeOffset.FromUnixTimeSeconds(line.Period.BeginUtcSeconds), DateTimeOffset.FromUnixTimeSeconds(line.Period.EndUtcSeconds),
        line.Parent, line.Others, line.Difference, line.Verdict switch
        {
            BalanceVerdict.Balanced => "balanced",
            BalanceVerdict.Unbalanced => "unbalanced",
            _ => "incomplete",
        }, line.IncompletePoints, line.EstimatedConsumption);
}
