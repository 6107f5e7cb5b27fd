using CsCheck;
using EdgeMeters.Metering.Registers;

namespace EdgeMeters.Firmware.Tests.Registers;

public sealed class IntervalClockTests
{
    private const long QuarterMs = 900_000;

    [Fact]
    public void An_end_is_told_once_at_the_quarter_of_the_hour_and_not_for_the_interval_of_the_start()
    {
        IntervalClock clock = new(900);
        long startMs = 2_000_000 * QuarterMs + 5;
        Assert.False(clock.TryClose(startMs, out _));
        Assert.False(clock.TryClose(startMs + QuarterMs - 6, out _));
        Assert.True(clock.TryClose(startMs + QuarterMs, out uint end));
        Assert.Equal(2_000_001u * 900, end);
        Assert.False(clock.TryClose(startMs + QuarterMs + 1, out _));
    }

    [Fact]
    public void A_clock_set_forward_tells_only_the_last_end()
    {
        IntervalClock clock = new(900);
        clock.TryClose(2_000_000 * QuarterMs, out _);
        Assert.True(clock.TryClose(2_000_007 * QuarterMs + 1, out uint end));
        Assert.Equal(2_000_007u * 900, end);
        Assert.False(clock.TryClose(2_000_007 * QuarterMs + 2, out _));
    }

    [Fact]
    public void A_clock_set_back_is_said_and_counts_on_from_there()
    {
        IntervalClock clock = new(900);
        clock.TryClose(2_000_009 * QuarterMs, out _);
        Assert.False(clock.TryClose(2_000_000 * QuarterMs + 7, out _));
        Assert.Equal(2_000_009 * QuarterMs, clock.SetBackFromMs);
        Assert.True(clock.TryClose(2_000_001 * QuarterMs, out uint end));
        Assert.Equal((2_000_001u * 900, 0L), (end, clock.SetBackFromMs));
    }

    [Fact]
    public void A_clock_set_back_by_less_than_an_interval_tells_no_end_twice()
    {
        IntervalClock clock = new(900);
        clock.TryClose(2_000_000 * QuarterMs - 10, out _);
        Assert.True(clock.TryClose(2_000_000 * QuarterMs + 10, out _));
        Assert.False(clock.TryClose(2_000_000 * QuarterMs - 5000, out _));
        Assert.Equal(0, clock.SetBackFromMs);
        Assert.False(clock.TryClose(2_000_000 * QuarterMs + 20, out _));
    }

    [Fact]
    public void Ends_rise_and_lie_on_the_grid_whatever_steps_a_clock_takes_forward()
    {
        Gen.Select(Gen.Int[1, 86400], Gen.Int[0, 100_000_000].Array[1, 50]).Sample((periodSeconds, steps) =>
        {
            IntervalClock clock = new(periodSeconds);
            long utcMs = 1_800_000_000_000;
            uint last = 0;
            clock.TryClose(utcMs, out _);
            foreach (int step in steps)
            {
                utcMs += step;
                Assert.InRange(clock.MsToNextEnd(utcMs), 1, periodSeconds * 1000);
                if (!clock.TryClose(utcMs, out uint end))
                    continue;
                Assert.True(end > last && end % periodSeconds == 0 && end * 1000L <= utcMs && utcMs - end * 1000L < periodSeconds * 1000L);
                last = end;
            }
        });
    }
}
