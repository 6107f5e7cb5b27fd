using System.ComponentModel;

namespace EdgeMeters.Gateway.Api;

/// <summary>Intervals of a metering point, oldest first.</summary>
public sealed record IntervalsReply(
    string Point,
    [property: Description("OBIS code of the register.")] string Register,
    [property: Description("Base unit of register and consumption: Wh, varh or L. Null until the meter was heard of.")] string? Unit,
    [property: Description("Intervals end after this.")] DateTimeOffset FromUtc,
    [property: Description("Intervals end not after this.")] DateTimeOffset ToUtc,
    IReadOnlyList<IntervalReply> Intervals,
    [property: Description("Address of the intervals that follow within the range; null if these are the last.")] string? Next);
