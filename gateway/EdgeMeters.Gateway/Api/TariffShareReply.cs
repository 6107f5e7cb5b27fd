using System.ComponentModel;
using EdgeMeters.Gateway.Core;
using EdgeMeters.Gateway.Core.Aggregation;
using EdgeMeters.Gateway.Core.LoadProfile;

namespace EdgeMeters.Gateway.Api;

/// <summary>What was consumed in one tariff period.</summary>
public sealed record TariffShareReply(
    [property: Description("Name of the tariff period.")] string Name,
    [property: Description("In base units: the intervals whose last second lies in it. Null when none states one.")] long? Consumption,
    [property: Description("How much of it is estimated.")] long Estimated,
    [property: Description("How much of it was set by people.")] long Edited,
    [property: Description("How much of it is of intervals that began in another tariff period or passed through one: at most so much belongs elsewhere.")] long Crossing,
    [property: Description("What was judged of its readings, together.")] IReadOnlyList<string> Quality)
{
    internal static TariffShareReply Of(TariffTotal total) => new(
        total.Name, total.Consumption, total.EstimatedConsumption, total.Sources.Where(s => s.Source == ProfileSource.Edited).Sum(s => s.Consumption),
        total.CrossingConsumption, QualityCodes.Words(total.Quality));
}
