namespace EdgeMeters.Gateway.Core.Validation;

/// <summary>The course of a register as far as it is known.</summary>
/// <param name="First">The first reading that counts; null when there is none …</param>
/// <param name="Last">… and the last.</param>
/// <param name="Stretches">From each to the next, in the order of time.</param>
public sealed record RegisterCourse(RegisterMark? First, RegisterMark? Last, IReadOnlyList<Stretch> Stretches);
