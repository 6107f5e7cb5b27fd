using CsCheck;
using EdgeMeters.Firmware.Tests.Support;
using EdgeMeters.Metering.Uplink;

namespace EdgeMeters.Firmware.Tests.Uplink;

public sealed class BackoffTests
{
    [Fact]
    public void Waits_double_to_the_longest_and_lie_in_their_upper_half()
    {
        Gen.Select(Gen.Int[1, 5000], Gen.Int[1, 200], Gen.Int).Sample((firstMs, factor, seed) =>
        {
            int longestMs = firstMs * factor;
            Backoff backoff = new(firstMs, longestMs, new SeededEntropy(seed));
            for (int round = 0; round < 2; round++)
            {
                long ceilingMs = firstMs;
                for (int i = 0; i < 20; i++)
                {
                    Assert.InRange(backoff.Next(), ceilingMs / 2, ceilingMs);
                    ceilingMs = Math.Min(ceilingMs * 2, longestMs);
                }
                backoff.Reset();
            }
        });
    }

    [Fact]
    public void Nodes_that_fail_together_come_back_apart()
    {
        int[] waits = [.. Enumerable.Range(0, 100).Select(seed => new Backoff(60000, 60000, new SeededEntropy(seed)).Next())];
        Assert.True(waits.Distinct().Count() > 90);
        Assert.True(waits.Max() - waits.Min() > 20000);
    }
}
