using EdgeMeters.Wire;

namespace EdgeMeters.Gateway.Core;

/// <summary>How units and carriers are written in outward formats. Stable: add, never change.</summary>
public static class Symbols
{
    /// <summary>Symbol of a base unit; empty for none, as for a point whose meter was never heard of.</summary>
    public static string Of(Unit? unit) => unit switch
    {
        null => "",
        Unit.Wh => "Wh",
        Unit.Varh => "varh",
        Unit.Litre => "L",
        _ => throw new ArgumentOutOfRangeException(nameof(unit), unit, "A unit without a symbol: give it one here."),
    };

    public static string Of(Carrier carrier) => carrier switch
    {
        Carrier.Water => "water",
        Carrier.Power => "power",
        Carrier.Gas => "gas",
        Carrier.Heat => "heat",
        _ => throw new ArgumentOutOfRangeException(nameof(carrier), carrier, "A carrier without a word: give it one here."),
    };
}
