using EdgeMeters.Gateway.Core;

namespace EdgeMeters.Gateway.Tests.Store;

/// <summary>A gateway loses its disk and is replaced by a blank one: nodes give again what their journals hold, and the utility is told nothing else than before.</summary>
public sealed class LostDiskTests(ITestOutputHelper output)
{
    [Fact]
    public void A_blank_gateway_gets_everything_again_and_the_head_end_ends_with_every_reading_and_the_dials_sum()
    {
        using var life = new LostDiskLife(1);
        life.Run(200, isLinkUp: false);
        life.Run(20);
        life.Forward();
        Assert.Equal(life.Node.Rows.Count * LostDiskNode.Channels, life.HeadEnd.Readings);
        life.LoseDisk();
        life.Run(5);
        life.Settle();
        life.AssertComplete();
        // Nothing of what both gateways said was said in two ways, and the blank one did say it all again.
        Assert.True(life.HeadEnd.Repeated > 2 * 200, $"only {life.HeadEnd.Repeated} items came from both gateways");
    }

    [Fact]
    public void What_the_lost_gateway_had_not_forwarded_is_not_lost()
    {
        using var life = new LostDiskLife(2);
        life.Run(20);
        life.Forward();
        life.Run(20);
        life.LoseDisk();
        life.Run(5);
        life.Settle();
        life.AssertComplete();
    }

    [Fact]
    public void What_the_journal_no_longer_holds_stays_as_the_lost_gateway_said_it()
    {
        using var life = new LostDiskLife(3, sectors: 4);
        for (int i = 0; i < 3; i++)
        {
            life.Run(240, isLinkUp: false);
            life.Run(2);
        }
        life.Forward();
        Assert.True(life.Node.OldestRow > 100, $"the journal still begins at row {life.Node.OldestRow}");
        life.LoseDisk();
        life.Run(5);
        life.Settle();
        // The first row that is still there begins with one that nobody has any more: the blank gateway says so, and does not contradict.
        Assert.Contains(life.HeadEnd.Keys, key => key.EndsWith($"@{ForwardItem.BeginUnknown}", StringComparison.Ordinal));
        life.AssertComplete();
    }

    [Fact]
    public void Whatever_the_link_and_the_node_do_meanwhile_no_key_ever_says_two_things()
    {
        int seed = int.TryParse(Environment.GetEnvironmentVariable("EDGEMETERS_SEED"), out int given) ? given : Random.Shared.Next();
        output.WriteLine($"EDGEMETERS_SEED={seed} tests/run --filter {nameof(Whatever_the_link_and_the_node_do_meanwhile_no_key_ever_says_two_things)}");
        for (int round = 0; round < 3; round++)
        {
            var random = new Random(seed + round);
            using var life = new LostDiskLife(seed + round, sectors: random.Next(4, 12));
            for (int i = 0; i < 12; i++)
            {
                life.Run(random.Next(1, 40), isLinkUp: random.Next(3) == 0);
                switch (random.Next(7))
                {
                    case 0:
                        life.LoseDisk();
                        break;
                    case 1:
                        life.Node.Restart(TimeSpan.FromMinutes(random.Next(1, 300)));
                        break;
                    case 2:
                        life.Node.ReceiptsToLose = random.Next(1, 5);
                        break;
                    case 3:
                        life.Node.Reconnect();
                        break;
                    default:
                        life.Forward();
                        break;
                }
            }
            life.Settle();
            life.AssertComplete();
        }
    }
}
