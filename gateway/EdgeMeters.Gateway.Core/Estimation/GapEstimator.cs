using EdgeMeters.Gateway.Core.LoadProfile;

namespace EdgeMeters.Gateway.Core.Estimation;

/// <summary>Shares what was consumed in a gap among its intervals. The shares always add up to the difference of the registers around it.</summary>
/// <remarks>
/// Up to an hour along a straight line. Longer as a check meter measured it; without one as the same hours of the same weekdays of the three weeks before
/// were on the mean; along a straight line where neither covers the gap. It is the practice of utilities' estimating manuals, which differ in little else.
/// </remarks>
public static class GapEstimator
{
    /// <summary>The longest gap that is always a straight line.</summary>
    public const int StraightSecondsMax = 3600;

    /// <summary>Weeks that are looked back.</summary>
    public const int WeeksMax = 3;

    private const int WeekSeconds = 7 * 86_400;

    /// <param name="total">To share, in base units; not below 0.</param>
    /// <param name="pieces">The parts of the gap, in the order of time and without a hole.</param>
    /// <param name="periodSeconds">Of the load profile.</param>
    /// <returns>One share a piece.</returns>
    public static (long[] Shares, ProfileSource Source) Share(long total, IReadOnlyList<GapPiece> pieces, int periodSeconds, GapShapes shapes)
    {
        if (pieces.Sum(p => (long)p.Seconds) > StraightSecondsMax)
        {
            uint from = pieces[0].SlotEndUtcSeconds - 1;
            uint to = pieces[^1].SlotEndUtcSeconds;
            var check = Truths(shapes.CheckMeter(from, to), periodSeconds);
            if (WeightsBy(pieces, periodSeconds, end => check.TryGetValue(end, out long truth) ? (truth, 1) : (0, 0)) is { } byCheck)
                return (Divide(total, byCheck), ProfileSource.ByCheckMeter);
            var history = Truths(shapes.History(from - Math.Min(from, WeeksMax * WeekSeconds), from), periodSeconds);
            if (WeightsBy(pieces, periodSeconds, end => SumOfWeeks(history, end)) is { } byHistory)
                return (Divide(total, byHistory), ProfileSource.ByHistory);
        }
        return (Divide(total, [.. pieces.Select(p => (Int128)p.Seconds)]), ProfileSource.Interpolated);
    }

    /// <summary>Divides a total in the ratio of weights, of which one at least is above 0: each share is within one of its part, and together they are the total.</summary>
    public static long[] Divide(long total, IReadOnlyList<Int128> weights)
    {
        Int128 all = 0;
        foreach (var weight in weights)
            all += weight;
        long[] shares = new long[weights.Count];
        Int128 reached = 0;
        long given = 0;
        for (int i = 0; i < shares.Length; i++)
        {
            reached += weights[i];
            long through = (long)(total * reached / all);
            shares[i] = through - given;
            given = through;
        }
        return shares;
    }

    // Only what was measured and is without any doubt gives a shape.
    private static Dictionary<uint, long> Truths(IReadOnlyList<ProfileInterval> profile, int periodSeconds) => profile
        .Where(i => i.Consumption != null && i.Source == ProfileSource.Measured && i.Seconds == periodSeconds && i.Findings == 0 && i.Quality == IntervalQuality.Valid)
        .ToDictionary(i => i.EndUtcSeconds, i => i.Consumption!.Value);

    private static (long Sum, int Weeks) SumOfWeeks(Dictionary<uint, long> history, uint end)
    {
        var sum = (Sum: 0L, Weeks: 0);
        for (long week = 1; week <= WeeksMax; week++)
        {
            if (end > week * WeekSeconds && history.TryGetValue((uint)(end - week * WeekSeconds), out long truth))
                sum = (sum.Sum + truth, sum.Weeks + 1);
        }
        return sum;
    }

    // A mean over the weeks that are known, times the seconds of the piece; null when one piece has none or all are 0.
    private static Int128[]? WeightsBy(IReadOnlyList<GapPiece> pieces, int periodSeconds, Func<uint, (long Sum, int Count)> truthOf)
    {
        var weights = new Int128[pieces.Count];
        bool isAnyAbove = false;
        for (int i = 0; i < weights.Length; i++)
        {
            var (sum, count) = truthOf(pieces[i].SlotEndUtcSeconds);
            if (count == 0)
                return null;
            // 6 is divided by every number of weeks; the mean is exact.
            weights[i] = (Int128)sum * (6 / count) * pieces[i].Seconds;
            isAnyAbove |= weights[i] > 0;
        }
        return isAnyAbove ? weights : null;
    }
}
