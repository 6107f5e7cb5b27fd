using System.ComponentModel;

namespace EdgeMeters.Gateway.Api;

/// <summary>How much of a range the load profiles of metering points state, and of all points of a utility on this page together.</summary>
public sealed record CompletenessReply(
    [property: Description("Begin of the range, UTC.")] DateTimeOffset FromUtc,
    [property: Description("End of the range, UTC.")] DateTimeOffset ToUtc,
    [property: Description("In the order of their ids.")] IReadOnlyList<PointCompletenessReply> Points,
    [property: Description("Of the points of this page, by utility; the empty name is of points without one.")] IReadOnlyList<UtilityCompletenessReply> Utilities,
    [property: Description("Address of the points that follow; null if these are the last.")] string? Next);
