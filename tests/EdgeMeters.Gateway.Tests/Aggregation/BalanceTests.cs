using EdgeMeters.Gateway.Core;
using EdgeMeters.Gateway.Core.Aggregation;
using EdgeMeters.Gateway.Core.LoadProfile;
using EdgeMeters.Gateway.Core.Registry;
using EdgeMeters.Wire;
using static EdgeMeters.Gateway.Tests.Aggregation.Profile;

namespace EdgeMeters.Gateway.Tests.Aggregation;

public sealed class BalanceTests
{
    private static readonly IReadOnlyList<Period> Hours = [new(Midnight, Midnight + Hour), new(Midnight + Hour, Midnight + 2 * Hour)];

    private static readonly PointRegistry House = new(
        [
            Point("house", PointKind.Sum, ""), Point("flat-2", PointKind.Billing, "house"), Point("flat-1", PointKind.Billing, "house"),
            Point("lift", PointKind.Sum, "house"), Point("motor", PointKind.Billing, "lift"), Point("house-check", PointKind.Check, "house"),
            Point("flat-1-check", PointKind.Check, "flat-1"),
        ],
        [], []);

    [Fact]
    public void A_parent_is_held_against_the_billing_and_sum_points_directly_below_it_and_each_check_point_alone()
    {
        var balance = BalanceAggregator.Of(House, "house", id => Side(id, id switch
        {
            "house" => [1_000, 1_000],
            "flat-1" => [300, 300],
            "flat-2" => [400, 400],
            "lift" => [280, 200],
            "house-check" => [1_010, 1_100],
            _ => throw new InvalidOperationException($"{id} is not part of this balance."),
        }), 20);
        Assert.Equal(["flat-1", "flat-2", "lift"], balance.Children);
        Assert.Equal([(20L, BalanceVerdict.Balanced), (100L, BalanceVerdict.Unbalanced)], balance.Lines.Select(l => (l.Difference!.Value, l.Verdict)));
        var check = Assert.Single(balance.Checks);
        Assert.Equal("house-check", check.Point);
        Assert.Equal([(-10L, BalanceVerdict.Balanced), (-100L, BalanceVerdict.Unbalanced)], check.Lines.Select(l => (l.Difference!.Value, l.Verdict)));
    }

    [Fact]
    public void A_point_with_none_but_a_check_point_below_it_has_no_sum_to_compare()
    {
        var balance = BalanceAggregator.Of(House, "flat-1", id => Side(id, [1, 2]), 0);
        Assert.Empty(balance.Lines);
        Assert.Equal(["flat-1-check"], balance.Checks.Select(c => c.Point));
    }

    [Theory]
    [InlineData(1_000, 980, 20, BalanceVerdict.Balanced)]
    [InlineData(1_000, 979, 20, BalanceVerdict.Unbalanced)]
    [InlineData(1_000, 1_020, 20, BalanceVerdict.Balanced)]
    [InlineData(1_000, 1_021, 20, BalanceVerdict.Unbalanced)]
    [InlineData(0, 0, 0, BalanceVerdict.Balanced)]
    [InlineData(0, 1, 20, BalanceVerdict.Unbalanced)]
    [InlineData(long.MaxValue, 0, 999, BalanceVerdict.Unbalanced)]
    public void The_tolerance_is_in_parts_per_thousand_of_the_parent(long parent, long child, int tolerance, BalanceVerdict verdict)
    {
        Assert.Equal(verdict, BalanceAggregator.Compare(Side("p", [parent, 0]), [Side("c", [child, 0])], tolerance)[0].Verdict);
    }

    [Fact]
    public void An_incomplete_point_is_named_and_nothing_compared()
    {
        var half = new BalanceSide("c1", Unit.Wh, PeriodAggregator.Sum(Row(Midnight, 1_800, [50, 50, 50]), Hours, Period.Always));
        var silent = new BalanceSide("c2", Unit.Wh, PeriodAggregator.Sum(Row(Midnight, Hour, [7]), Hours, Period.Always));
        var lines = BalanceAggregator.Compare(Side("p", [107, 107]), [half, silent], 1_000);
        Assert.Equal((0L, BalanceVerdict.Balanced), (lines[0].Difference!.Value, lines[0].Verdict));
        Assert.Equal((107L, 50L, null, BalanceVerdict.Incomplete), (lines[1].Parent!.Value, lines[1].Others!.Value, lines[1].Difference, lines[1].Verdict));
        Assert.Equal(["c1", "c2"], lines[1].IncompletePoints);
    }

    [Fact]
    public void A_point_whose_gap_reaches_back_into_the_period_before_is_incomplete_in_both()
    {
        var gap = new BalanceSide("c", Unit.Wh, PeriodAggregator.Sum([At(Midnight + 1_800, 5, 1_800), At(Midnight + 2 * Hour, 15, 5_400)], Hours, Period.Always));
        Assert.All(BalanceAggregator.Compare(Side("p", [10, 10]), [gap], 1_000), l => Assert.Equal(["c"], l.IncompletePoints));
        Assert.All(BalanceAggregator.Compare(gap, [Side("p", [10, 10])], 1_000), l => Assert.Equal(["c"], l.IncompletePoints));
    }

    [Fact]
    public void A_point_that_was_not_in_service_used_nothing()
    {
        var served = new Period(Midnight + Hour + 1_800, Midnight + 2 * Hour);
        var late = new BalanceSide("c", Unit.Wh, PeriodAggregator.Sum(Row(served.BeginUtcSeconds, 1_800, [40]), Hours, served));
        var lines = BalanceAggregator.Compare(Side("p", [10, 50]), [late, Side("d", [10, 10])], 0);
        Assert.Equal([BalanceVerdict.Balanced, BalanceVerdict.Balanced], lines.Select(l => l.Verdict));
        Assert.Equal(["c"], BalanceAggregator.Compare(late, [Side("d", [10, 10])], 0)[0].IncompletePoints);
    }

    [Fact]
    public void How_much_of_both_sides_is_estimated_is_told()
    {
        var estimated = new BalanceSide("c", Unit.Wh, PeriodAggregator.Sum([At(Midnight + Hour, 9, Hour, ProfileSource.ByCheckMeter)], Hours, Period.Always));
        Assert.Equal(9, BalanceAggregator.Compare(Side("p", [9, 9]), [estimated], 0)[0].EstimatedConsumption);
    }

    [Fact]
    public void Different_units_periods_or_nobody_are_refused()
    {
        var side = Side("p", [1, 1]);
        Assert.Contains("p counts Wh and c L", Assert.Throws<ArgumentException>(() => BalanceAggregator.Compare(side, [Side("c", [1, 1]) with { Unit = Unit.Litre }], 0)).Message);
        Assert.Contains("different periods", Assert.Throws<ArgumentException>(() => BalanceAggregator.Compare(side, [side with { Totals = [side.Totals[0]] }], 0)).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => BalanceAggregator.Compare(side, [], 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => BalanceAggregator.Compare(side, [side], -1));
    }

    private static BalanceSide Side(string id, long[] hours) => new(id, Unit.Wh, PeriodAggregator.Sum(Row(Midnight, Hour, hours), Hours, Period.Always));

    private static RegisteredPoint Point(string id, PointKind kind, string parent) => new(id, id, Carrier.Power, kind, "", "", parent);
}
