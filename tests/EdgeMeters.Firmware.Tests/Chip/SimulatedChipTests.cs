extern alias chip;

using chip::EdgeMeters.NanoSimulation;
using chip::EdgeMeters.NanoSimulation.Threads;
using chip::System.Device.Gpio;
using chip::nanoFramework.Hardware.Esp32;

namespace EdgeMeters.Firmware.Tests.Chip;

/// <summary>The simulated chip itself: what the other tests of this folder take for granted.</summary>
public sealed class SimulatedChipTests
{
    [Fact]
    public void Sleep_ends_at_ticks_of_10_ms_and_the_high_resolution_timer_counts_microseconds()
    {
        using SimulatedChip chip = new();
        chip.Run(1234);
        ChipThread.Sleep(1);
        Assert.Equal(10_000, chip.NowUs);
        ChipThread.Sleep(11);
        Assert.Equal(30_001ul, HighResTimer.GetCurrent());
        Assert.Equal(30, ChipEnvironment.TickCount64);
    }

    [Fact]
    public void Two_threads_take_turns_in_virtual_time()
    {
        using SimulatedChip chip = new();
        List<string> said = [];
        ChipThread fast = new(() => Say("fast", 20, 4));
        ChipThread slow = new(() => Say("slow", 50, 2));
        fast.Start();
        slow.Start();
        chip.RunMs(200);
        Assert.Equal(["fast 20", "fast 40", "slow 50", "fast 60", "fast 80", "slow 100"], said);
        Assert.Equal(0, chip.Threads.Alive);

        void Say(string name, int everyMs, int times)
        {
            for (int i = 0; i < times; i++)
            {
                ChipThread.Sleep(everyMs);
                said.Add($"{name} {chip.NowUs / 1000}");
            }
        }
    }

    [Fact]
    public void A_thread_that_waits_at_a_lock_lets_its_holder_go_on()
    {
        using SimulatedChip chip = new();
        object gate = new();
        long gotMs = 0;
        ChipThread holder = new(() =>
        {
            lock (gate)
                ChipThread.Sleep(300);
        });
        ChipThread waiter = new(() =>
        {
            ChipThread.Sleep(10);
            lock (gate)
                gotMs = chip.NowUs / 1000;
        });
        holder.Start();
        waiter.Start();
        chip.RunMs(1000);
        Assert.True(waiter.Join(1000));
        Assert.InRange(gotMs, 300, 1000);
    }

    [Fact]
    public void Events_pile_up_during_a_stall_and_the_oldest_beyond_128_are_lost()
    {
        using SimulatedChip chip = new();
        int seen = 0;
        GpioPin pin = new GpioController().OpenPin(4, PinMode.InputPullUp);
        pin.ValueChanged += (_, _) => seen++;
        chip.StallAt(0, 8_000_000);
        for (int i = 0; i < 100; i++)
        {
            chip.Pin(4).DriveAt(1000 + i * 60_000, false);
            chip.Pin(4).DriveAt(1000 + i * 60_000 + 30_000, true);
        }
        chip.At(7_999_999, () => Assert.Equal(0, seen));
        chip.RunMs(1);
        Assert.Equal((8_000_000, 128, 72), (chip.NowUs, seen, chip.EventsDropped));
    }

    [Fact]
    public void After_a_power_cut_no_managed_code_runs_on_even_if_it_catches_everything()
    {
        SimulatedChip chip = new();
        int rounds = 0;
        new ChipThread(() =>
        {
            while (true)
            {
                try
                {
                    ChipThread.Sleep(10);
                    rounds++;
                }
                catch (Exception)
                {
                    // As a program does that must not end.
                }
            }
        }).Start();
        chip.RunMs(100);
        chip.CutPower();
        Assert.Throws<PowerLostException>(() => chip.RunMs(100));
        Assert.InRange(rounds, 9, 10);
        chip.Dispose();
    }
}
