using System.ComponentModel;
using EdgeMeters.Gateway.Core;

namespace EdgeMeters.Gateway.Api;

/// <summary>Consumption of an hour or a day. Complete only if the intervals cover all of it.</summary>
public sealed record ConsumptionPeriodReply(
    [property: Description("End of the period, UTC.")] DateTimeOffset EndUtc,
    [property: Description("Length of the period.")] int Seconds,
    [property: Description("Sum of the intervals that end in the period, in base units. Null if none states a consumption.")] long? Consumption,
    [property: Description("Intervals that end in the period.")] int Intervals,
    [property: Description("How much of the period those intervals cover.")] int CoveredSeconds,
    [property: Description("All that was judged of the intervals, together.")] IReadOnlyList<string> Quality)
{
    internal static ConsumptionPeriodReply Of(ConsumptionPeriod period) => new(
        DateTimeOffset.FromUnixTimeSeconds(period.EndUtcSeconds), period.Seconds, period.Consumption, period.Intervals,
        period.CoveredSeconds, QualityCodes.Words(period.Quality));
}
