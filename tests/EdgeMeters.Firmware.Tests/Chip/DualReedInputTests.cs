extern alias chip;

using chip::EdgeMeters.NanoSimulation;
using chip::EdgeMeters.Node.Pulse;
using chip::System.Device.Gpio;
using EdgeMeters.Metering.Boards;
using EdgeMeters.Wire;

namespace EdgeMeters.Firmware.Tests.Chip;

public sealed class DualReedInputTests
{
    private const int First = 4;
    private const int Second = 5;
    private const int Cable = 36;
    private const long QuarterUs = 300_000;

    [Fact]
    public void Turns_count_forward_and_what_runs_back_is_owed_and_told()
    {
        using SimulatedChip chip = new();
        DualReedInput input = Input(chip);
        Turn(chip, 10, isForward: true);
        Look(chip, input, 13_000);
        Assert.Equal(10, input.ReadTotal());
        Turn(chip, 3, isForward: false);
        List<(EventCode, long)> told = Look(chip, input, 5000);
        Turn(chip, 4, isForward: true);
        told.AddRange(Look(chip, input, 6000));
        Assert.Equal(11, input.ReadTotal());
        Assert.Contains((EventCode.ReverseFlow, 1), told);
        Assert.DoesNotContain(told, e => e.Item1 == EventCode.PulsesInDoubt);
    }

    [Fact]
    public void Turns_in_a_stall_of_8_seconds_are_counted_from_the_queue_in_order()
    {
        using SimulatedChip chip = new();
        DualReedInput input = Input(chip);
        chip.StallAt(chip.NowUs, 8_000_000);
        Turn(chip, 6, isForward: true);
        Look(chip, input, 9000);
        Assert.Equal(6, input.ReadTotal());
    }

    [Fact]
    public void A_cut_cable_and_its_repair_are_told()
    {
        using SimulatedChip chip = new();
        DualReedInput input = Input(chip);
        chip.Pin(Cable).Drive(false);
        Assert.Equal([(EventCode.CableCut, 1)], Look(chip, input, 2000));
        chip.Pin(Cable).Drive(true);
        Assert.Equal([(EventCode.CableCut, 0)], Look(chip, input, 2000));
        Turn(chip, 2, isForward: true);
        Look(chip, input, 3000);
        Assert.Equal(2, input.ReadTotal());
    }

    [Fact]
    public void A_magnet_that_closes_both_at_once_is_told()
    {
        using SimulatedChip chip = new();
        DualReedInput input = Input(chip);
        chip.Pin(First).Drive(false);
        chip.Pin(Second).Drive(false);
        Assert.Contains((EventCode.MagneticTamper, 1), Look(chip, input, 5000));
        chip.Pin(First).Drive(true);
        chip.Pin(Second).Drive(true);
        Assert.Contains((EventCode.MagneticTamper, 0), Look(chip, input, 5000));
        Assert.Equal(0, input.ReadTotal());
    }

    private static DualReedInput Input(SimulatedChip chip)
    {
        chip.Pin(Cable).Drive(true);
        return new DualReedInput(new GpioController(), new PulseInputPins(First, Second, Cable), 20_000, new EdgeLoad());
    }

    // None, first, both, second, none; backward in the opposite order.
    private static void Turn(SimulatedChip chip, int turns, bool isForward)
    {
        int leading = isForward ? First : Second;
        int trailing = isForward ? Second : First;
        for (int i = 0; i < turns; i++)
        {
            long us = chip.NowUs + (4 * i + 1) * QuarterUs;
            chip.Pin(leading).DriveAt(us, false);
            chip.Pin(trailing).DriveAt(us + QuarterUs, false);
            chip.Pin(leading).DriveAt(us + 2 * QuarterUs, true);
            chip.Pin(trailing).DriveAt(us + 3 * QuarterUs, true);
        }
    }

    private static List<(EventCode Code, long A)> Look(SimulatedChip chip, DualReedInput input, int ms)
    {
        List<(EventCode, long)> told = [];
        for (long endUs = chip.NowUs + ms * 1000L; chip.NowUs < endUs;)
        {
            chip.RunMs(50);
            input.ReadTotal();
            while (input.TryTakeEvent(out EventCode code, out long a))
                told.Add((code, a));
        }
        return told;
    }
}
