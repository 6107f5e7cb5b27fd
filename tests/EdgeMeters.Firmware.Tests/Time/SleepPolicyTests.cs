using EdgeMeters.Metering.Time;

namespace EdgeMeters.Firmware.Tests.Time;

public sealed class SleepPolicyTests
{
    [Theory]
    [InlineData(false, false, true)]
    [InlineData(true, true, true)]
    [InlineData(true, false, false)]
    public void A_node_that_may_not_or_counts_pulses_or_has_something_to_send_stays_awake(bool maySleep, bool hasPulses, bool isDrained)
    {
        Assert.Equal(0, SleepPolicy.SleepMs(maySleep, hasPulses, isDrained, 5000, 600_000));
    }

    [Fact]
    public void A_gateway_that_is_away_does_not_keep_the_node_awake_for_long()
    {
        Assert.Equal(0, SleepPolicy.SleepMs(true, false, false, SleepPolicy.AwakeMsMax - 1, 600_000));
        Assert.True(SleepPolicy.SleepMs(true, false, false, SleepPolicy.AwakeMsMax, 600_000) > 0);
    }

    [Fact]
    public void It_wakes_before_the_intervals_end_even_with_a_slow_clock_and_does_not_sleep_for_less_than_two_seconds()
    {
        for (int idleMs = 0; idleMs <= 3_600_000; idleMs += 250)
        {
            int sleepMs = SleepPolicy.SleepMs(true, false, true, 0, idleMs);
            Assert.True(sleepMs == 0 || sleepMs > SleepPolicy.SleepMsMin);
            Assert.True(sleepMs * 1.02 < idleMs || sleepMs == 0, $"{sleepMs} of {idleMs}");
        }
        Assert.InRange(SleepPolicy.SleepMs(true, false, true, 0, 900_000), 870_000, 890_000);
    }
}
