namespace EdgeMeters.Gateway.Core;

/// <summary>A stretch of a metering point's load profile that may be another since an entry of the log.</summary>
/// <param name="Entry">The entry that changed it.</param>
/// <param name="ReceivedUtcSeconds">When it came.</param>
/// <param name="Reason">Why.</param>
/// <param name="Point">The point; null for any, when a registry changed more than are told one by one.</param>
/// <param name="FromUtcSeconds">Intervals that end after this may be others …</param>
/// <param name="ToUtcSeconds">… up to and including this.</param>
public sealed record Correction(long Entry, long ReceivedUtcSeconds, CorrectionReason Reason, string? Point, uint FromUtcSeconds, uint ToUtcSeconds);
