using CsCheck;
using EdgeMeters.Gateway.Core;
using EdgeMeters.Gateway.Core.Estimation;
using EdgeMeters.Gateway.Core.LoadProfile;
using EdgeMeters.Gateway.Core.Validation;
using EdgeMeters.Wire;

namespace EdgeMeters.Gateway.Tests.LoadProfile;

public sealed class GapEstimatorTests
{
    private const int Week = 7 * 86_400;

    private static readonly ChannelLayout Power = new() { MeterSerial = "22001234", Register = "1-0:1.8.0", Unit = Unit.Wh };

    [Fact]
    public void An_hour_without_readings_is_a_straight_line_between_the_registers_around_it()
    {
        var profile = new Course(Power, new ValidationRules()).Read(0, 100).Read(4, 202).Profile(4, Shapes(_ => 50));
        Assert.Equal([25, 26, 25, 26], profile.Select(i => i.Consumption));
        Assert.All(profile, i => Assert.Equal((ProfileSource.Interpolated, IntervalQuality.Gap), (i.Source, i.Quality)));
    }

    [Fact]
    public void Longer_it_has_the_shape_of_the_same_weekday_of_three_weeks_and_the_total_of_the_registers()
    {
        // Each week the second of the quarters took as much as four others.
        var profile = new Course(Power, new ValidationRules()).Read(0, 1000).Read(8, 2100).Profile(8, Shapes(i => i == 2 ? 40 : 10));
        Assert.Equal([100, 400, 100, 100, 100, 100, 100, 100], profile.Select(i => i.Consumption));
        Assert.All(profile, i => Assert.Equal(ProfileSource.ByHistory, i.Source));
    }

    [Fact]
    public void Weeks_that_are_not_known_or_in_doubt_give_no_shape_and_one_that_is_is_enough()
    {
        var course = new Course(Power, new ValidationRules()).Read(0, 0).Read(8, 800);
        var doubted = Shapes(i => i * 10, Findings.Spike);
        Assert.All(course.Profile(8, doubted), i => Assert.Equal((100, ProfileSource.Interpolated), (i.Consumption, i.Source)));
        var once = new GapShapes((_, _) => Weekly(i => i, 1), (_, _) => []);
        Assert.Equal([22, 44, 67, 89, 111, 133, 156, 178], course.Profile(8, once).Select(i => i.Consumption));
    }

    [Fact]
    public void A_check_meter_that_ran_through_the_gap_gives_the_shape_before_any_history()
    {
        var check = Enumerable.Range(1, 8).Select(i => Measured(Course.At(i), i == 8 ? 1_000 : 0)).ToList();
        var shapes = Shapes(_ => 50) with { CheckMeter = (from, to) => [.. check.Where(c => c.EndUtcSeconds > from && c.EndUtcSeconds <= to)] };
        var course = new Course(Power, new ValidationRules()).Read(0, 0).Read(8, 990);
        var profile = course.Profile(8, shapes);
        Assert.Equal([0, 0, 0, 0, 0, 0, 0, 990], profile.Select(i => i.Consumption));
        Assert.All(profile, i => Assert.Equal(ProfileSource.ByCheckMeter, i.Source));
        check.RemoveAt(3);
        Assert.All(course.Profile(8, shapes), i => Assert.Equal(ProfileSource.ByHistory, i.Source));
    }

    [Fact]
    public void When_the_truth_arrives_it_takes_the_place_of_the_estimate()
    {
        var course = new Course(Power, new ValidationRules()).Read(0, 0).Read(2, 100);
        Assert.Equal([50, 50], course.Profile(2).Select(i => i.Consumption));
        course.Read(1, 99);
        Assert.Equal([(99L, ProfileSource.Measured), (1L, ProfileSource.Measured)], course.Profile(2).Select(i => (i.Consumption!.Value, i.Source)));
    }

    [Fact]
    public void Part_of_a_gap_that_is_asked_for_is_the_part_of_the_whole()
    {
        var course = new Course(Power, new ValidationRules()).Read(0, 0).Read(30, 1_234_567);
        var whole = course.Profile(30);
        Assert.Equal(1_234_567, whole.Sum(i => i.Consumption));
        Assert.Equal(whole.Skip(7).Take(9), course.Profile(16, from: 7));
    }

    [Fact]
    public void Shares_add_up_to_the_total_and_none_is_further_than_one_from_its_part()
    {
        Gen.Select(Gen.Long[0, 1_000_000_000_000], Gen.Long[0, 1_000_000].Array[1, 60]).Sample((total, weights) =>
        {
            Int128[] parts = [.. weights.Select(w => (Int128)w)];
            parts[0] += 1;
            long[] shares = GapEstimator.Divide(total, parts);
            Int128 all = parts.Aggregate((Int128)0, (sum, w) => sum + w);
            Assert.Equal(total, shares.Sum());
            for (int i = 0; i < shares.Length; i++)
                Assert.InRange((Int128)shares[i] * all - total * parts[i], -all, all);
        });
    }

    private static GapShapes Shapes(Func<int, long> consumptionOf, Findings findings = Findings.None) =>
        new((from, to) => [.. Weekly(consumptionOf, 3, findings).Where(i => i.EndUtcSeconds > from && i.EndUtcSeconds <= to)], (_, _) => []);

    // The first eight quarters of the day, so many weeks back.
    private static List<ProfileInterval> Weekly(Func<int, long> consumptionOf, int weeks, Findings findings = Findings.None) =>
    [
        .. from week in Enumerable.Range(1, weeks).Reverse()
           from i in Enumerable.Range(1, 8)
           select Measured((uint)(Course.At(i) - week * Week), consumptionOf(i)) with { Findings = findings },
    ];

    private static ProfileInterval Measured(uint end, long consumption) =>
        new(end, 900, consumption, IntervalQuality.Valid, Findings.None, ProfileSource.Measured);
}
