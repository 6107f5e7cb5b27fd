using CsCheck;
using EdgeMeters.Metering.Bus;
using EdgeMeters.Metering.Ports;
using EdgeMeters.Metering.Pulse;

namespace EdgeMeters.Firmware.Tests.Pulse;

public sealed class PulseAccumulatorTests
{
    private readonly ScriptedCounter _counter = new();

    [Fact]
    public void A_register_goes_on_from_where_it_was_whatever_the_counter_had_before()
    {
        _counter.Total = 5000;
        PulseAccumulator pulses = new(_counter, 123, 17, 0);
        _counter.Total = 5003;
        Assert.Equal(3, pulses.Advance(1000));
        Assert.Equal((126, BusResult.Ok, false), (pulses.Register, pulses.Result, pulses.IsGone));
    }

    [Fact]
    public void One_read_that_is_too_high_by_an_overflow_is_not_taken()
    {
        PulseAccumulator pulses = new(_counter, 0, 17, 0);
        foreach (bool isFirst in new[] { true, false })
        {
            _counter.Total += 2;
            _counter.ExtraAt = _counter.Reads + (isFirst ? 0 : 1);
            Assert.Equal(2, pulses.Advance(pulses.Register * 1000 + 1000));
        }
        Assert.Equal(4, pulses.Register);
    }

    [Fact]
    public void More_pulses_than_the_contact_can_make_wait_for_the_time_in_which_it_can()
    {
        PulseAccumulator pulses = new(_counter, 0, 2, 0);
        _counter.Total = 30;
        Assert.Equal(-1, pulses.Advance(1000));
        Assert.Equal((0, 30, 1000, BusResult.PulsesPending), (pulses.Register, pulses.Pending, pulses.PendingMs, pulses.Result));
        Assert.Equal(-1, pulses.Advance(13000));
        Assert.Equal(30, pulses.Advance(14000));
        Assert.Equal((30, 0, BusResult.Ok), (pulses.Register, pulses.Pending, pulses.Result));
    }

    [Fact]
    public void A_counter_cleared_behind_our_back_is_said_and_loses_only_what_it_lost()
    {
        PulseAccumulator pulses = new(_counter, 0, 17, 0);
        _counter.Total = 10;
        pulses.Advance(1000);
        _counter.Total = 3;
        Assert.Equal(0, pulses.Advance(2000));
        Assert.False(pulses.WasCleared);
        _counter.Total = 4;
        Assert.Equal(0, pulses.Advance(3999));
        Assert.Equal(4, pulses.Advance(4000));
        Assert.True(pulses.WasCleared);
        Assert.Equal(14, pulses.Register);
        Assert.Equal(0, pulses.Advance(5000));
        Assert.False(pulses.WasCleared);
    }

    [Fact]
    public void A_total_that_is_too_low_while_its_overflow_waits_is_no_new_beginning()
    {
        _counter.Total = 32_760;
        PulseAccumulator pulses = new(_counter, 0, 17, 0);
        _counter.Total = 32_770;
        _counter.Missing = 32_767;
        Assert.Equal(0, pulses.Advance(1000));
        Assert.Equal(0, pulses.Advance(1400));
        Assert.False(pulses.WasCleared);
        _counter.Missing = 0;
        Assert.Equal(10, pulses.Advance(1600));
        Assert.False(pulses.WasCleared);
        // A later one has its own time.
        _counter.Total += 2;
        _counter.Missing = 32_767;
        Assert.Equal(0, pulses.Advance(60_000));
        Assert.False(pulses.WasCleared);
    }

    [Fact]
    public void A_counter_out_of_reach_gives_no_reading_and_is_in_doubt_once_it_is_back()
    {
        PulseAccumulator pulses = new(_counter, 7, 17, 0);
        _counter.IsGone = true;
        Assert.Equal(0, pulses.Advance(1000));
        Assert.True(pulses.IsGone);
        Assert.Equal(BusResult.CounterGone, pulses.Result);
        _counter.IsGone = false;
        _counter.Total = 3;
        Assert.Equal(3, pulses.Advance(2000));
        Assert.True(pulses.WasCleared);
        Assert.False(pulses.IsGone);
        Assert.Equal(10, pulses.Register);
    }

    [Fact]
    public void Every_pulse_is_counted_once_however_often_the_counter_is_read()
    {
        Gen.Select(Gen.Int[0, 5].Array[1, 200], Gen.Long[0, 1L << 40]).Sample((arrivals, start) =>
        {
            ScriptedCounter counter = new();
            PulseAccumulator pulses = new(counter, start, 17, 0);
            long nowMs = 0;
            foreach (int arrived in arrivals)
            {
                counter.Total += arrived;
                pulses.Advance(nowMs += 1000);
            }
            return pulses.Register == start + arrivals.Sum() && pulses.Pending == 0;
        });
    }

    private sealed class ScriptedCounter : IPulseCounter
    {
        public long Total { get; set; }

        public int Reads { get; private set; }

        /// <summary>The read with this number races the overflow word.</summary>
        public int ExtraAt { get; set; } = -1;

        /// <summary>What the overflow word is behind.</summary>
        public long Missing { get; set; }

        public bool IsGone { get; set; }

        public long ReadTotal()
        {
            if (IsGone)
                throw new DeviceException("no chip");
            return Total - Missing + (Reads++ == ExtraAt ? 32767 : 0);
        }
    }
}
