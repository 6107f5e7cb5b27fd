using EdgeMeters.Gateway.Core.Registry;

namespace EdgeMeters.Gateway.Core.Aggregation;

/// <summary>Holds what a metering point measured against what the points below it did.</summary>
public static class BalanceAggregator
{
    /// <summary>The balance of a point.</summary>
    /// <param name="registry">Which points lie below it.</param>
    /// <param name="parent">Id of the point.</param>
    /// <param name="sideOf">The totals of a point, by the same periods for all.</param>
    /// <param name="tolerancePerThousand">Parts per thousand of the parent's consumption by which the others may differ.</param>
    /// <exception cref="ArgumentException">Sides in different units or periods.</exception>
    public static Balance Of(PointRegistry registry, string parent, Func<string, BalanceSide> sideOf, int tolerancePerThousand)
    {
        var below = registry.Points.Where(p => p.Parent == parent).OrderBy(p => p.Id, StringComparer.Ordinal).ToArray();
        var children = below.Where(p => p.Kind != PointKind.Check).Select(p => sideOf(p.Id)).ToArray();
        var side = sideOf(parent);
        return new Balance(
            parent, [.. children.Select(c => c.Point)], children.Length == 0 ? [] : Compare(side, children, tolerancePerThousand),
            [.. below.Where(p => p.Kind == PointKind.Check).Select(p => new CheckBalance(p.Id, Compare(side, [sideOf(p.Id)], tolerancePerThousand)))]);
    }

    /// <summary>A point against others together, period by period.</summary>
    /// <param name="others">One at least.</param>
    /// <exception cref="ArgumentException">Nobody to compare with, or sides in different units or periods.</exception>
    public static IReadOnlyList<BalanceLine> Compare(BalanceSide parent, IReadOnlyList<BalanceSide> others, int tolerancePerThousand)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(tolerancePerThousand);
        ArgumentOutOfRangeException.ThrowIfZero(others.Count, nameof(others));
        foreach (var other in others)
        {
            if (other.Unit != parent.Unit)
                throw new ArgumentException($"{parent.Point} counts {Symbols.Of(parent.Unit)} and {other.Point} {Symbols.Of(other.Unit)}: they cannot be compared.", nameof(others));
            if (!other.Totals.Select(t => t.Period).SequenceEqual(parent.Totals.Select(t => t.Period)))
                throw new ArgumentException($"{parent.Point} and {other.Point} are added up by different periods: they cannot be compared.", nameof(others));
        }
        return [.. parent.Totals.Select((total, i) => Compare(parent.Point, total, others, i, tolerancePerThousand))];
    }

    private static BalanceLine Compare(string parent, PeriodTotal total, IReadOnlyList<BalanceSide> others, int at, int tolerancePerThousand)
    {
        var incomplete = new List<string>();
        if (!total.IsWhole)
            incomplete.Add(parent);
        long? sum = null;
        long estimated = total.EstimatedConsumption;
        foreach (var other in others)
        {
            var its = other.Totals[at];
            if (IsOutOfService(its))
            {
                sum ??= 0;
                continue;
            }
            if (!its.IsWhole)
                incomplete.Add(other.Point);
            if (its.Consumption is { } consumption)
                sum = checked((sum ?? 0) + consumption);
            estimated = checked(estimated + its.EstimatedConsumption);
        }
        if (incomplete.Count > 0)
            return new BalanceLine(total.Period, total.Consumption, sum, null, BalanceVerdict.Incomplete, incomplete, estimated);
        long difference = checked(total.Consumption!.Value - sum!.Value);
        bool isWithin = Int128.Abs(difference) * 1000 <= Int128.Abs(total.Consumption.Value) * tolerancePerThousand;
        return new BalanceLine(
            total.Period, total.Consumption, sum, difference, isWithin ? BalanceVerdict.Balanced : BalanceVerdict.Unbalanced, [], estimated);
    }

    // Nothing was expected and nothing came: what it used is 0 and not unknown.
    private static bool IsOutOfService(PeriodTotal total) => total is { Completeness.ExpectedSeconds: 0, Intervals: 0 };
}
