using System.Numerics;
using System.Text.RegularExpressions;
using EdgeMeters.Firmware.Tests.Support;
using EdgeMeters.Metering.Panel;

namespace EdgeMeters.Firmware.Tests.Panel;

/// <summary>What a technician can read off one LED.</summary>
public sealed partial class StatusLedTests
{
    private const int LongSteps = 6;

    private static readonly LedPattern[] Patterns = Enum.GetValues<LedPattern>();

    [Fact]
    public void Any_two_patterns_differ_in_what_can_be_counted()
    {
        // Short flashes, long flashes, and whether the LED is mostly on: no stopwatch, and no start of the cycle to catch.
        (int, int, bool)[] seen = Patterns.Select(Seen).ToArray();
        Assert.Equal(seen.Length, seen.Distinct().Count());
    }

    [Fact]
    public void Every_pattern_lights_and_darkens_long_enough_to_be_seen_and_counted()
    {
        foreach (LedPattern pattern in Patterns)
        {
            int steps = StatusLed.StepsOf(pattern);
            Assert.Equal(0, steps >> StatusLed.StepsPerCycle);
            int[] lit = Runs(steps, true);
            int[] dark = Runs(steps, false);
            Assert.NotEmpty(lit);
            Assert.NotEmpty(dark);
            if (pattern == LedPattern.Identify)
                continue;
            Assert.True(lit.Min() >= 2 && dark.Min() >= 2, $"{pattern}: 200 ms at least");
            Assert.True(lit.All(run => run is < LongSteps - 1 or >= 10), $"{pattern}: short flashes are clearly short, long ones a second");
            // The pause that ends a count is longer than those within it.
            if (lit.Length > 1 && pattern != LedPattern.Update)
                Assert.True(dark.Max() > dark.Where(run => run != dark.Max()).DefaultIfEmpty(0).Max() + 1, $"{pattern}: where the count begins");
        }
    }

    [Fact]
    public void The_page_for_technicians_has_exactly_these_patterns_in_this_order()
    {
        string[] rows = LedRow().Matches(File.ReadAllText(Repository.PathOf("firmware", "README.md"))).Select(match => match.Groups["pattern"].Value).ToArray();
        Assert.Equal(Patterns.Select(Drawn), rows);
    }

    [Fact]
    public void The_most_urgent_condition_is_shown_and_the_next_once_it_is_gone()
    {
        StatusLed led = new() { IsFaulty = true, HasFailedSelfTest = true, IsUpdating = true, IsFactory = true, HasSilentMeter = true, HasBacklog = true };
        var shown = new List<LedPattern>();
        led.Identify(10, 0);
        shown.Add(led.PatternAt(0));
        led.Identify(0, 0);
        foreach (Action cure in new Action[]
        {
            () => { }, () => led.IsFaulty = false, () => led.HasFailedSelfTest = false, () => led.IsUpdating = false, () => led.IsFactory = false,
            () => led.HasNetwork = true, () => led.HasGateway = true, () => led.HasSilentMeter = false, () => led.HasBacklog = false,
        })
        {
            cure();
            shown.Add(led.PatternAt(0));
        }
        Assert.Equal(Patterns, shown);
    }

    [Fact]
    public void Identify_ends_by_itself_and_a_later_one_replaces_an_earlier_one()
    {
        StatusLed led = new() { HasNetwork = true, HasGateway = true };
        led.Identify(60, 1000);
        Assert.Equal(LedPattern.Identify, led.PatternAt(60999));
        led.Identify(5, 20000);
        Assert.Equal(LedPattern.Identify, led.PatternAt(24999));
        Assert.Equal(LedPattern.Healthy, led.PatternAt(25000));
    }

    [Fact]
    public void The_light_follows_the_steps_of_its_pattern_for_years()
    {
        StatusLed led = new() { HasNetwork = true };
        foreach (long startMs in new[] { 0L, 3000L * 400_000_000 })
        {
            for (int step = 0; step < StatusLed.StepsPerCycle; step++)
            {
                bool expected = (StatusLed.StepsOf(LedPattern.NoGateway) >> step & 1) == 1;
                Assert.Equal(expected, led.IsOn(startMs + step * StatusLed.StepMs));
                Assert.Equal(expected, led.IsOn(startMs + step * StatusLed.StepMs + StatusLed.StepMs - 1));
            }
        }
    }

    private static (int Short, int Long, bool IsMostlyOn) Seen(LedPattern pattern)
    {
        int steps = StatusLed.StepsOf(pattern);
        int[] lit = Runs(steps, true);
        return (lit.Count(run => run < LongSteps), lit.Count(run => run >= LongSteps), BitOperations.PopCount((uint)steps) > StatusLed.StepsPerCycle * 2 / 3);
    }

    // Lengths of the lit or dark runs around the cycle.
    private static int[] Runs(int steps, bool lit)
    {
        bool[] on = Enumerable.Range(0, StatusLed.StepsPerCycle).Select(step => (steps >> step & 1) == 1).ToArray();
        int start = Enumerable.Range(0, on.Length).First(step => on[step] && !on[(step + on.Length - 1) % on.Length]);
        var runs = new List<int>();
        for (int i = 0; i < on.Length;)
        {
            bool level = on[(start + i) % on.Length];
            int length = 0;
            while (i < on.Length && on[(start + i) % on.Length] == level)
            {
                length++;
                i++;
            }
            if (level == lit)
                runs.Add(length);
        }
        return runs.ToArray();
    }

    private static string Drawn(LedPattern pattern)
    {
        int steps = StatusLed.StepsOf(pattern);
        return string.Concat(Enumerable.Range(0, StatusLed.StepsPerCycle).Select(step => (steps >> step & 1) == 1 ? '█' : '·'));
    }

    [GeneratedRegex(@"^\| `(?<pattern>[█·]{30})` \|", RegexOptions.Multiline)]
    private static partial Regex LedRow();
}
