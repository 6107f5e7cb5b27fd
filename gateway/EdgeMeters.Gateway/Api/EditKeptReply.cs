using System.ComponentModel;

namespace EdgeMeters.Gateway.Api;

/// <summary>An edit that is on disk. Profiles show it once the projections have followed, mostly within a second.</summary>
public sealed record EditKeptReply(
    [property: Description("Its entry in the log.")] long Entry,
    [property: Description("Intervals that it sets.")] int Intervals);
