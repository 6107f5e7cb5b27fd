namespace EdgeMeters.Bench.Meters;

/// <summary>A register or a sample as a meter profile describes it; what belongs to another protocol is null.</summary>
public sealed record SheetRegister
{
    public string Name { get; init; } = "";

    public string? Obis { get; init; }

    /// <summary>Wh, varh or litre for a register; anything for a sample.</summary>
    public string Unit { get; init; } = "Wh";

    public long Numerator { get; init; } = 1;

    public long Denominator { get; init; } = 1;

    public long Modulus { get; init; }

    public byte Function { get; init; }

    public int Address { get; init; }

    public string? Type { get; init; }

    public string Order { get; init; } = "abcd";

    public int FloatScale { get; init; } = 1;

    public SheetScale? Scale { get; init; }

    public string? Di { get; init; }

    public int Bytes { get; init; } = 4;

    public int Offset { get; init; }

    public int Field { get; init; }

    public string? UnitCode { get; init; }

    public string? Quantity { get; init; }

    public int Storage { get; init; }

    public int Tariff { get; init; }

    public int Exponent { get; init; }
}
