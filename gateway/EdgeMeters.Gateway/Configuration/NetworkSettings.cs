using EdgeMeters.Gateway.Downlink;

namespace EdgeMeters.Gateway.Configuration;

/// <param name="Stations">The base stations of the network plan.</param>
/// <param name="BurstPercent">What a node's block of readings may take, in hundredths of what its first row alone takes.</param>
public sealed record NetworkSettings(IReadOnlyList<Station> Stations, int BurstPercent);
