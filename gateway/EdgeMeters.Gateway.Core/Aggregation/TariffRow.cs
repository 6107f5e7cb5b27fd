namespace EdgeMeters.Gateway.Core.Aggregation;

/// <summary>One row of a tariff: when a tariff period is in force.</summary>
/// <param name="Name">Name of the tariff period, e.g. <c>peak</c>; 1 to 40 characters. Several rows may have the same.</param>
/// <param name="FirstMonth">First month, 1 to 12 …</param>
/// <param name="LastMonth">… and last; before the first it lies in the next year: 12 to 1 is December and January.</param>
/// <param name="Days">On which days.</param>
/// <param name="FromMinute">From this minute of the day on, 0 to 1,439 …</param>
/// <param name="UntilMinute">… to this one, 1 to 1,440. Before it, midnight lies between, and each side of it belongs to the day and month on which it falls.</param>
public sealed record TariffRow(string Name, int FirstMonth, int LastMonth, TariffDays Days, int FromMinute, int UntilMinute);
