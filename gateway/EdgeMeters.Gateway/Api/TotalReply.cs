using System.ComponentModel;
using EdgeMeters.Gateway.Core;
using EdgeMeters.Gateway.Core.Aggregation;
using EdgeMeters.Gateway.Core.LoadProfile;

namespace EdgeMeters.Gateway.Api;

/// <summary>What was consumed in an hour, a day, a month or a year.</summary>
public sealed record TotalReply(
    [property: Description("Begin of the period, UTC.")] DateTimeOffset BeginUtc,
    [property: Description("End of the period, UTC.")] DateTimeOffset EndUtc,
    [property: Description("In base units. Null when no interval states one.")] long? Consumption,
    [property: Description("How much of it is estimated.")] long Estimated,
    [property: Description("How much of it was set by people.")] long Edited,
    [property: Description("Seconds for which a consumption is stated.")] long CoveredSeconds,
    [property: Description("Seconds for which one is expected: while the point was in service, up to now.")] long ExpectedSeconds,
    [property: Description("True when the consumption is that of the whole period.")] bool Whole,
    [property: Description("What was judged of its readings, together.")] IReadOnlyList<string> Quality)
{
    internal static TotalReply Of(PeriodTotal total) => new(
        DateTimeOffset.FromUnixTimeSeconds(total.Period.BeginUtcSeconds), DateTimeOffset.FromUnixTimeSeconds(total.Period.EndUtcSeconds),
        total.Consumption, total.EstimatedConsumption, total.Sources.Where(s => s.Source == ProfileSource.Edited).Sum(s => s.Consumption),
        total.Completeness.CoveredSeconds, total.Completeness.ExpectedSeconds, total.IsWhole, QualityCodes.Words(total.Quality));
}
