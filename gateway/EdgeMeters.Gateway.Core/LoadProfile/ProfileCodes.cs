using EdgeMeters.Gateway.Core.Validation;

namespace EdgeMeters.Gateway.Core.LoadProfile;

/// <summary>How utilities are told of intervals of a load profile: in words, and in the codes of IEC 61968-9.</summary>
/// <remarks>
/// As <see cref="QualityCodes"/>, of the same system 2. Categories: 3 tamper, 4 collection, 5 reasonability, 6 failed validation, 7 edited, 8 estimated.
/// Words and codes are part of every outward format: add, never change.
/// </remarks>
public static class ProfileCodes
{
    private static readonly (Findings Finding, string Word, string Code)[] Findings =
    [
        (Validation.Findings.Momentary, "momentary", "2.6.0"),
        (Validation.Findings.Reset, "reset", "2.4.8"),
        (Validation.Findings.Exchange, "exchange-suspected", "2.6.0"),
        (Validation.Findings.Reverse, "reverse", "2.3.4"),
        (Validation.Findings.ScaleJump, "scale-jump", "2.6.0"),
        (Validation.Findings.TooHigh, "implausible", "2.5.256"),
        (Validation.Findings.Frozen, "frozen", "2.6.0"),
        (Validation.Findings.Spike, "spike", "2.6.0"),
        (Validation.Findings.RegisterUnknown, "register-unknown", "2.5.259"),
        (Validation.Findings.EditOutdated, "edit-outdated", "2.6.0"),
        (Validation.Findings.TurnUnknown, "turn-unknown", "2.4.1"),
    ];

    /// <summary>Word of a source, as in every outward format.</summary>
    public static string WordOf(ProfileSource source) => source switch
    {
        ProfileSource.Measured => "measured",
        ProfileSource.Interpolated => "interpolated",
        ProfileSource.ByHistory => "by-history",
        ProfileSource.ByCheckMeter => "by-check-meter",
        ProfileSource.Edited => "edited",
        _ => throw new ArgumentOutOfRangeException(nameof(source), source, "A source without a word: give it one here."),
    };

    /// <summary>One word a finding; none where nothing was found.</summary>
    public static IReadOnlyList<string> WordsOf(Findings findings) =>
        findings == Validation.Findings.None ? [] : [.. Findings.Where(f => (findings & f.Finding) != 0).Select(f => f.Word)];

    /// <summary>The finding of a word; none for another text.</summary>
    public static Findings FindingOf(string word) => Array.Find(Findings, f => f.Word == word).Finding;

    /// <summary>Codes of an interval, each once: of how it came to be, of what was found, of what was judged of its readings; <c>2.0.0</c> alone if there is none.</summary>
    public static IReadOnlyList<string> CodesOf(ProfileInterval interval)
    {
        if (interval is { Source: ProfileSource.Measured, Findings: Validation.Findings.None })
            return QualityCodes.Codes(interval.Quality);
        var codes = new List<string>();
        if (interval.Source != ProfileSource.Measured)
            codes.Add(interval.Source == ProfileSource.Edited ? "2.7.0" : "2.8.0");
        codes.AddRange(Findings.Where(f => (interval.Findings & f.Finding) != 0).Select(f => f.Code));
        if (interval.Quality != IntervalQuality.Valid)
            codes.AddRange(QualityCodes.Codes(interval.Quality));
        return [.. codes.Distinct(StringComparer.Ordinal)];
    }
}
