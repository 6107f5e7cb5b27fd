using EdgeMeters.Gateway.Core.Registry;

namespace EdgeMeters.Gateway.Core.LoadProfile;

/// <summary>A service of a metering point, and what its register said.</summary>
/// <param name="Service">From when to when the register served the point.</param>
/// <param name="Readings">Of the register, in any order, with the readings around the time of the service that are known.</param>
public sealed record ServiceReadings(Service Service, IReadOnlyList<RegisterReading> Readings);
