namespace EdgeMeters.Field.FaceCheck;

/// <summary>One explanation that fits.</summary>
/// <param name="Faults">One, or two at once.</param>
/// <param name="Finding">What is found.</param>
/// <param name="Remedy">What to change.</param>
public sealed record FaceMatch(IReadOnlyList<FaceFault> Faults, string Finding, string Remedy);
