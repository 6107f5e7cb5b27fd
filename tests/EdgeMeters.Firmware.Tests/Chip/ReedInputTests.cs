extern alias chip;

using chip::EdgeMeters.NanoSimulation;
using chip::EdgeMeters.NanoSimulation.Pins;
using chip::EdgeMeters.Node.Pulse;
using chip::System.Device.Gpio;
using EdgeMeters.Firmware.Tests.Support;
using EdgeMeters.Metering.Pulse;
using EdgeMeters.Wire;

namespace EdgeMeters.Firmware.Tests.Chip;

public sealed class ReedInputTests(ITestOutputHelper output)
{
    private const int Pin = 4;
    private const int ClosedUs = 200_000;

    [Fact]
    public void Closures_of_a_bouncing_reed_count_once_and_glitches_do_not()
    {
        Random random = new(Seed.Take(output));
        using SimulatedChip chip = new();
        ReedInput reed = Reed(chip);
        long us = chip.NowUs + 100_000;
        for (int i = 0; i < 500; i++)
        {
            us = Bounce(chip, us, false, random);
            if (i % 5 == 0)
                Glitch(chip, us + 90_000, true);
            us = Bounce(chip, us + ClosedUs, true, random);
            if (i % 7 == 0)
                Glitch(chip, us + 300_000, false);
            us += 500_000 + random.Next(500_000);
            while (chip.NowUs < us - 100_000)
            {
                chip.RunMs(50);
                reed.ReadTotal();
            }
        }
        chip.RunMs(1000);
        Assert.Equal((500, 0), (reed.ReadTotal(), reed.Healed));
    }

    [Fact]
    public void A_reed_that_is_found_closed_is_no_pulse()
    {
        using SimulatedChip chip = new();
        chip.Pin(Pin).Drive(false);
        ReedInput reed = Reed(chip);
        chip.RunMs(2000);
        Assert.Equal(0, reed.ReadTotal());
        chip.Pin(Pin).Drive(true);
        chip.RunMs(500);
        chip.Pin(Pin).Drive(false);
        chip.RunMs(500);
        Assert.Equal(1, reed.ReadTotal());
    }

    /// <summary>The driver reads the level and only then takes edges again; one that falls between leaves a level that nobody is told of.</summary>
    [Fact]
    public void An_edge_that_the_driver_swallows_heals_as_long_as_the_level_stands()
    {
        using SimulatedChip chip = new();
        ReedInput reed = Reed(chip);
        chip.RunMs(100);
        // Opened for a moment when the debounce ends, closed again right after the reading: the driver has told nothing.
        long endUs = chip.NowUs + 30_000;
        chip.Pin(Pin).DriveAt(chip.NowUs, false);
        chip.Pin(Pin).DriveAt(endUs - 1000, true);
        chip.Pin(Pin).DriveAt(endUs + ChipPin.DebounceRaceUs - 1, false);
        Look(chip, reed, 400);
        Assert.Equal((0, 0), (reed.ReadTotal(), reed.Healed));
        Look(chip, reed, 600);
        Assert.Equal((1, 1), (reed.ReadTotal(), reed.Healed));
        chip.Pin(Pin).Drive(true);
        Look(chip, reed, 1000);
        chip.Pin(Pin).Drive(false);
        Look(chip, reed, 1000);
        Assert.Equal(2, reed.ReadTotal());
    }

    [Theory]
    [InlineData(7, false)]
    [InlineData(30, true)]
    public void A_stall_in_which_edges_may_have_been_lost_raises_doubt(int pulses, bool isDoubt)
    {
        using SimulatedChip chip = new();
        EdgeLoad load = new();
        GpioController gpio = new();
        ReedInput[] reeds = [.. Enumerable.Range(0, 4).Select(i => new ReedInput(gpio, Pin + i, 20_000, load))];
        chip.StallAt(0, 8_000_000);
        for (int i = 0; i < 4; i++)
        {
            for (int n = 0; n < pulses; n++)
            {
                chip.Pin(Pin + i).DriveAt(1000 + n * 8_000_000L / pulses + i * 700, false);
                chip.Pin(Pin + i).DriveAt(1000 + n * 8_000_000L / pulses + 100_000 + i * 700, true);
            }
        }
        Look(chip, reeds[0], 9000);
        long counted = reeds.Sum(reed => reed.ReadTotal());
        output.WriteLine($"{counted} of {4 * pulses}, {chip.EventsDropped} events dropped, {load.Doubts} doubts");
        Assert.Equal(isDoubt, load.Doubts > 0);
        Assert.Equal(isDoubt, counted < 4 * pulses);
    }

    [Fact]
    public void A_closure_within_the_worst_flash_erase_may_be_missed_and_one_that_outlasts_it_is_not()
    {
        using SimulatedChip chip = new();
        ReedInput reed = Reed(chip);
        chip.RunMs(100);
        chip.Pin(Pin).DriveAt(chip.NowUs + 10_000, false);
        chip.Pin(Pin).DriveAt(chip.NowUs + 460_000, true);
        chip.SpendOnFlash(400_000);
        Look(chip, reed, 1500);
        Assert.Equal(1, reed.ReadTotal());
    }

    [Fact]
    public void A_reed_that_stays_closed_for_a_week_after_it_has_moved_is_told_once_and_when_it_moves_again()
    {
        using SimulatedChip chip = new();
        ReedInput reed = Reed(chip);
        List<long> told = [];
        for (int i = 0; i < StuckContact.ClosuresMin; i++)
        {
            chip.Pin(Pin).Drive(false);
            Hours(1);
            chip.Pin(Pin).Drive(true);
            Hours(1);
        }
        chip.Pin(Pin).Drive(false);
        Hours(7 * 24);
        Assert.Empty(told);
        Hours(8 * 24);
        Assert.Equal([1L], told);
        chip.Pin(Pin).Drive(true);
        Hours(1);
        Assert.Equal([1L, 0], told);
        Assert.Equal(StuckContact.ClosuresMin + 1, reed.ReadTotal());

        void Hours(int hours)
        {
            for (int i = 0; i < hours; i++)
            {
                chip.RunMs(1000);
                reed.ReadTotal();
                while (reed.TryTakeEvent(out EventCode code, out long a))
                {
                    Assert.Equal(EventCode.ContactStuck, code);
                    told.Add(a);
                }
                chip.RunMs(3_599_000);
            }
        }
    }

    [Fact]
    public void A_register_over_it_goes_on_without_a_jump()
    {
        using SimulatedChip chip = new();
        ReedInput reed = Reed(chip);
        PulseAccumulator register = new(reed, 77, 1, chip.NowUs / 1000);
        for (int i = 0; i < 20; i++)
        {
            chip.Pin(Pin).Drive(false);
            Look(chip, reed, 300);
            chip.Pin(Pin).Drive(true);
            Look(chip, reed, 1200);
            register.Advance(chip.NowUs / 1000);
        }
        Assert.Equal((97, false), (register.Register, register.WasCleared));
    }

    private static ReedInput Reed(SimulatedChip chip)
    {
        Assert.Equal(0, chip.NowUs);
        return new ReedInput(new GpioController(), Pin, 20_000, new EdgeLoad());
    }

    // As the acquisition loop does, every 50 ms.
    private static void Look(SimulatedChip chip, ReedInput reed, int ms)
    {
        for (long endUs = chip.NowUs + ms * 1000L; chip.NowUs < endUs;)
        {
            chip.RunMs(50);
            reed.ReadTotal();
        }
    }

    private static long Bounce(SimulatedChip chip, long us, bool level, Random random)
    {
        for (int i = random.Next(4); i > 0; i--)
        {
            chip.Pin(Pin).DriveAt(us, level);
            us += 100 + random.Next(1000);
            chip.Pin(Pin).DriveAt(us, !level);
            us += 100 + random.Next(500);
        }
        chip.Pin(Pin).DriveAt(us, level);
        return us;
    }

    private static void Glitch(SimulatedChip chip, long us, bool level)
    {
        chip.Pin(Pin).DriveAt(us, level);
        chip.Pin(Pin).DriveAt(us + 800, !level);
    }
}
