using EdgeMeters.Bench.Network;

namespace EdgeMeters.SystemTests.Network;

/// <summary>The link's arithmetic in a time that the test gives.</summary>
public sealed class EmulatedLinkTests
{
    private static readonly LinkProfile Plain = ProfileOf(bitsPerSecond: 8000, roundTripMs: 200, lossPercent: 0);

    [Fact]
    public void Bytes_take_their_time_at_the_rate_and_half_a_round_trip()
    {
        var link = new EmulatedLink(Plain, 1);
        // Two pieces of 100 bytes and their headers of 10: 220 bytes at one a millisecond.
        Assert.Equal(5000 + 220 + 100, link.CarryUp(5000, 200));
        Assert.Equal(220, link.BytesOnAir(200));
    }

    [Fact]
    public void Who_sends_at_once_queues_and_the_other_direction_does_not_wait()
    {
        var link = new EmulatedLink(Plain, 1);
        Assert.Equal(210, link.CarryUp(0, 100));
        Assert.Equal(320, link.CarryUp(0, 100));
        Assert.Equal(430, link.CarryUp(50, 100));
        Assert.Equal(210, link.CarryDown(0, 100));
        Assert.Equal(1210, link.CarryUp(1000, 100));
    }

    [Fact]
    public void What_is_lost_comes_later_and_takes_its_room_again()
    {
        const int blocks = 20_000;
        var link = new EmulatedLink(ProfileOf(8000, 200, lossPercent: 20), 7);
        long at = 0;
        int late = 0;
        for (int i = 0; i < blocks; i++)
        {
            at += 10_000;
            late += link.CarryUp(at, 100) > at + 210 ? 1 : 0;
        }
        Assert.InRange(late, blocks * 18 / 100, blocks * 22 / 100);
    }

    [Fact]
    public void Nothing_passes_in_an_outage_nor_what_is_under_way_when_it_begins()
    {
        var link = new EmulatedLink(Plain, 1);
        link.AddOutage(10_000, 5_000);
        Assert.True(link.IsUp(9_999));
        Assert.False(link.IsUp(10_000));
        Assert.True(link.IsUp(15_000));
        Assert.Equal(-1, link.CarryUp(9_900, 100));
        Assert.Equal(-1, link.CarryDown(12_000, 100));
        Assert.Equal(15_000, link.BackMs(12_000));
        Assert.Equal(15_210, link.CarryUp(15_000, 100));
    }

    [Fact]
    public void A_link_without_a_rate_carries_nothing_ever()
    {
        var link = new EmulatedLink(LinkProfiles.Load(LinkProfiles.PathHere)["P6"], 1);
        Assert.Equal(-1, link.CarryUp(0, 1));
        Assert.Equal(long.MaxValue, link.BackMs(0));
    }

    [Fact]
    public void From_one_seed_follow_the_same_outages_and_the_same_delays()
    {
        var profile = LinkProfiles.Load(LinkProfiles.PathHere)["P1"];
        Assert.Equal(Story(profile, 5), Story(profile, 5));
        Assert.NotEqual(Story(profile, 5), Story(profile, 6));
        var outages = new EmulatedLink(profile, 5);
        outages.PlanOutages(3000);
        // One a month, of 5 to 30 minutes.
        Assert.InRange(outages.Outages.Count, 60, 140);
        Assert.All(outages.Outages, o => Assert.InRange(o.ToMs - o.FromMs, 5 * 60_000, 30 * 60_000));
    }

    internal static LinkProfile ProfileOf(double bitsPerSecond, double roundTripMs, double lossPercent, double resetsPerDay = 0, double halfOpenPercent = 0) => new(
        "T", "test", "", Of(bitsPerSecond), Of(bitsPerSecond), Of(roundTripMs), Of(roundTripMs), Of(0), Of(lossPercent), Of(100), Of(10), Of(0), Of(0),
        Of(resetsPerDay), Of(halfOpenPercent));

    private static LinkRange Of(double figure) => new(figure, figure, "the test");

    private static string Story(LinkProfile profile, int seed)
    {
        var link = new EmulatedLink(profile, seed);
        link.PlanOutages(365);
        return string.Join(' ', link.Outages.Select(o => o.FromMs).Concat(Enumerable.Range(0, 100).Select(i => link.CarryUp(i * 1000, 700))));
    }
}
