namespace EdgeMeters.Field.FaceCheck;

/// <summary>What the register would be if one thing in the profile were otherwise.</summary>
/// <param name="Fault">The thing.</param>
/// <param name="Finding">What is found if it fits, as "the words are swapped".</param>
/// <param name="Remedy">What to change then.</param>
/// <param name="BaseUnits">The register in base units.</param>
/// <param name="StepUnits">The smallest step of such a register, in base units.</param>
public sealed record FaceHypothesis(FaceFault Fault, string Finding, string Remedy, decimal BaseUnits, decimal StepUnits);
