namespace EdgeMeters.Gateway.Core;

/// <summary>Corrections in the order in which they came.</summary>
/// <param name="Corrections">Some; may be none although more follow.</param>
/// <param name="NextEntry">From where to ask on: the last entry that was looked at.</param>
/// <param name="IsLast">True when nothing is behind it by now.</param>
public sealed record CorrectionPage(IReadOnlyList<Correction> Corrections, long NextEntry, bool IsLast);
