using EdgeMeters.Bench.Network;

namespace EdgeMeters.Simulation.City;

/// <param name="Days">Days for which meters are read, after the hours in which the nodes were mounted; then all that waits is still fetched.</param>
/// <param name="DarkPercent">Stations that are gone for a while.</param>
/// <param name="BurstPercent">What a block of readings may take, as the gateway is configured.</param>
internal sealed record CityOptions(
    IReadOnlyList<PlannedStation> Stations, IReadOnlyDictionary<string, LinkProfile> Profiles, int Days, int Seed, int DarkPercent, int DarkHours,
    int BurstPercent)
{
    public const int IntervalSeconds = 900;
    public const int IntervalsPerDay = 86_400 / IntervalSeconds;
    public const int NodesPerStation = 40;

    /// <summary>Three hours before the first day, in which the nodes of a station are mounted and let in. Nothing of what they read then may be lost either.</summary>
    public const int MountingIntervals = 12;

    public const int MountingMs = 1000 * IntervalSeconds * MountingIntervals;

    /// <summary>Rows of a node in all its life.</summary>
    public int Rows => MountingIntervals + (Days * IntervalsPerDay);
}
