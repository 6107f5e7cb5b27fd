extern alias chip;

using chip::EdgeMeters.NanoSimulation;
using chip::EdgeMeters.Node.Pulse;
using chip::System.Device.Gpio;
using EdgeMeters.Firmware.Tests.Support;
using EdgeMeters.Metering.Ports;
using EdgeMeters.Metering.Pulse;

namespace EdgeMeters.Firmware.Tests.Chip;

public sealed class HardwareCounterTests(ITestOutputHelper output)
{
    private const int Pin = 34;

    /// <summary>Nine wraps of the hardware count, and at each the readings at a wrong moment: none may count a pulse that was not.</summary>
    [Fact]
    public void Three_hundred_thousand_pulses_with_races_both_ways_are_counted_exactly()
    {
        Random random = new(Seed.Take(output));
        using SimulatedChip chip = new();
        SeenCounter counter = new(new HardwareCounter(Pin), chip.CountersByPin[Pin]);
        GpioPulseCounter hardware = chip.CountersByPin[Pin];
        PulseAccumulator register = new(counter, 1000, 17, 0);
        long last = 1000;
        while (hardware.Counted < 300_000)
        {
            int toWrap = GpioPulseCounter.WrapAt - (int)(hardware.Counted % GpioPulseCounter.WrapAt);
            if (toWrap == 1)
                Wrap((int)(hardware.Counted / GpioPulseCounter.WrapAt) % 3);
            else
                Pulse(chip, Math.Min(toWrap - 1, random.Next(1, 40)));
            Read();
        }
        chip.RunMs(60_000);
        Read();
        output.WriteLine($"{hardware.Counted} pulses, {counter.High} readings too high, {counter.Low} too low");
        Assert.Equal(1000 + hardware.Counted, register.Register);
        Assert.True(counter.High >= 3 && counter.Low >= 6, $"{counter.High} readings too high, {counter.Low} too low: the races were not met");

        void Read()
        {
            register.Advance(chip.NowUs / 1000);
            Assert.InRange(register.Register, last, 1000 + hardware.Counted);
            Assert.Equal((false, 0L), (register.WasCleared, register.Pending));
            last = register.Register;
        }

        // The pulse that wraps: between the halves of a reading; with its interrupt held off as long as flash takes at worst; or both.
        void Wrap(int kind)
        {
            hardware.InterruptDelayUs = kind == 0 ? 0 : 400_000;
            if (kind == 1)
                Pulse(chip, 1);
            else
                hardware.BetweenReads = () => PulseOnce(chip, hardware);
            Read();
        }
    }

    /// <summary>What came while the interrupt waited is judged by the time in which it came, not by that of the last look.</summary>
    [Fact]
    public void A_contact_at_its_fastest_is_believed_through_an_interrupt_that_waits()
    {
        using SimulatedChip chip = new();
        HardwareCounter counter = new(Pin);
        GpioPulseCounter hardware = chip.CountersByPin[Pin];
        PulseAccumulator register = new(counter, 0, PulseAccumulator.PulsesPerSecondMax, 0);
        hardware.InterruptDelayUs = 400_000;
        bool wasBehind = false;
        while (hardware.Counted < GpioPulseCounter.WrapAt + 100)
        {
            Pulse(chip, 1);
            register.Advance(chip.NowUs / 1000);
            wasBehind |= register.Register < hardware.Counted;
            Assert.Equal((false, 0L), (register.WasCleared, register.Pending));
        }
        Assert.True(wasBehind);
        Assert.Equal(hardware.Counted, register.Register);
    }

    /// <summary>A reading of the adapter itself meets the wrap between its halves.</summary>
    [Fact]
    public void A_reading_that_is_too_high_is_not_believed()
    {
        using SimulatedChip chip = new();
        SeenCounter counter = new(new HardwareCounter(Pin), chip.CountersByPin[Pin]);
        GpioPulseCounter hardware = chip.CountersByPin[Pin];
        PulseAccumulator register = new(counter, 0, 17, 0);
        Pulse(chip, GpioPulseCounter.WrapAt - 1);
        register.Advance(chip.NowUs / 1000);
        Assert.Equal(GpioPulseCounter.WrapAt - 1, register.Register);
        hardware.BetweenReads = () => PulseOnce(chip, hardware);
        register.Advance(chip.NowUs / 1000 + 1);
        Assert.Equal((GpioPulseCounter.WrapAt, 1), (register.Register, counter.High));
    }

    [Fact]
    public void The_chip_counts_while_nothing_managed_runs()
    {
        using SimulatedChip chip = new();
        HardwareCounter counter = new(Pin);
        chip.StallAt(0, 8_000_000);
        for (int i = 0; i < 130; i++)
        {
            chip.Pin(Pin).DriveAt(i * 60_000, false);
            chip.Pin(Pin).DriveAt(i * 60_000 + 30_000, true);
        }
        chip.RunMs(1);
        Assert.Equal((8_000_000, 130), (chip.NowUs, counter.ReadTotal()));
    }

    [Fact]
    public void The_filter_is_one_that_the_driver_takes_and_only_closures_count()
    {
        using SimulatedChip chip = new();
        HardwareCounter counter = new(Pin);
        GpioPulseCounter hardware = chip.CountersByPin[Pin];
        Assert.Equal((1023, GpioPulsePolarity.Falling, true), (hardware.FilterPulses, hardware.Polarity, hardware.IsStarted));
        chip.Pin(Pin).Drive(false);
        Assert.Equal(1, counter.ReadTotal());
        chip.Pin(Pin).Drive(true);
        Assert.Equal(1, counter.ReadTotal());
    }

    [Fact]
    public void A_pin_in_use_is_named()
    {
        using SimulatedChip chip = new();
        _ = new HardwareCounter(Pin);
        Assert.Contains("pin 34", Assert.Throws<DeviceException>(() => new HardwareCounter(Pin)).Message);
    }

    private static void Pulse(SimulatedChip chip, int pulses)
    {
        for (int i = 0; i < pulses; i++)
        {
            chip.Pin(Pin).Drive(false);
            chip.Pin(Pin).Drive(true);
            chip.Run(60_000);
        }
    }

    private static void PulseOnce(SimulatedChip chip, GpioPulseCounter hardware)
    {
        hardware.BetweenReads = null;
        chip.Pin(Pin).Drive(false);
        chip.Pin(Pin).Drive(true);
        chip.Spend(1);
    }

    /// <summary>Counts the readings that were wrong.</summary>
    private sealed class SeenCounter(HardwareCounter counter, GpioPulseCounter hardware) : IPulseCounter
    {
        public int High { get; private set; }

        public int Low { get; private set; }

        public long ReadTotal()
        {
            long total = counter.ReadTotal();
            High += total > hardware.Counted ? 1 : 0;
            Low += total < hardware.Counted ? 1 : 0;
            return total;
        }
    }
}
