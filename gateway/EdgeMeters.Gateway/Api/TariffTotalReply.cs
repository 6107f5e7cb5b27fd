using System.ComponentModel;
using EdgeMeters.Gateway.Core.Aggregation;

namespace EdgeMeters.Gateway.Api;

/// <summary>What was consumed in an hour, a day, a month or a year, by tariff period.</summary>
public sealed record TariffTotalReply(
    [property: Description("All of it, as totals tell it, of which the tariff periods are the parts: they add up to it.")] TotalReply Total,
    [property: Description("One for each tariff period of the tariff, also where nothing was consumed.")] IReadOnlyList<TariffShareReply> Shares)
{
    internal static TariffTotalReply Of(PeriodTotal total, IReadOnlyList<TariffTotal> shares) => new(TotalReply.Of(total), [.. shares.Select(TariffShareReply.Of)]);
}
