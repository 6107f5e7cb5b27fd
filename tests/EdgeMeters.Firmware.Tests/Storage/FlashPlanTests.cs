using EdgeMeters.Bench.Flash;
using EdgeMeters.Firmware.Tests.Journal;
using EdgeMeters.Metering.Ports;
using EdgeMeters.Metering.Storage;

namespace EdgeMeters.Firmware.Tests.Storage;

public sealed class FlashPlanTests
{
    /// <summary>Every application and every loader ever flashed agree on these numbers: a test that wants others is wrong.</summary>
    [Fact]
    public void Images_lie_at_the_begin_for_ever_and_the_journal_has_the_rest()
    {
        SimulatedFlash flash = new(new Geometry(1, 4096, 512, 1));
        FlashPlan plan = FlashPlan.Of(flash, isForImages: true);
        Assert.Equal((128, 384), (plan.Images!.SectorCount, plan.Journal.SectorCount));
        byte[] zeros = new byte[4096];
        plan.Images.Program(127 * 4096, zeros, 0, 4096);
        plan.Journal.Program(0, zeros, 0, 1);
        plan.Journal.Program(383 * 4096, zeros, 0, 1);
        byte[] image = flash.Image();
        Assert.Equal([127 * 4096, 128 * 4096, 511 * 4096], new[] { 127 * 4096, 128 * 4096, 511 * 4096 }.Where(at => image[at] == 0));
        Assert.Equal(4096 + 2, image.Count(b => b == 0));
    }

    [Fact]
    public void A_small_device_or_a_board_that_cannot_load_gets_no_images()
    {
        SimulatedFlash small = new(new Geometry(1, 4096, 255, 1));
        Assert.Null(FlashPlan.Of(small, isForImages: true).Images);
        Assert.Equal(255, FlashPlan.Of(small, isForImages: true).Journal.SectorCount);
        Assert.Null(FlashPlan.Of(new SimulatedFlash(new Geometry(1, 4096, 512, 1)), isForImages: false).Images);
        Assert.Throws<DeviceException>(() => FlashPlan.Of(new SimulatedFlash(new Geometry(1, 4096, 2, 1)), isForImages: false));
    }
}
