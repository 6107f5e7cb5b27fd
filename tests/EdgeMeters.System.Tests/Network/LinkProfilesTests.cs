using EdgeMeters.Bench.Network;

namespace EdgeMeters.SystemTests.Network;

/// <summary>The profiles of links: each figure with its source, and a fault refused by its line.</summary>
public sealed class LinkProfilesTests
{
    [Fact]
    public void The_seven_profiles_of_the_plan_are_there_each_figure_with_its_source()
    {
        var profiles = LinkProfiles.Load(LinkProfiles.PathHere);
        Assert.Equal(["P0", "P1", "P2", "P3", "P4", "P5", "P6"], profiles.Keys.Order());
        var p1 = profiles["P1"];
        Assert.Equal((20_000, 300, 2000, 8000, 512), (p1.UplinkBitsPerSecond.Most, p1.RoundTripMs.Least, p1.RoundTripMs.Most, p1.RoundTripTailMs.Most, p1.PduBytes.Most));
        Assert.Equal("assumed", p1.LossPercent.Source);
        Assert.NotEqual("assumed", p1.UplinkBitsPerSecond.Source);
    }

    [Theory]
    [InlineData("\"roundTripMs\": { \"least\": 300, \"most\": 2000, ", "\"roundTripMs\": { \"least\": 3000, \"most\": 2000, ", "is no range")]
    [InlineData("\"roundTripMs\": { \"least\": 300, \"most\": 2000, ", "\"roundTripMs\": { \"least\": 300, ", "has least, most and source")]
    [InlineData("\"roundTripMs\": { \"least\": 300, \"most\": 2000, ", "\"roundTripMs\": { \"least\": 300, \"mots\": 2000, ", "'mots'")]
    [InlineData("\"roundTripMs\": { \"least\": 300, \"most\": 2000, ", "\"roundTripMs\": { \"least\": -1, \"most\": 2000, ", "is no range")]
    [InlineData("\"roundTripMs\": { \"least\": 300,", "\"roundTrip\": { \"least\": 300,", "roundTrip")]
    [InlineData("\"lossPercent\": { \"least\": 1, \"most\": 5,", "\"lossPercent\": { \"least\": 1, \"most\": 101,", "more than 100 percent")]
    [InlineData("\"id\": \"P1\"", "\"id\": \"P0\"", "'P0' is there twice")]
    public void A_damaged_profile_is_refused_with_its_line(string good, string bad, string says)
    {
        string text = File.ReadAllText(LinkProfiles.PathHere);
        int at = text.IndexOf(good, StringComparison.Ordinal);
        Assert.True(at > 0, "the file no longer has what this test damages");
        string damaged = text[..at] + bad + text[(at + good.Length)..];
        var refused = Assert.Throws<FormatException>(() => LinkProfiles.Parse("links.json", damaged));
        Assert.Matches("^links.json, line [0-9]+: ", refused.Message);
        Assert.Contains(says, refused.Message);
        int line = int.Parse(refused.Message.Split("line ")[1].Split(':')[0]);
        int near = 1 + text[..at].Count(c => c == '\n');
        Assert.InRange(line, near - 20, near + 20);
    }
}
