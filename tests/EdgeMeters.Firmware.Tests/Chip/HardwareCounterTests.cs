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
        HardwareCounter counter = new(Pin);
        GpioPulseCounter hardware = chip.CountersByPin[Pin];
        PulseAccumulator register = new(counter, 1000, 17, 0);
        long last = 0;
        int high = 0;
        int low = 0;
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
        output.WriteLine($"{hardware.Counted} pulses, {high} readings too high, {low} too low");
        Assert.Equal(hardware.Counted, last);
        Assert.Equal((1000 + hardware.Counted, 0), (register.Register, register.Pending));
        Assert.True(high >= 3 && low >= 6, $"{high} readings too high, {low} too low: the races were not met");

        void Read()
        {
            long total = counter.ReadTotal();
            Assert.InRange(total, last, hardware.Counted);
            last = total;
            register.Advance(chip.NowUs / 1000);
            Assert.False(register.WasCleared);
        }

        // The pulse that wraps: between the halves of a reading; with its interrupt held off as long as flash takes at worst; or both.
        void Wrap(int kind)
        {
            hardware.InterruptDelayUs = kind == 0 ? 0 : 400_000;
            if (kind == 1)
                Pulse(chip, 1);
            else
                hardware.BetweenReads = PulseOnce;
            if (kind == 0)
                high += hardware.Read().Count > hardware.Counted ? 1 : 0;
            Read();
            low += hardware.Read().Count < last ? 1 : 0;
        }

        void PulseOnce()
        {
            hardware.BetweenReads = null;
            chip.Pin(Pin).Drive(false);
            chip.Pin(Pin).Drive(true);
            chip.Spend(1);
        }
    }

    /// <summary>A reading of the adapter itself meets the wrap between its halves.</summary>
    [Fact]
    public void A_reading_that_is_too_high_is_not_believed()
    {
        using SimulatedChip chip = new();
        HardwareCounter counter = new(Pin);
        GpioPulseCounter hardware = chip.CountersByPin[Pin];
        Pulse(chip, GpioPulseCounter.WrapAt - 1);
        Assert.Equal(GpioPulseCounter.WrapAt - 1, counter.ReadTotal());
        bool isMet = false;
        hardware.BetweenReads = () =>
        {
            if (isMet)
                return;
            isMet = true;
            chip.Pin(Pin).Drive(false);
            chip.Pin(Pin).Drive(true);
            chip.Spend(1);
        };
        Assert.Equal(GpioPulseCounter.WrapAt, counter.ReadTotal());
        Assert.True(isMet);
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
}
