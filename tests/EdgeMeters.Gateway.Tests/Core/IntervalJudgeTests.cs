using System.Text.Json;
using CsCheck;
using EdgeMeters.Gateway.Core;
using EdgeMeters.Wire;

namespace EdgeMeters.Gateway.Tests.Core;

public sealed class IntervalJudgeTests
{
    private const uint Noon = 1_767_268_800;

    private static readonly ChannelLayout Plain = new() { MeterSerial = "22001234", Register = "1-0:1.8.0", Unit = Unit.Wh };

    private static readonly ChannelLayout Dial = new()
    {
        MeterSerial = "22001234", Register = "1-0:1.8.0", Unit = Unit.Wh, Numerator = 1000, Denominator = 800, Modulus = 100_000, RateMaxPerHour = 1_000,
    };

    [Fact]
    public void The_first_reading_states_a_register_and_no_consumption()
    {
        var interval = IntervalJudge.Judge(null, Reading(1, Noon, 500));
        Assert.Equal((0L, 500L, null, IntervalQuality.First), (interval.Seconds, interval.Register, interval.Consumption, interval.Quality));
    }

    [Fact]
    public void An_ordinary_interval_is_the_difference_of_its_two_registers()
    {
        var interval = Judge(Reading(1, Noon, 500), Reading(2, Noon + 900, 523))[1];
        Assert.Equal((900L, 523L, 23L, IntervalQuality.Valid), (interval.Seconds, interval.Register, interval.Consumption, interval.Quality));
    }

    [Fact]
    public void The_interval_after_missing_readings_carries_all_of_the_consumption_and_says_that_it_is_long()
    {
        var intervals = Judge(
            Reading(1, Noon, 500), Missing(2, Noon + 900), Missing(3, Noon + 1800), Reading(4, Noon + 2700, 590), Reading(5, Noon + 3600, 600));
        Assert.All(intervals[1..3], i => Assert.Equal((null, null, IntervalQuality.Missing), (i.Register, i.Consumption, i.Quality)));
        Assert.Equal((2700L, 90L, IntervalQuality.Gap), (intervals[3].Seconds, intervals[3].Consumption, intervals[3].Quality));
        Assert.Equal((900L, 10L, IntervalQuality.Valid), (intervals[4].Seconds, intervals[4].Consumption, intervals[4].Quality));
    }

    [Fact]
    public void Missing_readings_at_the_very_begin_leave_the_first_register_the_first()
    {
        var intervals = Judge(Missing(1, Noon), Reading(2, Noon + 900, 10));
        Assert.Equal([IntervalQuality.Missing, IntervalQuality.First], intervals.Select(i => i.Quality));
    }

    [Theory]
    [InlineData(900, 900, false)]
    [InlineData(900, 901, true)]
    [InlineData(0, 86_400, false)]
    [InlineData(0, 86_401, true)]
    public void A_gap_is_what_is_longer_than_the_period_and_no_period_is_longer_than_a_day(int periodSeconds, int seconds, bool isGap)
    {
        var first = Reading(1, Noon, 5) with { PeriodSeconds = periodSeconds };
        var second = Reading(2, (uint)(Noon + seconds), 6) with { PeriodSeconds = 0 };
        Assert.Equal(isGap ? IntervalQuality.Gap : IntervalQuality.Valid, Judge(first, second)[1].Quality);
    }

    [Fact]
    public void A_day_that_knows_too_long_a_period_does_not_hide_a_gap()
    {
        // After 10 hours without power, the only two readings of a day lie 10 hours apart.
        var second = Reading(2, Noon + 36_000, 6) with { PeriodSeconds = 36_000 };
        Assert.Equal(IntervalQuality.Gap, Judge(Reading(1, Noon, 5), second)[1].Quality);
    }

    [Fact]
    public void A_doubt_of_the_node_and_of_its_clock_are_handed_on()
    {
        var doubt = Judge(Reading(1, Noon, 5), Reading(2, Noon + 900, 6) with { Quality = Quality.Suspect });
        Assert.Equal((1L, IntervalQuality.Suspect), (doubt[1].Consumption, doubt[1].Quality));
        foreach (var clock in new[] { ClockQuality.Holdover, ClockQuality.Unset })
        {
            var intervals = Judge(Reading(1, Noon, 5), Reading(2, Noon + 900, 6) with { Clock = clock }, Missing(3, Noon + 1800) with { Clock = clock });
            Assert.Equal(IntervalQuality.ClockDoubt, intervals[1].Quality);
            Assert.Equal(IntervalQuality.ClockDoubt | IntervalQuality.Missing, intervals[2].Quality);
        }
    }

    [Fact]
    public void A_register_that_passes_its_modulus_counts_through()
    {
        var intervals = Judge(Reading(1, Noon, 99_950, Dial), Reading(2, Noon + 900, 30, Dial), Reading(3, Noon + 1800, 70, Dial));
        Assert.Equal((100L, IntervalQuality.Rollover), (intervals[1].Consumption, intervals[1].Quality));
        Assert.Equal((50L, IntervalQuality.Valid), (intervals[2].Consumption, intervals[2].Quality));
    }

    [Theory]
    [InlineData(99_900, 152, IntervalQuality.Rollover)]
    [InlineData(99_900, 155, IntervalQuality.Decreased)]
    [InlineData(50_000, 10, IntervalQuality.Decreased)]
    public void Past_the_modulus_counts_only_what_the_rate_allows(long before, long after, IntervalQuality quality)
    {
        // A quarter of an hour at 1,000 an hour: 250 counts, a hundredth and two more.
        Assert.Equal(quality, Judge(Reading(1, Noon, before, Dial), Reading(2, Noon + 900, after, Dial))[1].Quality);
    }

    [Theory]
    [InlineData(99_500, 499, IntervalQuality.Rollover)]
    [InlineData(99_500, 501, IntervalQuality.Decreased)]
    public void Without_a_rate_a_hundredth_of_the_dial_is_plausible(long before, long after, IntervalQuality quality)
    {
        var dial = new ChannelLayout { MeterSerial = "A", Register = "8-0:1.0.0", Unit = Unit.Litre, Modulus = 100_000 };
        Assert.Equal(quality, Judge(Reading(1, Noon, before, dial), Reading(2, Noon + 900, after, dial))[1].Quality);
    }

    [Fact]
    public void A_register_that_fell_without_a_modulus_states_no_consumption_and_goes_on_from_there()
    {
        var intervals = Judge(Reading(1, Noon, 5_000), Reading(2, Noon + 900, 3), Reading(3, Noon + 1800, 10));
        Assert.Equal((3L, null, IntervalQuality.Decreased), (intervals[1].Register, intervals[1].Consumption, intervals[1].Quality));
        Assert.Equal((7L, IntervalQuality.Valid), (intervals[2].Consumption, intervals[2].Quality));
    }

    [Theory]
    [InlineData(900, 254, IntervalQuality.Valid)]
    [InlineData(900, 255, IntervalQuality.TooHigh)]
    [InlineData(3600, 1_012, IntervalQuality.Gap)]
    [InlineData(3600, 1_013, IntervalQuality.Gap | IntervalQuality.TooHigh)]
    public void More_than_the_rate_is_flagged_and_stated_as_it_is(int seconds, long growth, IntervalQuality quality)
    {
        var interval = Judge(Reading(1, Noon, 100, Dial), Reading(2, (uint)(Noon + seconds), 100 + growth, Dial))[1];
        Assert.Equal((IntervalJudge.Scale(100 + growth, Dial) - 125, quality), (interval.Consumption, interval.Quality));
    }

    [Fact]
    public void A_change_of_scale_begins_anew()
    {
        var tens = new ChannelLayout { MeterSerial = "22001234", Register = "1-0:1.8.0", Unit = Unit.Wh, Numerator = 10 };
        var intervals = Judge(Reading(1, Noon, 100), Reading(2, Noon + 900, 11, tens), Reading(3, Noon + 1800, 12, tens));
        Assert.Equal((110L, null, IntervalQuality.First), (intervals[1].Register, intervals[1].Consumption, intervals[1].Quality));
        Assert.Equal((120L, 10L, IntervalQuality.Valid), (intervals[2].Register, intervals[2].Consumption, intervals[2].Quality));
    }

    [Fact]
    public void A_rate_that_was_corrected_does_not_begin_anew()
    {
        var stricter = new ChannelLayout { MeterSerial = "22001234", Register = "1-0:1.8.0", Unit = Unit.Wh, RateMaxPerHour = 10 };
        var intervals = Judge(Reading(1, Noon, 100), Reading(2, Noon + 900, 111, stricter));
        Assert.Equal((11L, IntervalQuality.TooHigh), (intervals[1].Consumption, intervals[1].Quality));
    }

    [Fact]
    public void Labels_of_a_clock_that_was_set_back_count_no_energy_twice()
    {
        // 10:00 to 10:45 were labelled by a clock an hour fast; then the clock was set back and the labels come again.
        RegisterReading[] told =
        [
            Reading(1, Noon, 100), Reading(2, Noon + 900, 101), Reading(3, Noon + 1800, 102), Reading(4, Noon + 2700, 103),
            Reading(5, Noon, 104), Reading(6, Noon + 900, 105), Reading(7, Noon + 1800, 106), Reading(8, Noon + 2700, 107), Reading(9, Noon + 3600, 108),
        ];
        var intervals = Judge(told);
        Assert.Equal(108 - 100, intervals.Sum(i => i.Consumption ?? 0));
        Assert.Equal([5u], intervals.Where(i => i.Quality.HasFlag(IntervalQuality.ClockDoubt)).Select(i => i.Id.Sequence));
        Assert.All(intervals, i => Assert.False(i.Quality.HasFlag(IntervalQuality.Decreased)));
    }

    [Fact]
    public void Scaling_rounds_down_also_below_zero_and_never_overflows()
    {
        Assert.Equal([0, 1, 2, 3, 5], new long[] { 0, 1, 2, 3, 4 }.Select(raw => IntervalJudge.Scale(raw, Dial)));
        Assert.Equal([-2, -3, -4, -5], new long[] { -1, -2, -3, -4 }.Select(raw => IntervalJudge.Scale(raw, Dial)));
        var large = new ChannelLayout { Numerator = Limits.ScaleMax };
        Assert.Equal(long.MaxValue, IntervalJudge.Scale(long.MaxValue, large));
        Assert.Equal(long.MinValue, IntervalJudge.Scale(long.MinValue, large));
    }

    [Fact]
    public void At_800_pulses_a_kilowatt_hour_the_intervals_add_up_to_the_register_to_the_watt_hour()
    {
        var meter = new ChannelLayout { Unit = Unit.Wh, Numerator = 1000, Denominator = 800 };
        Gen.Select(Gen.Long[0, 1L << 40], Gen.Long[0, 50].Array[1, 200]).Sample((first, steps) =>
        {
            var readings = new List<RegisterReading> { Reading(1, Noon, first, meter) };
            foreach (long step in steps)
                readings.Add(Reading((uint)readings.Count + 1, Noon + 900 * (uint)readings.Count, readings[^1].Raw + step, meter));
            long sum = Judge([.. readings]).Sum(i => i.Consumption ?? 0);
            Assert.Equal(IntervalJudge.Scale(readings[^1].Raw, meter) - IntervalJudge.Scale(first, meter), sum);
        }, iter: 500);
    }

    [Fact]
    public void Whatever_is_missing_or_rolls_over_the_consumption_adds_up_to_what_the_dial_turned()
    {
        // A step and what becomes of the reading after it: one in four is missing.
        var step = Gen.Select(Gen.Long[0, 250], Gen.Int[0, 3], Gen.Int[1, 5]);
        Gen.Select(Gen.Long[0, 99_999], step.Array[1, 600]).Sample((first, steps) =>
        {
            long turned = first;
            long lastRead = first;
            uint end = Noon;
            var readings = new List<RegisterReading> { Reading(1, end, first, Dial) };
            foreach (var (growth, fate, periods) in steps)
            {
                turned += growth * periods;
                end += 900 * (uint)periods;
                uint sequence = (uint)readings.Count + 1;
                readings.Add(fate == 0 ? Missing(sequence, end, Dial) : Reading(sequence, end, turned % Dial.Modulus, Dial));
                if (fate != 0)
                    lastRead = turned;
            }
            var intervals = Judge([.. readings]);
            Assert.All(intervals, i => Assert.False(i.Quality.HasFlag(IntervalQuality.Decreased)));
            Assert.Equal(IntervalJudge.Scale(lastRead, Dial) - IntervalJudge.Scale(first, Dial), intervals.Sum(i => i.Consumption ?? 0));
        }, iter: 500);
    }

    [Fact]
    public void However_clocks_jump_what_the_dial_turned_is_stated_once()
    {
        Gen.Select(Gen.Long[0, 250], Gen.Int[-6, 3]).Array[2, 60].Sample(steps =>
        {
            long raw = 1_000;
            long end = Noon;
            var readings = new List<RegisterReading> { Reading(1, Noon, raw) };
            foreach (var (growth, jump) in steps)
            {
                raw += growth;
                end += jump <= 0 && jump > -6 ? 900 : jump * 900L;
                readings.Add(Reading((uint)readings.Count + 1, (uint)end, raw));
            }
            var intervals = Judge([.. readings]);
            Assert.All(intervals, i => Assert.True(i.Consumption is null or >= 0));
            Assert.Equal(raw - 1_000, intervals.Sum(i => i.Consumption ?? 0));
        }, iter: 500);
    }

    /// <summary>The timelines of pulses that end in base units; the node's tests play the others.</summary>
    [Fact]
    public void Timelines_of_pulses_end_in_the_base_units_that_they_state()
    {
        var wrap = Timeline("pulse_counter16_wrap");
        long[] reads = [.. wrap.GetProperty("params").GetProperty("reads").EnumerateArray().Select(read => read.GetInt64())];
        var pulses = new ChannelLayout { Unit = Unit.Litre, Modulus = 1L << wrap.GetProperty("params").GetProperty("counter_bits").GetInt32() };
        var litres = new ChannelLayout { Unit = Unit.Litre, Modulus = pulses.Modulus, Numerator = wrap.GetProperty("params").GetProperty("K").GetInt64() };
        Assert.Equal(Expected(wrap, "delta_pulses"), Consumption(pulses, reads));
        Assert.Equal(Expected(wrap, "delta"), Consumption(litres, reads));

        var train = Timeline("pulse_k_factor_kwh");
        long pulsesPerKilowattHour = train.GetProperty("params").GetProperty("pulses_per_kWh").GetInt64();
        var meter = new ChannelLayout { Unit = Unit.Wh, Numerator = 1000, Denominator = pulsesPerKilowattHour };
        for (long start = 12_345; start < 12_355; start++)
            Assert.Equal(1000 * Expected(train, "kWh"), Consumption(meter, [start, start + (long)Expected(train, "count")]));

        static double Expected(JsonElement one, string name) => one.GetProperty("expected").GetProperty(name).GetDouble();

        static double Consumption(ChannelLayout scale, long[] raw) =>
            (double)Judge(Reading(1, Noon, raw[0], scale), Reading(2, Noon + 900, raw[1], scale))[1].Consumption!;
    }

    private static JsonElement Timeline(string name)
    {
        using var document = JsonDocument.Parse(
            File.ReadAllText(Repository.PathOf("tests", "EdgeMeters.Firmware.Tests", "Pulse", "pulse-timelines.json")));
        return document.RootElement.EnumerateArray().Single(one => one.GetProperty("name").GetString() == name).Clone();
    }

    /// <summary>Judges readings in the order of their sequences, each from the latest before it that has a register.</summary>
    private static IntervalReading[] Judge(params RegisterReading[] readings)
    {
        RegisterReading? previous = null;
        var intervals = new List<IntervalReading>();
        foreach (var reading in readings.OrderBy(r => r.Id.Sequence))
        {
            intervals.Add(IntervalJudge.Judge(previous, reading));
            previous = reading.Quality == Quality.Missing ? previous : reading;
        }
        return [.. intervals];
    }

    private static RegisterReading Reading(uint sequence, uint end, long raw, ChannelLayout? scale = null) =>
        new(new ReadingId("node-1", 7, sequence, 0), end, raw, Quality.Measured, ClockQuality.Synchronised, 900, scale ?? Plain);

    private static RegisterReading Missing(uint sequence, uint end, ChannelLayout? scale = null) =>
        Reading(sequence, end, 0, scale) with { Quality = Quality.Missing };
}
