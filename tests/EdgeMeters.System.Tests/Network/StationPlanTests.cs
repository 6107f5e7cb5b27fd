using EdgeMeters.Bench.Network;
using EdgeMeters.Gateway.Configuration;

namespace EdgeMeters.SystemTests.Network;

/// <summary>The stations of the plan: the file is what its generator writes, and a damaged one is refused by its line.</summary>
public sealed class StationPlanTests
{
    private const string Good = "1,S001,39.9000,116.4000,R1-NE,P1,1250";

    [Fact]
    public void The_stations_in_the_repository_are_what_the_generator_writes()
    {
        string here = File.ReadAllText(StationPlan.PathHere);
        Assert.Equal(here, StationPlan.Write(StationPlan.Make()));
        Assert.NotEqual(here, StationPlan.Write(StationPlan.Make(StationPlan.Seed + 1)));
    }

    [Fact]
    public void Eight_hundred_stations_over_the_plain_have_a_million_meters()
    {
        var stations = StationPlan.Load(StationPlan.PathHere);
        Assert.Equal(Enumerable.Range(1, 800), stations.Select(s => s.Number));
        Assert.Equal(1_000_000, stations.Sum(s => s.Meters));
        Assert.All(stations, s => Assert.True(s.Latitude is > 39.4 and < 40.3 && s.Longitude is > 115.9 and < 117.0, s.ToString()));
        Assert.Equal(800, stations.Select(s => (s.Latitude, s.Longitude)).Distinct().Count());
        var profiles = LinkProfiles.Load(LinkProfiles.PathHere);
        Assert.All(stations, s => Assert.Contains(s.Profile, profiles.Keys));
        Assert.Equal(stations, StationPlan.Parse("again", StationPlan.Write(stations).TrimEnd('\n').Split('\n')));
    }

    [Fact]
    public void The_gateway_reckons_with_the_rates_of_the_link_profiles()
    {
        var profiles = LinkProfiles.Load(LinkProfiles.PathHere);
        PlannedStation[] plan = [.. profiles.Keys.Order().Select((profile, i) => new PlannedStation(i + 1, $"S{i}", 39.9, 116.4, "R1-NE", profile, 1250))];
        string path = Path.Combine(Path.GetTempPath(), $"stations-{Guid.NewGuid():N}.csv");
        try
        {
            File.WriteAllText(path, StationPlan.Write(plan));
            var read = StationPlanReader.Read(path, (fault, remedy) => Assert.Fail($"{fault}: {remedy}"));
            // A blackout is what befalls a station of P1.
            Assert.Equal(
                plan.Select(s => (long)profiles[s.Profile == "P6" ? "P1" : s.Profile].UplinkBitsPerSecond.Most * 60 / 8), read.Select(s => s.BytesPerMinuteMax));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Theory]
    [InlineData("1,S001,39.9000,116.4000,R1-NE,P1", "6 fields")]
    [InlineData("0,S001,39.9000,116.4000,R1-NE,P1,1250", "'0' is no station")]
    [InlineData("65536,S001,39.9000,116.4000,R1-NE,P1,1250", "'65536' is no station")]
    [InlineData("-1,S001,39.9000,116.4000,R1-NE,P1,1250", "'-1' is no station")]
    [InlineData("2,,39.9000,116.4000,R1-NE,P1,1250", "empty")]
    [InlineData("2,S002,91,116.4000,R1-NE,P1,1250", "no latitude")]
    [InlineData("2,S002,39.9000,NaN,R1-NE,P1,1250", "no latitude")]
    [InlineData("2,S002,39.9000,116.4000,R1-NE,P7,1250", "'P7' is no profile")]
    [InlineData("2,S002,39.9000,116.4000,R1-NE,P1,0", "'0' is no number of meters")]
    [InlineData(Good, "station 1 is there twice")]
    [InlineData("", "1 fields")]
    public void A_damaged_line_is_refused_with_its_number_and_nothing_is_taken(string line, string says)
    {
        var refused = Assert.Throws<FormatException>(() => StationPlan.Parse("plan.csv", [StationPlan.Header, Good, line]));
        Assert.StartsWith("plan.csv, line 3: ", refused.Message);
        Assert.Contains(says, refused.Message);
    }

    [Fact]
    public void Another_header_and_an_empty_plan_are_refused()
    {
        Assert.StartsWith("plan.csv, line 1: ", Assert.Throws<FormatException>(() => StationPlan.Parse("plan.csv", [Good])).Message);
        Assert.StartsWith("plan.csv, line 1: ", Assert.Throws<FormatException>(() => StationPlan.Parse("plan.csv", [])).Message);
        Assert.StartsWith("plan.csv, line 2: ", Assert.Throws<FormatException>(() => StationPlan.Parse("plan.csv", [StationPlan.Header])).Message);
    }
}
