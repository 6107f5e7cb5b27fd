using EdgeMeters.Bench.Flash;
using EdgeMeters.Firmware.Tests.Support;
using EdgeMeters.HostNode;
using EdgeMeters.Metering.Journal;
using EdgeMeters.Metering.Ports;
using EdgeMeters.Wire;

namespace EdgeMeters.Firmware.Tests.HostNode;

public sealed class FileBlockDeviceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_new_file_is_erased_has_its_size_and_keeps_nor_semantics()
    {
        using FileBlockDevice device = FileBlockDevice.Open(_folder.Of("journal"), 16);
        Assert.Equal((4, 4096, 1), (device.SectorCount, device.SectorBytes, device.ProgramBytes));
        Assert.Equal(16 * 1024, new FileInfo(_folder.Of("journal")).Length);
        byte[] bytes = new byte[8192];
        device.Read(4000, bytes, 0, bytes.Length);
        Assert.All(bytes, b => Assert.Equal(0xFF, b));
        device.Program(5000, [0xF0, 0x0F, 0xAA], 0, 3);
        device.Program(5001, [0xFF, 0x0A], 0, 2);
        device.Sync();
        device.Read(4999, bytes, 0, 5);
        Assert.Equal([0xFF, 0xF0, 0x0F, 0x0A, 0xFF], bytes.Take(5));
        device.Erase(1);
        device.Read(4999, bytes, 0, 5);
        Assert.All(bytes.Take(5), b => Assert.Equal(0xFF, b));
        Assert.Single(Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void A_journal_in_a_file_survives_reopening()
    {
        uint epoch;
        long[] registers = [50];
        using (FileBlockDevice device = FileBlockDevice.Open(_folder.Of("journal"), 64))
        {
            ReadingJournal journal = new(device, new HostEntropy());
            journal.Open(JournalLife.Layout(1), registers);
            for (uint row = 1; row <= 2000; row++)
                Assert.Equal(row, journal.AppendRow(1_800_000_000 + row * 60, ClockQuality.Synchronised, [row], new byte[1]));
            epoch = journal.Epoch;
        }
        using FileBlockDevice again = FileBlockDevice.Open(_folder.Of("journal"), 64);
        ReadingJournal opened = new(again, new HostEntropy());
        opened.Open(JournalLife.Layout(1), registers);
        Assert.Equal((epoch, 2001u, 2000L), (opened.Epoch, opened.NextRow, registers[0]));
        ReadingBlock block = new(Limits.ReadingsPerBlockMax);
        Assert.Equal(500, opened.ReadRows(1501, 500, block));
        Assert.Equal(1501, block.Registers[0]);
    }

    [Fact]
    public void A_second_node_on_the_same_file_is_refused_and_may_come_once_the_first_is_gone()
    {
        using (FileBlockDevice.Open(_folder.Of("journal"), 16))
        {
            DeviceException refused = Assert.Throws<DeviceException>(() => FileBlockDevice.Open(_folder.Of("journal"), 16));
            Assert.Contains("in use by another node", refused.Message);
        }
        FileBlockDevice.Open(_folder.Of("journal"), 16).Dispose();
    }

    [Theory]
    [InlineData(20, "has 16 KiB, the configuration says 20")]
    [InlineData(18, "multiple of 4")]
    [InlineData(8, "multiple of 4 from 12")]
    public void A_wrong_size_is_named(int sizeKiB, string expected)
    {
        FileBlockDevice.Open(_folder.Of("journal"), 16).Dispose();
        Assert.Contains(expected, Assert.Throws<DeviceException>(() => FileBlockDevice.Open(_folder.Of("journal"), sizeKiB)).Message);
    }

    [Fact]
    public void A_missing_directory_and_a_file_that_is_no_journal_are_named()
    {
        Assert.Contains("mkdir", Assert.Throws<DeviceException>(() => FileBlockDevice.Open(_folder.Of("none/journal"), 16)).Message);
        byte[] text = [.. Enumerable.Repeat((byte)'x', 16 * 1024)];
        File.WriteAllBytes(_folder.Of("text"), text);
        using (FileBlockDevice device = FileBlockDevice.Open(_folder.Of("text"), 16))
        {
            ReadingJournal journal = new(device, new SeededEntropy(1));
            Assert.Contains("not a journal", Assert.Throws<DeviceException>(() => journal.Open(JournalLife.Layout(1), [0])).Message);
        }
        Assert.Equal(text, File.ReadAllBytes(_folder.Of("text")));
    }
}
