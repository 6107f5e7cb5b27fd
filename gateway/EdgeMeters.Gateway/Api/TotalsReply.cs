using System.ComponentModel;

namespace EdgeMeters.Gateway.Api;

/// <summary>Totals of a metering point's load profile, oldest first.</summary>
public sealed record TotalsReply(
    string Point,
    [property: Description("Base unit: Wh, varh or L. Null until the meter was heard of.")] string? Unit,
    [property: Description("hour, day, month or year.")] string Period,
    [property: Description("Zone by whose clocks the periods are cut.")] string Zone,
    IReadOnlyList<TotalReply> Totals);
