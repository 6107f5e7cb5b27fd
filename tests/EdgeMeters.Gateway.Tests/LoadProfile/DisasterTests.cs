using EdgeMeters.Gateway.Core;
using EdgeMeters.Gateway.Core.LoadProfile;
using EdgeMeters.Gateway.Core.Registry;
using EdgeMeters.Gateway.Core.Validation;
using EdgeMeters.Wire;

namespace EdgeMeters.Gateway.Tests.LoadProfile;

/// <summary>What other systems put on bills, replayed: rollovers taken for resets, a zero taken for a reading, an exchange taken for consumption.</summary>
public sealed class DisasterTests
{
    private static readonly ValidationRules Home = ValidationRules.Of(Carrier.Power, PointClass.Household);
    private static readonly ValidationRules Flat = ValidationRules.Of(Carrier.Water, PointClass.Household);

    // ioBroker.sourceanalytix, issue 594: a counter of 23 bits in tenths of a cubic metre.
    [Fact]
    public void A_water_meter_of_23_bits_that_begins_again_at_838860_8_goes_on_without_a_jump()
    {
        var course = Of(Unit.Litre, Flat, modulus: 1 << 23, numerator: 100).Read(0, 8_388_605, 8_388_607, 0, 2);
        AssertMeasured(course.Profile(3), 200, 100, 200);
    }

    [Fact]
    public void A_meter_of_eight_digits_that_counts_one_beyond_99999999_has_consumed_one()
    {
        AssertMeasured(Of(Unit.Wh, Home, modulus: 100_000_000).Read(0, 99_999_998, 99_999_999, 0, 5).Profile(3), 1, 1, 5);
    }

    [Fact]
    public void A_total_of_32_bits_of_watt_hours_passes_its_end()
    {
        AssertMeasured(Of(Unit.Wh, Home, modulus: 1L << 32).Read(0, (1L << 32) - 300, (1L << 32) - 1, 299).Profile(2), 299, 300);
    }

    // dsmr-reader, issues 242 and 1632; Slider0007, issue 349: the next reading's whole register became consumption.
    [Fact]
    public void A_zero_between_two_true_readings_is_passed_over_and_the_difference_around_it_is_whole()
    {
        var profile = Of(Unit.Wh, Home).Read(0, 5_000_000, 5_000_100, 0, 5_000_300, 5_000_400).Profile(4);
        Assert.Equal([100, 100, 100, 100], profile.Select(i => i.Consumption));
        Assert.Equal([Findings.None, Findings.Momentary, Findings.Momentary, Findings.None], profile.Select(i => i.Findings));
        Assert.Equal([ProfileSource.Measured, ProfileSource.Interpolated, ProfileSource.Interpolated, ProfileSource.Measured], profile.Select(i => i.Source));
    }

    [Fact]
    public void A_level_far_above_that_lasts_a_moment_is_passed_over_too()
    {
        var profile = Of(Unit.Wh, Home).Read(0, 5_000_000, 65_535_000, 5_000_200, 5_000_300).Profile(3);
        Assert.Equal([100, 100, 100], profile.Select(i => i.Consumption));
    }

    [Fact]
    public void An_exchange_that_nobody_told_states_no_consumption_and_says_so_whether_the_new_meter_shows_less_or_more()
    {
        var less = Of(Unit.Wh, Home).Read(0, 5_000_000, 5_000_100, 2_500_000, 2_500_100).Profile(3);
        Assert.Equal([(100, Findings.None), (null, Findings.Exchange), (100, Findings.None)], less.Select(i => (i.Consumption, i.Findings)));
        var more = Of(Unit.Wh, Home).Read(0, 5_000_000, 5_000_100, 12_500_000, 12_500_100).Profile(3);
        Assert.Equal([(100, Findings.None), (null, Findings.TooHigh), (100, Findings.None)], more.Select(i => (i.Consumption, i.Findings)));
        var begun = Of(Unit.Wh, Home).Read(0, 5_000_000, 5_000_100, 60, 160).Profile(3);
        Assert.Equal([(100, Findings.None), (null, Findings.Reset), (100, Findings.None)], begun.Select(i => (i.Consumption, i.Findings)));
    }

    // evcc, issue 30592: 53.7 MWh in a quarter of an hour on a site of 5 kW.
    [Fact]
    public void A_slot_of_53_7_MWh_is_on_no_bill()
    {
        var profile = Of(Unit.Wh, Home).Read(0, 120_000, 121_000, 53_821_000, 53_822_000).Profile(3);
        Assert.Equal([(1000, Findings.None), (null, Findings.TooHigh), (1000, Findings.None)], profile.Select(i => (i.Consumption, i.Findings)));
    }

    // What a profile with another factor, or a new firmware of the meter, makes of a register.
    [Theory]
    [InlineData(10)]
    [InlineData(100)]
    public void A_register_that_shows_ten_or_a_hundred_times_as_much_or_as_little_is_told_as_that(int factor)
    {
        var up = Of(Unit.Wh, Home).Read(0, 1_234_000, 1_234_500, 1_235_000L * factor, 1_235_500L * factor).Profile(2);
        Assert.Equal((null, Findings.ScaleJump), (up[1].Consumption, up[1].Findings));
        var down = Of(Unit.Wh, Home).Read(0, 12_340_000, 12_340_500, 12_341_000 / factor, 12_341_500 / factor).Profile(2);
        Assert.Equal((null, Findings.ScaleJump), (down[1].Consumption, down[1].Findings));
    }

    [Fact]
    public void A_registered_exchange_in_the_middle_of_a_quarter_has_the_consumption_of_both_meters_in_it()
    {
        var old = Of(Unit.Wh, Home).Read(0, 5_000_000, 5_000_100);
        uint at = Course.At(1) + 400;
        old.Services[0] = Course.ServiceOf("old") with { ThroughUtcSeconds = at, EndRegister = 5_000_140 };
        var young = Of(Unit.Wh, Home).Read(2, 70, 170);
        young.Services[0] = Course.ServiceOf("new") with { AfterUtcSeconds = at, StartRegister = 35 };
        AssertMeasured(Together(old, young, 3), 100, 40 + 35, 100);
        old.Services[0] = old.Services[0] with { EndRegister = null };
        var unknown = Together(old, young, 3);
        Assert.Equal([(100, Findings.None), (null, Findings.RegisterUnknown), (100, Findings.None)], unknown.Select(i => (i.Consumption, i.Findings)));
    }

    [Fact]
    public void A_multiplier_counts_once_and_loses_no_part_from_one_interval_to_the_next()
    {
        var course = Of(Unit.Wh, ValidationRules.Of(Carrier.Power, PointClass.Firm)).Read(0, 0, 1, 2, 3, 4);
        course.Services[0] = course.Services[0] with { MultiplierMillionths = Service.One * 3 / 2 };
        AssertMeasured(course.Profile(4), 1, 2, 1, 2);
    }

    [Fact]
    public void What_flowed_back_and_what_stood_still_and_what_leapt_is_told()
    {
        var back = Of(Unit.Wh, Home).Read(0, 5_000_000, 4_999_990, 4_999_980).Profile(2);
        Assert.All(back, i => Assert.Equal((null, Findings.Reverse), (i.Consumption, i.Findings)));
        var firm = ValidationRules.Of(Carrier.Power, PointClass.Firm) with { FrozenSeconds = 3600 };
        var still = Of(Unit.Wh, firm).Read(0, 10, 20, 20, 20, 20, 20, 30).Profile(6);
        Assert.Equal([Findings.None, Findings.Frozen, Findings.Frozen, Findings.Frozen, Findings.Frozen, Findings.None], still.Select(i => i.Findings));
        Assert.All(still, i => Assert.NotNull(i.Consumption));
        var leap = Of(Unit.Wh, Home).Read(0, 0, 10, 20, 30, 40, 50, 60, 70, 80, 5_080).Profile(9);
        Assert.Equal((5_000, Findings.Spike), (leap[8].Consumption, leap[8].Findings));
    }

    [Fact]
    public void A_check_that_is_switched_off_finds_nothing()
    {
        var off = Home with { Off = Findings.Momentary | Findings.TooHigh | Findings.Spike };
        var profile = Of(Unit.Wh, off).Read(0, 100, 0, 5_000_000).Profile(2);
        Assert.Equal((5_000_000, Findings.None), (profile[1].Consumption, profile[1].Findings));
    }

    [Fact]
    public void A_gap_in_which_the_register_may_have_gone_round_twice_states_no_consumption()
    {
        var profile = Of(Unit.Wh, Home, modulus: 100_000).Read(0, 90_000).Read(20, 5_000).Profile(20);
        Assert.All(profile, i => Assert.Equal((null, Findings.None), (i.Consumption, i.Findings & ~(Findings.TurnUnknown | Findings.Reset | Findings.Exchange))));
        Assert.All(profile, i => Assert.NotEqual(Findings.None, i.Findings));
    }

    private static Course Of(Unit unit, ValidationRules rules, long modulus = 0, int numerator = 1) => new(
        new ChannelLayout { MeterSerial = "22001234", Register = "1-0:1.8.0", Unit = unit, Modulus = modulus, Numerator = numerator }, rules);

    private static IReadOnlyList<ProfileInterval> Together(Course first, Course second, int quarters) => Course.Together(quarters, Home, first, second);

    private static void AssertMeasured(IReadOnlyList<ProfileInterval> profile, params long[] consumptions)
    {
        Assert.Equal(consumptions.Select(c => (long?)c), profile.Select(i => i.Consumption));
        Assert.All(profile, i => Assert.Equal((900, Findings.None, ProfileSource.Measured), (i.Seconds, i.Findings, i.Source)));
    }
}
