using EdgeMeters.Bench.Flash;
using EdgeMeters.Firmware.Tests.Journal;
using EdgeMeters.Metering.Ports;
using EdgeMeters.Metering.Storage;

namespace EdgeMeters.Firmware.Tests.Storage;

public sealed class BlockRegionTests
{
    [Fact]
    public void A_region_reads_programs_and_erases_its_own_sectors_and_no_other()
    {
        SimulatedFlash flash = new(Geometry.Encrypted);
        byte[] zeros = new byte[flash.SectorBytes];
        for (int sector = 0; sector < flash.SectorCount; sector++)
            flash.Program(sector * flash.SectorBytes, zeros, 0, zeros.Length);
        BlockRegion region = new(flash, 2, 3);
        Assert.Equal((3, flash.SectorBytes, flash.ProgramBytes), (region.SectorCount, region.SectorBytes, region.ProgramBytes));
        for (int sector = 0; sector < 3; sector++)
            region.Erase(sector);
        byte[] bytes = [.. Enumerable.Range(1, 16).Select(b => (byte)b)];
        region.Program(2 * region.SectorBytes, bytes, 0, 16);
        region.Sync();
        byte[] read = new byte[16];
        region.Read(2 * region.SectorBytes, read, 0, 16);
        Assert.Equal(bytes, read);
        byte[] image = flash.Image();
        Assert.All(image[..(2 * flash.SectorBytes)], b => Assert.Equal(0, b));
        Assert.All(image[(5 * flash.SectorBytes)..], b => Assert.Equal(0, b));
        Assert.Equal(bytes, image[(4 * flash.SectorBytes)..][..16]);
    }

    [Fact]
    public void Nothing_outside_a_region_can_be_reached_through_it()
    {
        BlockRegion region = new(new SimulatedFlash(Geometry.Nor), 1, 2);
        byte[] buffer = new byte[8192];
        Assert.Throws<ArgumentException>(() => region.Read(-1, buffer, 0, 1));
        Assert.Throws<ArgumentException>(() => region.Read(8191, buffer, 0, 2));
        Assert.Throws<ArgumentException>(() => region.Read(0, buffer, 0, -1));
        Assert.Throws<ArgumentException>(() => region.Program(8192, buffer, 0, 1));
        Assert.Throws<ArgumentException>(() => region.Erase(2));
        Assert.Throws<ArgumentException>(() => region.Erase(-1));
    }

    [Theory]
    [InlineData(-1, 1)]
    [InlineData(0, 0)]
    [InlineData(0, 5)]
    [InlineData(3, 2)]
    [InlineData(int.MaxValue, 1)]
    public void A_region_that_is_not_on_the_device_is_refused(int first, int count)
    {
        Assert.Throws<DeviceException>(() => new BlockRegion(new SimulatedFlash(Geometry.Nor), first, count));
    }
}
