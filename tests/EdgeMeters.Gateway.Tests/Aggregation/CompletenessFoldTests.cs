using EdgeMeters.Gateway.Core.Aggregation;

namespace EdgeMeters.Gateway.Tests.Aggregation;

public sealed class CompletenessFoldTests
{
    [Fact]
    public void A_station_is_as_complete_as_its_points_together()
    {
        var fold = new CompletenessFold();
        fold.Add("station-2", new Completeness(86_400, 86_400));
        fold.Add("station-1", new Completeness(0, 86_400));
        fold.Add("station-2", new Completeness(85_500, 86_400));
        fold.Add("station-2", new Completeness(0, 0));
        Assert.Equal(
            [
                new CompletenessOfPoints("station-1", 1, 0, 1, new Completeness(0, 86_400)),
                new CompletenessOfPoints("station-2", 3, 2, 0, new Completeness(171_900, 172_800)),
            ],
            fold.Figures());
        Assert.Empty(new CompletenessFold().Figures());
    }

    [Theory]
    [InlineData(0, 1, 0)]
    [InlineData(86_399, 86_400, 999)]
    [InlineData(86_400, 86_400, 1000)]
    [InlineData(0, 0, 1000)]
    [InlineData(long.MaxValue - 1, long.MaxValue, 999)]
    public void Parts_per_thousand_say_1000_of_the_whole_only(long covered, long expected, int perThousand)
    {
        Assert.Equal(perThousand, new Completeness(covered, expected).PerThousand);
        Assert.Equal(perThousand == 1000, new Completeness(covered, expected).IsWhole);
    }
}
