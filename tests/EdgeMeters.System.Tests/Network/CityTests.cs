using EdgeMeters.Bench.Network;
using EdgeMeters.Simulation.City;

namespace EdgeMeters.SystemTests.Network;

/// <summary>The short form of the city: what "--city" does for 800 stations, for a few.</summary>
public sealed class CityTests
{
    private const int Stations = 4;

    [Fact]
    public void Stations_of_the_plan_keep_to_their_bounds_lose_double_and_alter_nothing_and_one_that_was_dark_drains()
    {
        var total = new CityTally();
        var options = OptionsOf(seed: 1, StationPlan.MetersPerStation);
        for (int i = 0; i < Stations; i++)
        {
            using var station = new CityStation(options.Stations[i], options, isDark: i == 0);
            total.Add(station.Run());
        }
        Assert.Equal((0, 0, 0, 0), (total.Lost, total.Doubled, total.Altered, total.Undrained));
        Assert.Equal(Stations * 1250 * 96, total.Readings);
        Assert.Equal(1, total.DarkStations);
        Assert.InRange(total.DrainMs, 1, 12 * 3_600_000);
        Assert.InRange(total.Delays.Percentile(99), 1, CityRun.P99SecondsMax);
        Assert.InRange(total.Burst, 1, CityRun.BurstMax);
    }

    [Fact]
    public void A_station_lives_the_same_life_again_by_its_seed()
    {
        Assert.Equal(Story(seed: 5), Story(seed: 5));
        Assert.NotEqual(Story(seed: 5), Story(seed: 6));
    }

    private static string Story(int seed)
    {
        var options = OptionsOf(seed, CityOptions.NodesPerStation);
        using var station = new CityStation(options.Stations[0], options, isDark: true);
        var tally = station.Run();
        return $"{string.Join(' ', tally.Kinds.Values)} {tally.Delays.LongestSeconds} {tally.Burst} {tally.Handshakes} {tally.DrainMs} {tally.Readings}";
    }

    private static CityOptions OptionsOf(int seed, int meters)
    {
        var profiles = LinkProfiles.Load(LinkProfiles.PathHere);
        var stations = StationPlan.Load(StationPlan.PathHere).Take(Stations).Select(s => s with { Profile = "P1", Meters = meters });
        return new CityOptions([.. stations], profiles, Days: 1, seed, DarkPercent: 0, DarkHours: 6, BurstPercent: 150);
    }
}
