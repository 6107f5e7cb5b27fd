extern alias chip;

using chip::EdgeMeters.NanoSimulation;
using chip::EdgeMeters.NanoSimulation.Files;
using chip::EdgeMeters.NanoSimulation.Flash;
using chip::EdgeMeters.Node.Flash;
using EdgeMeters.Bench.Flash;
using EdgeMeters.Firmware.Tests.Support;
using EdgeMeters.Metering.Journal;
using EdgeMeters.Metering.Ports;
using EdgeMeters.Wire;
using SpiConnectionSettings = chip::System.Device.Spi.SpiConnectionSettings;
using SpiDevice = chip::System.Device.Spi.SpiDevice;

namespace EdgeMeters.Firmware.Tests.Chip;

/// <summary>What every block device of the node promises, held by each of them on the simulated chip.</summary>
public sealed class BlockDeviceContractTests
{
    private const int ChipSelect = 5;

    private readonly LittleFs _files = new();
    private readonly SimulatedNor _nor = new(capacity: 0x16);
    private readonly SimulatedFram _fram = new();

    public static TheoryData<string> Devices => ["files", "nor", "fram"];

    [Theory]
    [MemberData(nameof(Devices))]
    public void Erase_sets_bits_and_program_clears_them_across_pages_and_sectors(string kind)
    {
        using SimulatedChip chip = Start();
        IBlockDevice device = Open(kind);
        Assert.Equal((4096, 1), (device.SectorBytes, device.ProgramBytes));
        for (int sector = 0; sector < 4; sector++)
            device.Erase(sector);
        byte[] bytes = new byte[8192];
        device.Read(4000, bytes, 0, bytes.Length);
        Assert.All(bytes, b => Assert.Equal(0xFF, b));
        device.Program(5000, [0xF0, 0x0F, 0xAA], 0, 3);
        device.Program(5001, [0xFF, 0x0A], 0, 2);
        // From within a page over a sector's end into the next.
        byte[] ramp = [.. Enumerable.Range(0, 700).Select(i => (byte)i)];
        device.Program(8192 - 333, ramp, 0, ramp.Length);
        device.Sync();
        device.Read(4999, bytes, 0, 5);
        Assert.Equal([0xFF, 0xF0, 0x0F, 0x0A, 0xFF], bytes.Take(5));
        device.Read(8192 - 334, bytes, 0, 702);
        Assert.Equal([0xFF, .. ramp, 0xFF], bytes.Take(702));
        device.Erase(1);
        device.Read(4999, bytes, 0, 5);
        Assert.All(bytes.Take(5), b => Assert.Equal(0xFF, b));
        device.Read(8192, bytes, 0, 367);
        Assert.Equal(ramp[333..], bytes.Take(367));
    }

    [Theory]
    [MemberData(nameof(Devices))]
    public void What_was_synced_is_there_after_a_power_cut(string kind)
    {
        byte[] bytes = new byte[3];
        using (SimulatedChip chip = Start())
        {
            IBlockDevice device = Open(kind);
            device.Erase(2);
            device.Program(8200, [1, 2, 3], 0, 3);
            device.Sync();
            chip.CutPower();
        }
        using SimulatedChip again = Start();
        Open(kind).Read(8200, bytes, 0, 3);
        Assert.Equal([1, 2, 3], bytes);
    }

    [Theory]
    [MemberData(nameof(Devices))]
    public void Addresses_outside_are_refused(string kind)
    {
        using SimulatedChip chip = Start();
        IBlockDevice device = Open(kind);
        int bytes = device.SectorCount * device.SectorBytes;
        Assert.ThrowsAny<ArgumentException>(() => device.Erase(device.SectorCount));
        Assert.ThrowsAny<ArgumentException>(() => device.Program(bytes - 1, new byte[2], 0, 2));
        Assert.ThrowsAny<ArgumentException>(() => device.Read(-1, new byte[1], 0, 1));
    }

    [Theory]
    [MemberData(nameof(Devices))]
    public void A_journal_survives_a_restart(string kind)
    {
        uint epoch;
        long[] registers = [50];
        using (SimulatedChip chip = Start())
        {
            ReadingJournal journal = OpenJournal(kind, registers);
            for (uint row = 1; row <= 400; row++)
                Assert.Equal(row, journal.AppendRow(1_800_000_000 + row * 60, ClockQuality.Synchronised, [row], new byte[1]));
            epoch = journal.Epoch;
        }
        using SimulatedChip again = Start();
        ReadingJournal opened = OpenJournal(kind, registers);
        Assert.Equal((epoch, 401u, 400L), (opened.Epoch, opened.NextRow, registers[0]));
        ReadingBlock block = new(Limits.ReadingsPerBlockMax);
        Assert.Equal(100, opened.ReadRows(301, 100, block));
        Assert.Equal(301, block.Registers[0]);
    }

    private ReadingJournal OpenJournal(string kind, long[] registers)
    {
        ReadingJournal journal = new(new Metering.Storage.BlockRegion(Open(kind), 0, 6), new SeededEntropy(1));
        if (kind == "fram" && _fram.Writes == 0)
            throw new InvalidOperationException("the FRAM was not erased");
        journal.Open(JournalLife.Layout(1), registers);
        return journal;
    }

    private SimulatedChip Start()
    {
        SimulatedChip chip = new(_files);
        _nor.PowerOn();
        _fram.PowerOn();
        chip.Solder(1, ChipSelect, _nor);
        chip.Solder(1, ChipSelect + 1, _fram);
        return chip;
    }

    private IBlockDevice Open(string kind)
    {
        if (kind == "files")
            return new SegmentFileDevice(@"I:\j", 8);
        if (kind == "nor")
            return new SpiNorDevice(SpiDevice.Create(new SpiConnectionSettings(1, ChipSelect)));
        SpiFramDevice fram = new(SpiDevice.Create(new SpiConnectionSettings(1, ChipSelect + 1)));
        // As commissioning does: cells are delivered with anything in them.
        for (int sector = 0; _fram.Writes == 0 || (sector > 0 && sector < 6); sector++)
            fram.Erase(sector);
        return fram;
    }
}
