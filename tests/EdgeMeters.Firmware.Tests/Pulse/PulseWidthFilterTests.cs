using CsCheck;
using EdgeMeters.Metering.Pulse;

namespace EdgeMeters.Firmware.Tests.Pulse;

/// <summary>
/// The timelines are built here from the limits of IEC 62053-31 / DIN 43864 (S0: at least 30 ms on and 30 ms off) and, for reeds, from a bounce of
/// 1 to 5 ms, which is an assumption. Each begins with a contact that has rested open, unless it says otherwise.
/// </summary>
public class PulseWidthFilterTests
{
    private const long Millisecond = 1000;
    private const long LongRest = 10_000 * Millisecond;

    private static PulseWidthFilter S0() => new(PulseWidthFilter.S0MicrosecondsMin, PulseWidthFilter.S0MicrosecondsMin);

    private static PulseWidthFilter Reed() => new(PulseWidthFilter.ReedMicrosecondsMin, PulseWidthFilter.ReedMicrosecondsMin);

    /// <summary>Edges in microseconds, alternately closing and opening, the first one closing; then a long rest.</summary>
    private static long CountAfterOpenRest(PulseWidthFilter filter, params long[] edges)
    {
        filter.Edge(false, -LongRest);
        return Count(filter, edges);
    }

    private static long Count(PulseWidthFilter filter, long[] edges)
    {
        for (int i = 0; i < edges.Length; i++)
            filter.Edge(i % 2 == 0, edges[i]);
        filter.Settle(edges[^1] + LongRest);
        return filter.Total;
    }

    [Fact]
    public void S0_train_at_the_shortest_allowed_widths_loses_no_pulse()
    {
        long[] edges = [.. Enumerable.Range(0, 200).Select(i => i * 30 * Millisecond)];
        Assert.Equal(100, CountAfterOpenRest(S0(), edges));
    }

    [Fact]
    public void S0_train_of_a_kilowatt_hour_at_800_pulses_counts_800()
    {
        long[] edges = [.. Enumerable.Range(0, 800).SelectMany(i => new[] { i * 90 * Millisecond, (i * 90 + 30) * Millisecond })];
        Assert.Equal(800, CountAfterOpenRest(S0(), edges));
    }

    [Fact]
    public void S0_spike_of_line_noise_does_not_count()
    {
        Assert.Equal(1, CountAfterOpenRest(S0(), 0, 400, 100_000, 130_000));
    }

    [Fact]
    public void S0_pulse_that_bounces_at_both_edges_counts_once()
    {
        Assert.Equal(1, CountAfterOpenRest(S0(), 0, 16_000, 17_000, 33_000, 36_000, 37_000));
    }

    [Fact]
    public void Reed_that_bounces_at_closing_and_opening_counts_once()
    {
        Assert.Equal(1, CountAfterOpenRest(Reed(), 0, 1_000, 1_500, 2_200, 2_400, 180_000, 180_800, 181_100));
    }

    [Fact]
    public void Reed_that_is_found_closed_and_stays_closed_for_an_hour_counts_nothing()
    {
        PulseWidthFilter filter = Reed();
        filter.Edge(true, 0);
        filter.Settle(3_600_000 * Millisecond);
        Assert.Equal(0, filter.Total);
    }

    [Fact]
    public void Reed_that_closes_and_stays_closed_for_an_hour_counts_its_one_closing()
    {
        Assert.Equal(1, CountAfterOpenRest(Reed(), 0));
        PulseWidthFilter filter = Reed();
        filter.Edge(false, -LongRest);
        filter.Edge(true, 0);
        for (long second = 1; second <= 3600; second++)
            filter.Settle(second * 1000 * Millisecond);
        Assert.Equal(1, filter.Total);
    }

    [Fact]
    public void A_restart_in_mid_pulse_counts_the_next_pulse_and_not_the_rest_of_this_one()
    {
        Assert.Equal(1, Count(S0(), [0, 30 * Millisecond, 60 * Millisecond, 90 * Millisecond]));
    }

    [Fact]
    public void A_pulse_counts_at_the_microsecond_at_which_its_width_is_reached()
    {
        PulseWidthFilter filter = new(15_000, 15_000);
        filter.Edge(false, 0);
        filter.Edge(true, 20_000);
        filter.Settle(34_999);
        Assert.Equal(0, filter.Total);
        filter.Settle(35_000);
        Assert.Equal(1, filter.Total);
    }

    [Fact]
    public void Two_closings_count_as_one_when_the_contact_was_not_open_long_enough_between_them()
    {
        Assert.Equal(1, CountAfterOpenRest(S0(), 0, 30_000, 44_999, 80_000));
        Assert.Equal(2, CountAfterOpenRest(S0(), 0, 30_000, 45_000, 80_000));
    }

    [Fact]
    public void A_moment_in_the_past_neither_counts_nor_widens_a_level()
    {
        PulseWidthFilter filter = S0();
        filter.Edge(false, 0);
        filter.Edge(true, 100_000);
        filter.Edge(false, 50_000);
        filter.Settle(60_000);
        filter.Edge(true, 100_001);
        filter.Settle(115_000);
        Assert.Equal(0, filter.Total);
        filter.Settle(115_001);
        Assert.Equal(1, filter.Total);
    }

    [Fact]
    public void Widths_outside_the_range_are_refused()
    {
        Assert.Throws<ArgumentException>(() => new PulseWidthFilter(-1, 15_000));
        Assert.Throws<ArgumentException>(() => new PulseWidthFilter(15_000, PulseWidthFilter.MicrosecondsMax + 1));
    }

    /// <summary>One level of the contact: how long it stands cleanly, the bounce that leads into it, and a spike of noise in its middle.</summary>
    private sealed record Level(int Microseconds, int[] Bounce, int SpikeMicroseconds);

    private static Gen<Level> GenLevel(int cleanMicrosecondsMin) =>
        Gen.Select(
            Gen.Int[cleanMicrosecondsMin, cleanMicrosecondsMin * 20],
            // Bounce of at most 5 ms in all: pairs of a stay and a jump back.
            Gen.Int[1, 500].Array[0, 5].Select(half => half.Concat(half.Reverse()).ToArray()),
            Gen.OneOf(Gen.Const(0), Gen.Int[1, 4_000]),
            (width, bounce, spike) => new Level(width, bounce, spike));

    [Fact]
    public void Any_train_of_true_pulses_is_counted_exactly_whatever_bounce_and_noise_it_carries()
    {
        const int minimum = 15_000;
        Gen<(Level On, Level Off)[]> train = Gen.Select(GenLevel(minimum), GenLevel(minimum)).Array[0, 40];

        train.Sample(pulses =>
        {
            PulseWidthFilter asked = new(minimum, minimum);
            PulseWidthFilter silent = new(minimum, minimum);
            long now = 0;
            asked.Edge(false, now);
            silent.Edge(false, now);
            now += minimum;
            foreach ((Level on, Level off) in pulses)
            {
                now = Play(asked, silent, on, active: true, now);
                now = Play(asked, silent, off, active: false, now);
            }
            silent.Settle(now);
            Assert.Equal(pulses.Length, asked.Total);
            Assert.Equal(pulses.Length, silent.Total);
        });
    }

    /// <summary>Plays one level to both filters; one of them is asked in the middle and at the end of every stay, the other never.</summary>
    private static long Play(PulseWidthFilter asked, PulseWidthFilter silent, Level level, bool active, long now)
    {
        void Edge(bool to)
        {
            asked.Edge(to, now);
            silent.Edge(to, now);
        }

        void Stay(int microseconds)
        {
            asked.Settle(now + (microseconds / 2));
            now += microseconds;
            asked.Settle(now);
        }

        Edge(active);
        for (int i = 0; i < level.Bounce.Length; i++)
        {
            Stay(level.Bounce[i]);
            Edge(i % 2 == 0 ? !active : active);
        }
        Stay(level.Microseconds);
        if (level.SpikeMicroseconds > 0)
        {
            Edge(!active);
            Stay(level.SpikeMicroseconds);
            Edge(active);
            Stay(level.Microseconds);
        }
        return now;
    }
}
