namespace EdgeMeters.Metering.Registers;

/// <summary>What a register that scales another one says.</summary>
public enum ScaleKind : byte
{
    /// <summary>There is none.</summary>
    None = 0,

    /// <summary>A unit or resolution that is set at the meter: another one than expected, and the register is refused.</summary>
    Expected = 1,

    /// <summary>The decimal exponent of the count.</summary>
    PowerOfTen = 2,
}
