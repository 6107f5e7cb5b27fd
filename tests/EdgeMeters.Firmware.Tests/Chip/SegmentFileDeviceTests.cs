extern alias chip;

using chip::EdgeMeters.NanoSimulation;
using chip::EdgeMeters.NanoSimulation.Files;
using chip::EdgeMeters.Node.Flash;
using EdgeMeters.Bench.Flash;
using EdgeMeters.Firmware.Tests.Support;
using EdgeMeters.Metering.Ports;
using EdgeMeters.Wire;

namespace EdgeMeters.Firmware.Tests.Chip;

public sealed class SegmentFileDeviceTests(ITestOutputHelper output)
{
    private const string Prefix = @"I:\j";
    private const int Segments = 5;
    private const int Channels = 12;

    private readonly ReadingBlock _block = new(3 * Limits.ReadingsPerBlockMax);

    [Fact]
    public void The_files_are_made_once_at_full_length_and_the_spare_space_is_given_back()
    {
        LittleFs files = new();
        using SimulatedChip chip = new(files);
        Assert.Equal(Segments, new SegmentFileDevice(Prefix, Segments).SegmentsMade);
        Assert.Equal(Segments, files.FileCount);
        for (int i = 0; i < Segments; i++)
            Assert.Equal(4096, files.Content($"{Prefix}0{i}")!.Length);
        int operations = files.Operations;
        Assert.Equal(0, new SegmentFileDevice(Prefix, Segments).SegmentsMade);
        Assert.Equal(operations, files.Operations);
    }

    [Fact]
    public void A_sync_of_one_sector_costs_one_erase_and_nothing_is_durable_before_it()
    {
        LittleFs files = new();
        using SimulatedChip chip = new(files);
        SegmentFileDevice device = new(Prefix, Segments);
        int erases = files.Erases;
        device.Program(4096, [0x12], 0, 1);
        device.Program(4100, [0x34], 0, 1);
        Assert.Equal(0xFF, files.Content(Prefix + "01")![0]);
        device.Sync();
        Assert.Equal((0x12, 0x34), (files.Content(Prefix + "01")![0], files.Content(Prefix + "01")![4]));
        Assert.Equal(erases + 1, files.Erases);
        device.Sync();
        Assert.Equal(erases + 1, files.Erases);
    }

    [Fact]
    public void A_drive_without_room_to_write_again_is_refused_at_the_first_start_and_at_the_next()
    {
        LittleFs files = new(blockCount: 4 + Segments + SegmentFileDevice.SpareBlocks - 1);
        using SimulatedChip chip = new(files);
        for (int start = 0; start < 3; start++)
        {
            DeviceException refused = Assert.Throws<DeviceException>(() => new SegmentFileDevice(Prefix, Segments));
            Assert.Contains("free space on drive I:", refused.Message);
        }
        LittleFs enough = new(blockCount: 4 + Segments + SegmentFileDevice.SpareBlocks + 1);
        using SimulatedChip other = new(enough);
        Assert.Equal(Segments, new SegmentFileDevice(Prefix, Segments).SegmentsMade);
    }

    [Fact]
    public void Missing_and_short_files_read_as_erased_and_are_whole_after_the_next_write()
    {
        LittleFs files = new();
        using SimulatedChip chip = new(files);
        SegmentFileDevice device = new(Prefix, Segments);
        files.Put(Prefix + "02", [1, 2]);
        files.Put(Prefix + "03", null);
        byte[] read = new byte[4];
        device.Read(2 * 4096, read, 0, 4);
        Assert.Equal([1, 2, 0xFF, 0xFF], read);
        device.Read(3 * 4096, read, 0, 4);
        Assert.Equal([0xFF, 0xFF, 0xFF, 0xFF], read);
        device.Program(2 * 4096 + 4095, [7], 0, 1);
        device.Program(3 * 4096, [8], 0, 1);
        device.Sync();
        Assert.Equal((4096, 4096), (files.Content(Prefix + "02")!.Length, files.Content(Prefix + "03")!.Length));
        Assert.Equal((1, 7, 8), (files.Content(Prefix + "02")![0], files.Content(Prefix + "02")![4095], files.Content(Prefix + "03")![0]));
    }

    [Fact]
    public void A_write_that_fails_is_told_with_its_file_and_the_next_sync_makes_it_good_or_fails_too()
    {
        LittleFs files = new();
        using SimulatedChip chip = new(files);
        SegmentFileDevice device = new(Prefix, Segments);
        device.Program(4096, [0x12], 0, 1);
        files.Fails = _ => true;
        for (int i = 0; i < 2; i++)
        {
            DeviceException failed = Assert.Throws<DeviceException>(device.Sync);
            Assert.Contains(Prefix + "01 cannot be written", failed.Message);
        }
        Assert.Equal(0xFF, files.Content(Prefix + "01")![0]);
        files.Fails = _ => false;
        device.Sync();
        Assert.Equal(0x12, files.Content(Prefix + "01")![0]);
    }

    /// <summary>One life over several laps; the power goes before and after each thing that the file system does, and the journal is opened after it.</summary>
    [Fact]
    public void Power_cut_at_every_file_operation_keeps_every_appended_reading()
    {
        Random random = new(Seed.Take(output));
        ChannelLayout[] layout = JournalLife.Layout(Channels);
        JournalModel model = new(JournalLife.StartRegisters(Channels));
        LittleFs files = new();
        int cuts = 0;
        files.UnderWay = () =>
        {
            using SimulatedChip after = new(files.Copy());
            JournalModel branch = model.Branch();
            JournalLife life = new(new SegmentFileDevice(Prefix, Segments), layout, branch, random);
            CheckAll(life, branch);
            life.AppendRow();
            life.AppendEvent();
            CheckAll(life, branch);
            cuts++;
        };
        using SimulatedChip chip = new(files);
        JournalLife first = new(new SegmentFileDevice(Prefix, Segments), layout, model, random);
        int erases = files.Erases;
        while (cuts < 1500)
            first.Step();
        files.UnderWay = null;
        output.WriteLine($"{cuts} power cuts, {model.LastRow} rows, {files.Erases - erases} blocks erased, {chip.NowUs / 1000} ms of the chip");
        Assert.True(model.LastRow > 150);
    }

    /// <summary>Life after life on one drive; managed code ends wherever the power leaves it, in the making of the files too.</summary>
    [Fact]
    public void Journal_lives_through_any_number_of_power_cuts()
    {
        Random random = new(Seed.Take(output));
        ChannelLayout[] layout = JournalLife.Layout(Channels);
        JournalModel model = new(JournalLife.StartRegisters(Channels));
        LittleFs files = new();
        int rowsOfLives = 0;
        for (int lives = 0; lives < 150; lives++)
        {
            files = files.Copy();
            using SimulatedChip chip = new(files);
            int operationsLeft = random.Next(3) == 0 ? random.Next(20) : random.Next(120);
            files.UnderWay = () =>
            {
                if (operationsLeft-- == 0)
                    chip.CutPower();
            };
            try
            {
                JournalLife life = new(new SegmentFileDevice(Prefix, Segments), layout, model, random) { HasGateway = random.Next(3) > 0 };
                CheckAll(life, model);
                while (true)
                    life.Step();
            }
            catch (Exception e) when (operationsLeft < 0 && (e is PowerLostException or DeviceException))
            {
                // What ends managed code on a chip without power is no matter.
            }
            rowsOfLives = (int)model.LastRow;
        }
        output.WriteLine($"{rowsOfLives} rows in 150 lives");
        Assert.True(rowsOfLives > 300);
    }

    private void CheckAll(JournalLife life, JournalModel model)
    {
        model.TakeEvents(life.Journal);
        model.CheckRows(life.Journal, _block);
    }
}
