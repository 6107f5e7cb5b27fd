namespace EdgeMeters.Field.FaceCheck;

/// <summary>What comes of comparing a display with a register.</summary>
/// <param name="IsEqual">They show the same, within what the display leaves out and the meter counted meanwhile.</param>
/// <param name="IsProof">False when so few digits were compared that other registers could look the same.</param>
/// <param name="Matches">Explanations of a difference that fit, the simplest first; empty when none does, or when they are equal.</param>
/// <param name="IsTooShort">The display has too few digits to tell explanations from chance; count on and check again.</param>
public sealed record FaceVerdict(bool IsEqual, bool IsProof, IReadOnlyList<FaceMatch> Matches, bool IsTooShort);
