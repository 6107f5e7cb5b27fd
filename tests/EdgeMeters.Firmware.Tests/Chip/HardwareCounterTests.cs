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

    /// <summary>Three wraps of the hardware count, with readings at every kind of wrong moment: none may count a pulse that was not.</summary>
    [Fact]
    public void A_hundred_thousand_pulses_with_races_both_ways_are_counted_exactly()
    {
        Random random = new(Seed.Take(output));
        using SimulatedChip chip = new();
        HardwareCounter counter = new(Pin);
        GpioPulseCounter hardware = chip.CountersByPin[Pin];
        PulseAccumulator register = new(counter, 1000, 17, 0);
        long last = 0;
        int high = 0;
        int low = 0;
        while (hardware.Counted < 100_000)
        {
            bool isNearWrap = hardware.Counted % GpioPulseCounter.WrapAt > GpioPulseCounter.WrapAt - 30;
            for (int i = isNearWrap ? 1 : random.Next(1, 40); i > 0; i--)
                Pulse(chip);
            // A pulse between the two halves of a reading, and an interrupt that flash holds off for as long as its worst erase.
            bool isRace = isNearWrap && random.Next(2) == 0;
            hardware.BetweenReads = isRace ? () => PulseBetween(hardware) : null;
            hardware.InterruptDelayUs = isNearWrap ? random.Next(3) switch { 0 => 0, 1 => 1000, _ => 400_000 } : 0;
            long before = hardware.Counted;
            GpioPulseCount raw = hardware.Read();
            high += raw.Count > hardware.Counted ? 1 : 0;
            low += raw.Count < before ? 1 : 0;
            long total = counter.ReadTotal();
            Assert.InRange(total, last, hardware.Counted);
            last = total;
            register.Advance(chip.NowUs / 1000);
            Assert.False(register.WasCleared);
        }
        hardware.BetweenReads = null;
        chip.RunMs(60_000);
        register.Advance(chip.NowUs / 1000);
        output.WriteLine($"{hardware.Counted} pulses, {high} readings too high, {low} too low");
        Assert.Equal(hardware.Counted, counter.ReadTotal());
        Assert.Equal(1000 + hardware.Counted, register.Register);
        Assert.True(high > 0 && low > 0, $"{high} readings too high, {low} too low: no race was met");

        void PulseBetween(GpioPulseCounter into)
        {
            into.BetweenReads = null;
            long delayUs = into.InterruptDelayUs;
            into.InterruptDelayUs = 0;
            chip.Pin(Pin).Drive(false);
            chip.Pin(Pin).Drive(true);
            chip.Spend(1);
            into.InterruptDelayUs = delayUs;
        }
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

    private static void Pulse(SimulatedChip chip)
    {
        chip.Pin(Pin).Drive(false);
        chip.Run(30_000);
        chip.Pin(Pin).Drive(true);
        chip.Run(30_000);
    }
}
