namespace EdgeMeters.Gateway.Core.Estimation;

/// <summary>The part of a gap that lies in one interval of the load profile.</summary>
/// <param name="SlotEndUtcSeconds">End of that interval.</param>
/// <param name="Seconds">How much of it the gap covers.</param>
public readonly record struct GapPiece(uint SlotEndUtcSeconds, int Seconds);
