using System.ComponentModel;

namespace EdgeMeters.Gateway.Api;

/// <summary>Metering points in the order of their ids.</summary>
public sealed record PointsReply(
    [property: Description("Metering points of the whole registry.")] int Total,
    IReadOnlyList<PointReply> Points,
    [property: Description("Address of the points that follow; null if these are the last.")] string? Next);
