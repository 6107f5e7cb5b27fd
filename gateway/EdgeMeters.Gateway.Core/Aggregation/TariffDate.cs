namespace EdgeMeters.Gateway.Core.Aggregation;

/// <summary>A day that is another kind of day than its weekday says: a holiday, or a Saturday on which is worked for one.</summary>
/// <param name="Date">The day, in the tariff's zone.</param>
/// <param name="CountsAs">One kind of day.</param>
public sealed record TariffDate(DateOnly Date, TariffDays CountsAs);
