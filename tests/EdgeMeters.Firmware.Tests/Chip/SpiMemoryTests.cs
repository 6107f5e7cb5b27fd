extern alias chip;

using chip::EdgeMeters.NanoSimulation;
using chip::EdgeMeters.NanoSimulation.Bus;
using chip::EdgeMeters.NanoSimulation.Flash;
using chip::EdgeMeters.Node.Flash;
using EdgeMeters.Bench.Flash;
using EdgeMeters.Firmware.Tests.Support;
using EdgeMeters.Metering.Ports;
using EdgeMeters.Metering.Storage;
using EdgeMeters.Wire;
using SpiConnectionSettings = chip::System.Device.Spi.SpiConnectionSettings;
using SpiDevice = chip::System.Device.Spi.SpiDevice;

namespace EdgeMeters.Firmware.Tests.Chip;

public sealed class SpiMemoryTests(ITestOutputHelper output)
{
    private const int ChipSelect = 5;
    private const int Channels = 12;

    [Theory]
    [InlineData(0x40, 0x16, 1024)]
    [InlineData(0x40, 0x17, 2048)]
    [InlineData(0x40, 0x18, 4096)]
    [InlineData(0x70, 0x18, 4096)]
    public void The_size_follows_from_the_part(byte type, byte capacity, int sectors)
    {
        using SimulatedChip chip = new();
        Assert.Equal(sectors, Nor(chip, new SimulatedNor(type: type, capacity: capacity)).SectorCount);
    }

    [Theory]
    [InlineData("04 7F 27 03", 32)]
    [InlineData("04 7F 28 03", 64)]
    [InlineData("04 7F 48 03", 64)]
    [InlineData("04 7F 49 03", 128)]
    [InlineData("7F 7F 7F 7F 7F 7F C2 24 00", 32)]
    [InlineData("7F 7F 7F 7F 7F 7F C2 25 08", 64)]
    [InlineData("7F 7F 7F 7F 7F 7F C2 26 08", 128)]
    public void The_size_of_a_fram_follows_from_its_identification(string identification, int sectors)
    {
        using SimulatedChip chip = new();
        Assert.Equal(sectors, Fram(chip, new SimulatedFram(512, Convert.FromHexString(identification.Replace(" ", "")))).SectorCount);
    }

    [Fact]
    public void A_part_that_is_none_of_ours_or_not_there_is_named()
    {
        using SimulatedChip chip = new();
        Assert.Contains("says C84018", Assert.Throws<DeviceException>(() => Nor(chip, new SimulatedNor(manufacturer: 0xC8))).Message);
        Assert.Contains("says 047F05", Assert.Throws<DeviceException>(() => Fram(chip, new SimulatedFram(32, [0x04, 0x7F, 0x05, 0x09]))).Message);
        SpiDevice nothing = SpiDevice.Create(new SpiConnectionSettings(2, 9));
        Assert.Contains("chip select 9", Assert.Throws<DeviceException>(() => new SpiNorDevice(nothing)).Message);
        Assert.Contains("says FFFFFF", Assert.Throws<DeviceException>(() => new SpiFramDevice(nothing)).Message);
    }

    [Fact]
    public void A_part_that_sleeps_or_is_protected_is_made_to_work()
    {
        using SimulatedChip chip = new();
        SimulatedNor nor = new() { IsAsleep = true, Status = 0x1C, Status2 = 0x42, Status3 = 0x64 };
        SpiNorDevice device = Nor(chip, nor);
        device.Erase(0);
        device.Program(0, [0x55], 0, 1);
        Assert.Equal((0x55, 0), (nor.Cells[0], nor.Ignored));
        // What else is in the registers stays: quad enable, drive strength.
        Assert.Equal((0, 2, 0x60), (nor.Status, nor.Status2, nor.Status3));
        SimulatedFram fram = new() { IsAsleep = true, Status = 0x0C };
        Fram(chip, fram).Erase(0);
        Assert.Equal((0xFF, 0), (fram.Cells[0], fram.Status));
    }

    [Fact]
    public void A_part_whose_protection_cannot_be_cleared_is_refused()
    {
        using SimulatedChip chip = new();
        foreach (SimulatedNor nor in new[] { new SimulatedNor { Status = 0x04 }, new SimulatedNor { Status2 = 0x40 }, new SimulatedNor { Status3 = 0x04 } })
        {
            nor.IsWriteProtectPinLow = true;
            Assert.Contains("/WP", Assert.Throws<DeviceException>(() => Nor(chip, nor)).Message);
        }
        Assert.Contains("/WP", Assert.Throws<DeviceException>(() => Fram(chip, new SimulatedFram { Status = 0x08, IsWriteProtectPinLow = true })).Message);
    }

    [Fact]
    public void An_erase_of_400_ms_is_waited_for_and_one_that_never_ends_is_told()
    {
        using SimulatedChip chip = new();
        SimulatedNor nor = new() { EraseTakesUs = 400_000 };
        SpiNorDevice device = Nor(chip, nor);
        device.Erase(3);
        device.Program(3 * 4096, [1], 0, 1);
        device.Sync();
        Assert.Equal((1, 0), (nor.Cells[3 * 4096], nor.Ignored));
        nor.EraseTakesUs = 10_000_000;
        Assert.Contains("busy for ever", Assert.Throws<DeviceException>(() => device.Erase(3)).Message);
    }

    [Fact]
    public void A_start_in_the_middle_of_an_erase_waits_for_its_end()
    {
        SimulatedNor nor = new() { EraseTakesUs = 300_000 };
        using SimulatedChip chip = new();
        SpiDevice raw = Solder(chip, nor);
        Nor(chip, nor);
        // As a reset by the watchdog leaves it: the part goes on by itself.
        raw.Write(new byte[] { 0x06 });
        raw.Write(new byte[] { 0x20, 0, 0, 0 });
        Assert.Equal(4096, Nor(chip, nor).SectorCount);
        Assert.True(chip.NowUs > 300_000);
    }

    [Fact]
    public void A_part_that_does_not_enable_writing_is_told_before_anything_is_lost()
    {
        using SimulatedChip chip = new();
        SimulatedNor nor = new();
        SpiNorDevice device = Nor(chip, nor);
        nor.IsAsleep = true;
        Assert.Throws<DeviceException>(() => device.Program(0, [1], 0, 1));
        Assert.Equal(0xFF, nor.Cells[0]);
    }

    /// <summary>The power goes before and after every page and sector that the part changes, and in the middle of it.</summary>
    [Fact]
    public void Journal_on_nor_flash_survives_power_cuts_with_torn_pages_and_sectors()
    {
        Random random = new(Seed.Take(output));
        ChannelLayout[] layout = JournalLife.Layout(Channels);
        ReadingBlock block = new(3 * Limits.ReadingsPerBlockMax);
        JournalModel model = new(JournalLife.StartRegisters(Channels));
        SimulatedNor nor = new(capacity: 0x16);
        for (int lives = 0; lives < 100; lives++)
        {
            using SimulatedChip chip = new();
            nor.PowerOn();
            int left = random.Next(3) == 0 ? random.Next(10) : random.Next(300);
            nor.UnderWay = () =>
            {
                if (left-- == 0)
                    chip.CutPower();
            };
            try
            {
                JournalLife life = new(new BlockRegion(Nor(chip, nor), 0, 5), layout, model, random) { HasGateway = random.Next(3) > 0 };
                model.TakeEvents(life.Journal);
                model.CheckRows(life.Journal, block);
                while (true)
                    life.Step();
            }
            catch (Exception e) when (left < 0 && (e is PowerLostException or DeviceException))
            {
                nor.Tear(random);
            }
        }
        output.WriteLine($"{model.LastRow} rows, {nor.Writes} pages and sectors written");
        Assert.True(model.LastRow > 500);
    }

    private static SpiNorDevice Nor(SimulatedChip chip, SimulatedNor part) => new(Solder(chip, part));

    private static SpiFramDevice Fram(SimulatedChip chip, SimulatedFram part) => new(Solder(chip, part));

    private static SpiDevice Solder(SimulatedChip chip, ISpiPart part)
    {
        chip.Solder(1, ChipSelect, part);
        return SpiDevice.Create(new SpiConnectionSettings(1, ChipSelect) { ClockFrequency = 20_000_000 });
    }
}
