using EdgeMeters.Metering.Time;

namespace EdgeMeters.Firmware.Tests.Time;

public sealed class UpkeepPolicyTests
{
    /// <summary>2^32 ticks of 10 ms.</summary>
    private const long TickCountEndMs = 42_949_672_960;

    [Theory]
    [InlineData(UpkeepPolicy.DueMs - 1, 1000, true, false)]
    [InlineData(UpkeepPolicy.DueMs, 1000, true, true)]
    [InlineData(UpkeepPolicy.DueMs, 1000, false, false)]
    [InlineData(UpkeepPolicy.DueMs, UpkeepPolicy.QuietMs + 1, true, false)]
    [InlineData(UpkeepPolicy.DueMs, -1, true, false)]
    [InlineData(UpkeepPolicy.OverdueMs, 1000, false, true)]
    [InlineData(UpkeepPolicy.OverdueMs, UpkeepPolicy.QuietMs + 1, false, false)]
    public void An_old_start_ends_right_after_an_interval_once_the_gateway_has_it_or_when_it_is_overdue(
        long monotonicMs, long sinceRowMs, bool isDrained, bool expected)
    {
        Assert.Equal(expected, UpkeepPolicy.IsRestartDue(monotonicMs, sinceRowMs, isDrained));
    }

    [Fact]
    public void Even_with_intervals_of_a_day_and_no_gateway_it_ends_long_before_the_tick_count_does()
    {
        const long dayMs = 86_400_000;
        long restartMs = 0;
        for (long rowMs = dayMs; restartMs == 0; rowMs += dayMs)
        {
            if (UpkeepPolicy.IsRestartDue(rowMs + 200, 200, false))
                restartMs = rowMs;
        }
        Assert.True(restartMs < TickCountEndMs / 2);
    }
}
