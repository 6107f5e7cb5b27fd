using EdgeMeters.Metering.Storage;

namespace EdgeMeters.Firmware.Tests.Storage;

public sealed class StartRecordTests
{
    [Fact]
    public void Starts_that_do_not_last_pause_longer_and_longer_and_one_that_does_begins_anew()
    {
        byte[] file = [];
        int[] pauses = new int[14];
        for (int i = 0; i < pauses.Length; i++)
        {
            StartRecord start = new();
            file = start.Begin(file);
            Assert.Equal(i, start.Failures);
            pauses[i] = start.PauseMs;
        }
        Assert.Equal([0, 0, 0, 10_000, 20_000, 40_000, 80_000, 160_000, 320_000, 640_000, 900_000, 900_000, 900_000, 900_000], pauses);
        StartRecord good = new();
        good.Begin(file);
        file = good.Prove();
        StartRecord next = new();
        next.Begin(file);
        Assert.Equal((0, 0), (next.Failures, next.PauseMs));
    }

    [Fact]
    public void A_damaged_file_counts_for_nothing()
    {
        byte[] file = new StartRecord().Begin([]);
        Assert.Equal(StartRecord.Bytes, file.Length);
        for (int bit = 0; bit < 8 * file.Length; bit++)
        {
            byte[] damaged = (byte[])file.Clone();
            damaged[bit / 8] ^= (byte)(1 << bit % 8);
            StartRecord start = new();
            start.Begin(damaged);
            Assert.Equal(0, start.Failures);
        }
        foreach (int length in new[] { 0, StartRecord.Bytes - 1 })
        {
            StartRecord start = new();
            start.Begin(file[..length]);
            Assert.Equal(0, start.Failures);
        }
        StartRecord longer = new();
        longer.Begin([.. file, 0]);
        Assert.Equal(0, longer.Failures);
    }
}
