namespace EdgeMeters.Field.FaceCheck;

/// <summary>What the line says about the register that the display shows.</summary>
/// <param name="First">The register by its profile, in base units, before the display was read; where it was not asked, the least it can have been.</param>
/// <param name="Last">The same afterwards.</param>
/// <param name="StepUnits">The smallest step of the register, in base units.</param>
/// <param name="GrowthMax">What the meter may at most have counted between reading the display and <paramref name="Last"/>; 0 when not known.</param>
/// <param name="Others">What the register would be otherwise, computed from what was read last.</param>
public sealed record FaceEvidence(decimal First, decimal Last, decimal StepUnits, decimal GrowthMax, IReadOnlyList<FaceHypothesis> Others);
