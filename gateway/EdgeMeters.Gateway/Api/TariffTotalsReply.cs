using System.ComponentModel;

namespace EdgeMeters.Gateway.Api;

/// <summary>Totals of a metering point's load profile by tariff period, oldest first.</summary>
public sealed record TariffTotalsReply(
    string Point,
    [property: Description("Base unit: Wh, varh or L. Null until the meter was heard of.")] string? Unit,
    [property: Description("Name of the tariff.")] string Tariff,
    [property: Description("hour, day, month or year.")] string Period,
    [property: Description("Zone by whose clocks hours, days, months and years are cut.")] string Zone,
    IReadOnlyList<TariffTotalReply> Totals);
