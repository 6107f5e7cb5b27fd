using System.ComponentModel;
using EdgeMeters.Gateway.Core.Aggregation;

namespace EdgeMeters.Gateway.Api;

/// <summary>A tariff of the configuration.</summary>
public sealed record TariffReply(
    [property: Description("By which it is asked for.")] string Name,
    [property: Description("Zone by whose clocks it goes.")] string Zone,
    [property: Description("Names of its tariff periods.")] IReadOnlyList<string> Periods)
{
    internal static TariffReply Of(Tariff tariff) => new(tariff.Name, tariff.Zone.Id, tariff.Calendar.Names);
}
