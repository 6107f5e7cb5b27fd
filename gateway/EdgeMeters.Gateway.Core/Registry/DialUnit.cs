using EdgeMeters.Wire;

namespace EdgeMeters.Gateway.Core.Registry;

/// <summary>The unit in which a meter shows a register: the base unit, or a thousand of it.</summary>
/// <param name="Symbol">As written in tables.</param>
/// <param name="Base">Base unit of the register.</param>
/// <param name="Factor">Base units in one of it: 1 or 1,000.</param>
public sealed record DialUnit(string Symbol, Unit Base, int Factor)
{
    /// <summary>All that are known.</summary>
    public static readonly IReadOnlyList<DialUnit> All =
    [
        new("kWh", Unit.Wh, 1000), new("Wh", Unit.Wh, 1), new("kvarh", Unit.Varh, 1000), new("varh", Unit.Varh, 1),
        new("m3", Unit.Litre, 1000), new("L", Unit.Litre, 1),
    ];

    /// <summary>Decimals behind which it is finer than the base unit.</summary>
    public int DecimalsMax => Factor == 1 ? 0 : 3;

    /// <summary>The unit of a symbol; null for another text.</summary>
    public static DialUnit? Find(string symbol) => All.FirstOrDefault(u => u.Symbol == symbol);

    /// <summary>True when a point of this carrier may be served by a register in the unit.</summary>
    public bool Fits(Carrier carrier) => carrier switch
    {
        Carrier.Power => Base is Unit.Wh or Unit.Varh,
        Carrier.Heat => Base is Unit.Wh or Unit.Litre,
        _ => Base == Unit.Litre,
    };
}
