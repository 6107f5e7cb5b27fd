using EdgeMeters.Wire;

namespace EdgeMeters.Gateway.Core.Validation;

/// <summary>Makes of a register's readings the stretches between those that count, and checks each.</summary>
/// <remarks>
/// What is left out: readings that are missing, labels that contradict the order of sequences, and levels that the register showed only for a moment.
/// The stretch around them has the difference of the readings at its ends, so that leaving out takes nothing away.
/// </remarks>
public static class RegisterChain
{
    /// <summary>So many readings in a row may be one moment: an hour of quarters.</summary>
    public const int MomentaryMax = 4;

    /// <param name="readings">Of one register of one meter, in any order; the same one twice counts once.</param>
    /// <param name="multiplierMillionths">By which the register's consumption is multiplied at the point whose rules these are.</param>
    public static RegisterCourse Of(IEnumerable<RegisterReading> readings, ValidationRules rules, long multiplierMillionths)
    {
        var inOrder = ReadingOrder.Consistent(readings.Where(r => r.Quality != Quality.Missing));
        var stretches = new List<Stretch>(inOrder.Count);
        for (int at = 0; at + 1 < inOrder.Count;)
        {
            int next = at + 1 + MomentaryAfter(inOrder, at, rules, multiplierMillionths);
            stretches.Add(StretchOf(inOrder[at], inOrder[next], next > at + 1, rules, multiplierMillionths));
            at = next;
        }
        return new RegisterCourse(MarkOf(inOrder, 0), MarkOf(inOrder, inOrder.Count - 1), UsageChecks.Apply(stretches, rules));
    }

    private static RegisterMark? MarkOf(List<RegisterReading> readings, int at) => readings.Count == 0
        ? null
        : new RegisterMark(readings[at].EndUtcSeconds, IntervalJudge.Scale(readings[at].Raw, readings[at].Scale));

    // How many readings after one show another level that the register then comes back from.
    private static int MomentaryAfter(List<RegisterReading> readings, int at, ValidationRules rules, long multiplierMillionths)
    {
        var before = readings[at];
        if (!rules.Seeks(Findings.Momentary) || IsPlain(before, readings[at + 1], rules, multiplierMillionths))
            return 0;
        for (int next = at + 2; next < readings.Count && next <= at + 1 + MomentaryMax; next++)
        {
            if (IsPlain(before, readings[next], rules, multiplierMillionths))
                return next - at - 1;
        }
        return 0;
    }

    // The register stands as high or higher, by no more than is plausible.
    private static bool IsPlain(RegisterReading before, RegisterReading reading, ValidationRules rules, long multiplierMillionths)
    {
        if (reading.Raw < before.Raw)
            return false;
        var judged = IntervalJudge.Judge(before, reading);
        if ((judged.Quality & IntervalQuality.Pruned) != 0)
            return true;
        return judged.Consumption is { } consumption && (judged.Quality & IntervalQuality.TooHigh) == 0
            && (rules.LimitOf(judged.Seconds, multiplierMillionths, reading.Scale) is not { } limit || consumption <= limit);
    }

    private static Stretch StretchOf(RegisterReading before, RegisterReading reading, bool isAroundMomentary, ValidationRules rules, long multiplierMillionths)
    {
        var judged = IntervalJudge.Judge(before, reading);
        long begin = IntervalJudge.Scale(before.Raw, before.Scale);
        long end = judged.Register ?? 0;
        var way = new Stretch(before.EndUtcSeconds, reading.EndUtcSeconds, begin, end, judged.Consumption, judged.Quality,
            isAroundMomentary ? Findings.Momentary : Findings.None);
        long? limit = rules.LimitOf(way.Seconds, multiplierMillionths, reading.Scale);
        if ((way.Quality & IntervalQuality.Decreased) != 0)
            return OverModulus(way, before, reading, limit) ?? way with { Findings = way.Findings | OfFall(begin, end, limit, rules) };
        // What lay between was looked at one by one before it was pruned.
        if (way.Consumption is not { } consumption || (way.Quality & IntervalQuality.Pruned) != 0)
            return way;
        bool isTooHigh = (way.Quality & IntervalQuality.TooHigh) != 0 && rules.Seeks(Findings.TooHigh) || consumption > limit;
        var finding = isTooHigh ? (IsScaleJump(begin, end, limit, rules) ? Findings.ScaleJump : Findings.TooHigh)
            : IsTurnUnknown(reading.Scale, limit) ? Findings.TurnUnknown : Findings.None;
        return finding == Findings.None ? way : way with { Consumption = null, Findings = way.Findings | finding };
    }

    // The judge takes a long way round the dial for a reset where the channel states no rate; the point's class states one.
    private static Stretch? OverModulus(Stretch way, RegisterReading before, RegisterReading reading, long? limit)
    {
        var scale = reading.Scale;
        if (scale.Modulus == 0 || scale.Modulus != before.Scale.Modulus || limit is not { } most || IsTurnUnknown(scale, limit))
            return null;
        long consumption = IntervalJudge.Scale((Int128)reading.Raw + scale.Modulus, scale) - way.BeginRegister;
        return consumption < 0 || consumption > most
            ? null
            : way with { Consumption = consumption, Quality = way.Quality & ~IntervalQuality.Decreased | IntervalQuality.Rollover };
    }

    private static bool IsTurnUnknown(ChannelLayout scale, long? limit) => scale.Modulus > 0 && limit >= IntervalJudge.Scale(scale.Modulus, scale);

    private static Findings OfFall(long begin, long end, long? limit, ValidationRules rules)
    {
        if (IsScaleJump(begin, end, limit, rules))
            return Findings.ScaleJump;
        if (limit is { } most && begin - end <= most && begin - end <= end)
            return rules.Seeks(Findings.Reverse) ? Findings.Reverse : Findings.None;
        var finding = end <= (limit ?? begin / 100) ? Findings.Reset : Findings.Exchange;
        return rules.Seeks(finding) ? finding : Findings.None;
    }

    private static bool IsScaleJump(long begin, long end, long? limit, ValidationRules rules)
    {
        // Small registers have such ratios by chance.
        const int LeastRegister = 10_000;
        if (!rules.Seeks(Findings.ScaleJump) || Math.Min(begin, end) < LeastRegister || limit is not { } most)
            return false;
        foreach (int factor in new[] { 10, 100, 1000 })
        {
            bool isUp = end >= (Int128)begin * factor && end <= ((Int128)begin + most) * factor;
            bool isDown = end >= begin / factor && end <= ((Int128)begin + most) / factor;
            if (isUp || isDown)
                return true;
        }
        return false;
    }
}
