namespace EdgeMeters.Gateway.Core;

/// <summary>How utilities are told of <see cref="IntervalQuality"/>: in words, and in the codes of IEC 61968-9.</summary>
/// <remarks>
/// A code is <c>system.category.index</c> (IEC 61968-9, ReadingQualityType). System 2 is the metering head end (MDC), which the gateway is
/// to the utility's meter management. Categories: 0 valid, 1 diagnostics, 4 collection, 5 reasonability. Indices as in the
/// QualityCodeIndex of Connexo, a public implementation of the standard. Words and codes are part of every outward format: add, never change.
/// </remarks>
public static class QualityCodes
{
    private const string ValidWord = "valid";
    private const string ValidCode = "2.0.0";

    // First has no code of its own: the reading is valid, and the consumption that is not stated says the rest. Nor has Pruned: what was pruned was valid.
    private static readonly (IntervalQuality Flag, string Word, string? Code)[] Flags =
    [
        (IntervalQuality.Suspect, "suspect", "2.5.258"),
        (IntervalQuality.Missing, "missing", "2.5.259"),
        (IntervalQuality.Gap, "gap", "2.4.2"),
        (IntervalQuality.Decreased, "decreased", "2.4.8"),
        (IntervalQuality.Rollover, "rollover", "2.4.1"),
        (IntervalQuality.TooHigh, "too-high", "2.5.256"),
        (IntervalQuality.ClockDoubt, "clock-doubt", "2.1.9"),
        (IntervalQuality.First, "first", null),
        (IntervalQuality.Pruned, "pruned", null),
    ];

    private const int Combinations = 2 * (int)IntervalQuality.Pruned;

    // A year of intervals shares the few that occur instead of building 35,040 lists.
    private static readonly string[][] WordsByQuality = ForEachQuality(ValidWord, flag => flag.Word);
    private static readonly string[][] CodesByQuality = ForEachQuality(ValidCode, flag => flag.Code);

    /// <summary>One word a flag, in the order of the flags; <c>valid</c> alone if there is none.</summary>
    public static IReadOnlyList<string> Words(IntervalQuality quality) => WordsByQuality[(int)quality];

    /// <summary>One code a flag that has one, in the order of the flags; <c>2.0.0</c> alone if there is none.</summary>
    public static IReadOnlyList<string> Codes(IntervalQuality quality) => CodesByQuality[(int)quality];

    private static string[][] ForEachQuality(string valid, Func<(IntervalQuality Flag, string Word, string? Code), string?> nameOf)
    {
        var all = new string[Combinations][];
        for (int quality = 0; quality < all.Length; quality++)
        {
            string[] names = [.. Flags.Where(flag => (quality & (int)flag.Flag) != 0).Select(nameOf).OfType<string>()];
            all[quality] = names.Length > 0 ? names : [valid];
        }
        return all;
    }
}
