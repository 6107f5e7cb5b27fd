namespace EdgeMeters.Field.FaceCheck;

/// <summary>Compares a display with a register, and where they differ looks for the one thing in the profile that explains it.</summary>
/// <remarks>
/// The more explanations are tried, the likelier one fits by chance. So each kind is tried only where the display has digits enough that, of all
/// its members together, one fits by chance in less than one case in <see cref="ChancesSingle"/>, or <see cref="ChancesPair"/> for two faults at once.
/// </remarks>
public static class FaceJudge
{
    private const int ChancesSingle = 20;
    private const int ChancesPair = 500;
    private const int ExponentMax = 6;
    private const int PairExponentMax = 3;

    /// <summary>Below a thousand steps an equal register proves little.</summary>
    private const int ProofStepsMin = 1000;

    // IEC 61869-2, 5.201: rated primary currents, with their decimal multiples; and 80, which is met as often. Secondaries of 5 A and 1 A.
    private static readonly decimal[] PrimaryAmperes = [10, 12.5m, 15, 20, 25, 30, 40, 50, 60, 75, 80];

    private static readonly FaceFault[] Simplest =
        [FaceFault.Factor, FaceFault.Order, FaceFault.Type, FaceFault.Neighbour, FaceFault.Multiplier];

    private static readonly decimal[] Ratios = MakeRatios();

    public static FaceVerdict Judge(FaceReading display, FaceEvidence evidence)
    {
        decimal own = evidence.Last;
        if (Fits(display, evidence.First, own, evidence.StepUnits))
        {
            bool isProof = display.BaseUnits >= ProofStepsMin * Math.Max(display.Resolution, evidence.StepUnits);
            return new FaceVerdict(true, isProof, [], !isProof);
        }
        List<FaceMatch> matches = [];
        bool isTooShort = false;
        foreach (FaceFault fault in Simplest)
        {
            FaceHypothesis[] kind = fault switch
            {
                FaceFault.Factor => [.. Scaled(own, evidence.StepUnits, ExponentMax)],
                FaceFault.Multiplier => [.. Multiplied(own, evidence.StepUnits)],
                _ => [.. evidence.Others.Where(h => h.Fault == fault)],
            };
            Try(kind, ChancesSingle, h => [h.Fault]);
        }
        if (matches.Count == 0)
            Try([.. evidence.Others.SelectMany(Pairs)], ChancesPair, h => [h.Fault, FaceFault.Factor]);
        return new FaceVerdict(false, false, matches, matches.Count == 0 && isTooShort);

        void Try(FaceHypothesis[] kind, int chances, Func<FaceHypothesis, FaceFault[]> faults)
        {
            kind = [.. kind.Where(h => h.BaseUnits > 0)];
            if (kind.Length == 0)
                return;
            decimal width = 2 * (display.Resolution + evidence.GrowthMax);
            if (display.BaseUnits == 0 || kind.Length * width * chances > display.BaseUnits)
            {
                // Two faults at once are rare: that they could not be looked for is not worth a word.
                isTooShort |= chances == ChancesSingle;
                return;
            }
            // A register in coarse steps is compared in its steps, and then must itself have enough of them.
            matches.AddRange(kind
                .Where(h => kind.Length * 2 * h.StepUnits * chances <= display.BaseUnits
                    && Fits(display, h.BaseUnits - evidence.GrowthMax, h.BaseUnits, h.StepUnits))
                .Select(h => new FaceMatch(faults(h), h.Finding, h.Remedy)));
        }
    }

    private static bool Fits(FaceReading display, decimal first, decimal last, decimal step)
    {
        decimal margin = display.Resolution + step;
        return display.BaseUnits >= first - margin && display.BaseUnits <= last + margin;
    }

    private static IEnumerable<FaceHypothesis> Scaled(decimal own, decimal step, int exponentMax)
    {
        for (int exponent = -exponentMax; exponent <= exponentMax; exponent++)
        {
            if (exponent == 0)
                continue;
            decimal power = FaceReading.PowerOfTen(exponent);
            string times = FaceReading.PowerOfTen(Math.Abs(exponent)).ToString("0", System.Globalization.CultureInfo.InvariantCulture);
            yield return new FaceHypothesis(
                FaceFault.Factor,
                exponent > 0
                    ? $"a factor of {times}: the display shows {times} times what the profile makes of the register"
                    : $"a factor of {times}: the profile makes of the register {times} times what the display shows",
                (exponent > 0
                    ? $"multiply the profile's numerator by {times}"
                    : $"multiply the profile's denominator by {times}")
                    + ", unless the display's unit was typed wrongly or a transformer ratio is that number",
                own * power,
                step * power);
        }
    }

    private static IEnumerable<FaceHypothesis> Multiplied(decimal own, decimal step)
    {
        foreach (decimal ratio in Ratios)
        {
            string written = ratio.ToString("0.##", System.Globalization.CultureInfo.InvariantCulture);
            yield return new FaceHypothesis(
                FaceFault.Multiplier,
                $"a multiplier of {written}: the display shows primary, the register secondary energy (current transformers, {ratio * 5:0.#}/5 A or the like)",
                $"bill the register with multiplier {written}, or set the transformer ratio in the meter; read the ratio off the transformers' plates",
                own * ratio,
                step * ratio);
            yield return new FaceHypothesis(
                FaceFault.Multiplier,
                $"a multiplier of {written}: the register is primary, the display shows secondary energy (current transformers, {ratio * 5:0.#}/5 A or the like)",
                $"bill the register with multiplier 1: it holds the factor of {written} already; read the ratio off the transformers' plates",
                own / ratio,
                step / ratio);
        }
    }

    private static IEnumerable<FaceHypothesis> Pairs(FaceHypothesis other) =>
        Scaled(other.BaseUnits, other.StepUnits, PairExponentMax).Select(scaled => new FaceHypothesis(
            other.Fault, other.Finding + ", and " + scaled.Finding, other.Remedy + ", and " + scaled.Remedy, scaled.BaseUnits, scaled.StepUnits));

    private static decimal[] MakeRatios()
    {
        SortedSet<decimal> ratios = [];
        foreach (decimal amperes in PrimaryAmperes)
        {
            for (decimal primary = amperes; primary <= 7500; primary *= 10)
            {
                foreach (decimal ratio in (decimal[])[primary, primary / 5])
                {
                    // Powers of ten are factors and named as such.
                    if (ratio > 1 && ratio % 0.5m == 0 && !IsPowerOfTen(ratio))
                        ratios.Add(ratio);
                }
            }
        }
        return [.. ratios];
    }

    private static bool IsPowerOfTen(decimal number)
    {
        while (number >= 10)
            number /= 10;
        return number == 1;
    }
}
