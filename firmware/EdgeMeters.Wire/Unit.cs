namespace EdgeMeters.Wire;

/// <summary>Base unit of a register once its raw count is scaled. Registers are integers in it, always.</summary>
public enum Unit : byte
{
    /// <summary>Watt-hours: active energy, and heat.</summary>
    Wh = 1,

    /// <summary>Var-hours: reactive energy.</summary>
    Varh = 2,

    /// <summary>Litres, 0.001 m³: water and gas.</summary>
    Litre = 3,
}
