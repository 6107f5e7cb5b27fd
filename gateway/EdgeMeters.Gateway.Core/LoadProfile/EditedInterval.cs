namespace EdgeMeters.Gateway.Core.LoadProfile;

/// <summary>An interval of a load profile that a person sets.</summary>
/// <param name="EndUtcSeconds">Its end.</param>
/// <param name="Consumption">What it is to be, in base units; null to take back what was set before.</param>
/// <param name="Replaced">What it was without any edit when it was set; null where none was stated.</param>
public sealed record EditedInterval(uint EndUtcSeconds, long? Consumption, long? Replaced);
