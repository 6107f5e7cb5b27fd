namespace EdgeMeters.Bench.Meters;

/// <summary>A register that scales another one.</summary>
/// <param name="Kind">expected or power-of-ten.</param>
/// <param name="Expected">What it says, for the first kind.</param>
/// <param name="ExponentMin">For the second kind, the least exponent, in which raw counts.</param>
/// <param name="ExponentMax">The greatest.</param>
public sealed record SheetScale(string Kind, int Address, int Expected, int ExponentMin, int ExponentMax);
