using System.ComponentModel;

namespace EdgeMeters.Gateway.Api;

/// <summary>The load profile of a metering point, oldest first.</summary>
public sealed record ProfileReply(
    string Point,
    [property: Description("Base unit: Wh, varh or L. Null until the meter was heard of.")] string? Unit,
    [property: Description("Length of an interval.")] int PeriodSeconds,
    [property: Description("Intervals end after this.")] DateTimeOffset FromUtc,
    [property: Description("Intervals end not after this.")] DateTimeOffset ToUtc,
    IReadOnlyList<ProfileIntervalReply> Intervals);
