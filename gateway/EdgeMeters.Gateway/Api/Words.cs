using EdgeMeters.Gateway.Core;
using EdgeMeters.Wire;

namespace EdgeMeters.Gateway.Api;

/// <summary>The words by which the API and its CSV name enums. Stable: they are part of the API's contract.</summary>
internal static class Words
{
    private static readonly (IntervalQuality Flag, string Word)[] Flags =
    [
        (IntervalQuality.Suspect, "suspect"),
        (IntervalQuality.Missing, "missing"),
        (IntervalQuality.Gap, "gap"),
        (IntervalQuality.Decreased, "decreased"),
        (IntervalQuality.Rollover, "rollover"),
        (IntervalQuality.TooHigh, "too-high"),
        (IntervalQuality.ClockDoubt, "clock-doubt"),
        (IntervalQuality.First, "first"),
    ];

    private static readonly string[] Valid = ["valid"];

    // 256 combinations at most: a year of intervals shares the few that occur instead of building 35,040 lists.
    private static readonly string[][] ByQuality = Enumerate();

    /// <summary>One word a flag; <c>valid</c> if there is none.</summary>
    public static IReadOnlyList<string> Of(IntervalQuality quality) => ByQuality[(int)quality & 255];

    public static string Of(Carrier carrier) => carrier switch
    {
        Carrier.Water => "water",
        Carrier.Power => "power",
        Carrier.Gas => "gas",
        Carrier.Heat => "heat",
        _ => "unknown",
    };

    public static string? Of(Unit? unit) => unit switch
    {
        null => null,
        Unit.Wh => "Wh",
        Unit.Varh => "varh",
        Unit.Litre => "L",
        _ => "unknown",
    };

    public static string Of(EventCode code) => code switch
    {
        EventCode.Started => "started",
        EventCode.PulsesInDoubt => "pulses-in-doubt",
        EventCode.PulseRateExceeded => "pulse-rate-exceeded",
        EventCode.ClockSet => "clock-set",
        EventCode.JournalOverflow => "journal-overflow",
        EventCode.SequencesUnavailable => "sequences-unavailable",
        EventCode.MeterSilent => "meter-silent",
        EventCode.MeterBack => "meter-back",
        _ => $"code-{(byte)code}",
    };

    private static string[][] Enumerate()
    {
        var all = new string[256][];
        all[0] = Valid;
        for (int quality = 1; quality < all.Length; quality++)
            all[quality] = [.. Flags.Where(flag => (quality & (int)flag.Flag) != 0).Select(flag => flag.Word)];
        return all;
    }
}
