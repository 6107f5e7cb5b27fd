using EdgeMeters.Bench.Network;

namespace EdgeMeters.Simulation.City;

/// <param name="Days">Days for which meters are read; then all that waits is still fetched.</param>
/// <param name="DarkPercent">Stations that are gone for a while.</param>
/// <param name="BurstPercent">What a block of readings may take, as the gateway is configured.</param>
internal sealed record CityOptions(
    IReadOnlyList<PlannedStation> Stations, IReadOnlyDictionary<string, LinkProfile> Profiles, int Days, int Seed, int DarkPercent, int DarkHours,
    int BurstPercent)
{
    public const int IntervalSeconds = 900;
    public const int IntervalsPerDay = 86_400 / IntervalSeconds;
    public const int NodesPerStation = 40;
}
