namespace EdgeMeters.Gateway.Core.Aggregation;

/// <summary>The largest demand of a period, and what stands against it.</summary>
/// <param name="Maximum">The largest of all windows that nobody doubts, the earliest of equals; null when there is none.</param>
/// <param name="Doubtful">
/// A window that would be larger, were it not for an interval that is suspect, too high for its meter or of doubtful time; null when there is none. A
/// person has to look at it before anybody is billed by either.
/// </param>
/// <param name="Windows">Windows that are complete: every second of them is covered by one interval with a consumption.</param>
/// <param name="IncompleteWindows">Windows that are not, and count for nothing. The maximum may have been in one of them.</param>
public sealed record DemandMaximum(Demand? Maximum, Demand? Doubtful, int Windows, int IncompleteWindows);
