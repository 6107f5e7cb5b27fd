namespace EdgeMeters.Gateway.Core.Validation;

/// <summary>Checks that look at more than one stretch: for none of them a consumption is taken away.</summary>
internal static class UsageChecks
{
    private const int DaySeconds = 86_400;

    // A median of fewer says little.
    private const int MedianOfMin = 8;

    public static IReadOnlyList<Stretch> Apply(List<Stretch> stretches, ValidationRules rules)
    {
        if (rules.FrozenSeconds > 0 && rules.Seeks(Findings.Frozen))
            MarkFrozen(stretches, rules.FrozenSeconds);
        if (rules.SpikeRatio > 0 && rules.Seeks(Findings.Spike))
            MarkSpikes(stretches, rules.SpikeRatio);
        return stretches;
    }

    private static void MarkFrozen(List<Stretch> stretches, int frozenSeconds)
    {
        for (int first = 0; first < stretches.Count; first++)
        {
            int next = first;
            while (next < stretches.Count && stretches[next].Consumption == 0)
                next++;
            if (next == first)
                continue;
            if (stretches[next - 1].EndUtcSeconds - stretches[first].BeginUtcSeconds >= frozenSeconds)
            {
                for (int i = first; i < next; i++)
                    stretches[i] = stretches[i] with { Findings = stretches[i].Findings | Findings.Frozen };
            }
            first = next;
        }
    }

    // By whole days, so that what is asked for makes no difference.
    private static void MarkSpikes(List<Stretch> stretches, int ratio)
    {
        var days = stretches.Where(s => s.Consumption > 0).ToLookup(s => s.EndUtcSeconds / DaySeconds, RateOf);
        var medians = new Dictionary<uint, double?>();
        for (int i = 0; i < stretches.Count; i++)
        {
            uint day = stretches[i].EndUtcSeconds / DaySeconds;
            if (stretches[i].Consumption is null or 0)
                continue;
            if (!medians.TryGetValue(day, out double? median))
                medians.Add(day, median = MedianOf([.. days[day - 1], .. days[day], .. days[day + 1]]));
            if (RateOf(stretches[i]) > median * ratio)
                stretches[i] = stretches[i] with { Findings = stretches[i].Findings | Findings.Spike };
        }
    }

    private static double RateOf(Stretch stretch) => (double)stretch.Consumption!.Value / stretch.Seconds;

    private static double? MedianOf(List<double> rates)
    {
        if (rates.Count < MedianOfMin)
            return null;
        rates.Sort();
        return rates[rates.Count / 2];
    }
}
