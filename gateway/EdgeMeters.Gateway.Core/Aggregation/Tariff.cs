namespace EdgeMeters.Gateway.Core.Aggregation;

/// <summary>A tariff that can be asked for.</summary>
/// <param name="Name">Its name in the configuration.</param>
/// <param name="Zone">By whose clocks it goes.</param>
/// <param name="Calendar">Which tariff period is in force when.</param>
public sealed record Tariff(string Name, TimeZoneInfo Zone, TariffCalendar Calendar);
