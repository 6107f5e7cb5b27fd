namespace EdgeMeters.Bench;

/// <summary>A contact closed or opened, at a moment of the bench's time.</summary>
public readonly record struct ContactEdge(int Pin, bool IsHigh, long Microseconds);
