namespace EdgeMeters.Bench;

/// <summary>One meter of a <see cref="BenchSheet"/>.</summary>
/// <param name="Profile">Name of a file in hardware/meter-profiles.</param>
/// <param name="Address">In the words of its protocol; null for its number on the line.</param>
/// <param name="Faults">As "late=0.05:0-5000,truncated=0.01:1-3".</param>
/// <param name="Setting">As "2400/8E1", on a paced line; null for the line's.</param>
/// <param name="TurnaroundMs">From the end of a request to the begin of the answer.</param>
internal sealed record BenchMeter(string Profile, string? Address = null, string? Faults = null, string? Setting = null, int TurnaroundMs = 0);
