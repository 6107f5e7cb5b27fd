using System.ComponentModel;

namespace EdgeMeters.Gateway.Api;

/// <summary>Consumption of a metering point by hour or by day, oldest first.</summary>
public sealed record ConsumptionReply(
    string Point,
    [property: Description("Base unit: Wh, varh or L. Null until the meter was heard of.")] string? Unit,
    [property: Description("hour or day.")] string Period,
    [property: Description("Offset from UTC at which the periods are cut.")] int OffsetSeconds,
    IReadOnlyList<ConsumptionPeriodReply> Periods);
