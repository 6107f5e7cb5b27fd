using EdgeMeters.Gateway.Core;
using EdgeMeters.Gateway.Forward.CsvFiles;
using EdgeMeters.Wire;

namespace EdgeMeters.Gateway.Tests.Forward;

public sealed class CsvFilesForwarderTests : ForwarderContract
{
    private const string FirstDay = "intervals-2026-03-01.csv";
    private const string SecondDay = "intervals-2026-03-02.csv";

    [Fact]
    public async Task A_line_holds_what_the_head_end_needs()
    {
        await using var headEnd = new CsvHeadEnd();
        await using var forwarder = headEnd.Connect();
        var point = new MeteringPoint("E-7", "Pump, \"north\"", Carrier.Power, "12,3\"4", "1-0:1.8.0");
        var quality = IntervalQuality.Gap | IntervalQuality.Rollover;
        var interval = new IntervalReading(new ReadingId("node-7", 1, 9, 2), Items.MidnightUtcSeconds + 900, 1800, -5, 17, quality);
        var missing = new IntervalReading(
            new ReadingId("node-7", 1, 10, 2), Items.MidnightUtcSeconds + 1800, 900, null, null, IntervalQuality.Missing);
        await SendAsync(forwarder, [new ForwardItem(point, Unit.Wh, interval, 4), new ForwardItem(point, Unit.Wh, missing, 0)], null);
        Assert.Equal(
            [
                CsvHeadEnd.Header,
                "node-7/00000001/9/2@4,E-7,\"12,3\"\"4\",1-0:1.8.0,2026-02-28T16:15:00Z,1800,-5,17,Wh,gap|rollover,2.4.2|2.4.1,4",
                "node-7/00000001/10/2@0,E-7,\"12,3\"\"4\",1-0:1.8.0,2026-02-28T16:30:00Z,900,,,Wh,missing,2.5.259,0",
                "",
            ],
            File.ReadAllText(headEnd.PathOf(FirstDay)).Split("\r\n"));
    }

    [Theory]
    [InlineData(28_800, "intervals-2026-03-01.csv")]
    [InlineData(28_799, "intervals-2026-02-28.csv")]
    [InlineData(0, "intervals-2026-02-28.csv")]
    [InlineData(-43_200, "intervals-2026-02-28.csv")]
    public async Task The_day_is_that_of_the_end_at_the_configured_offset(int offsetSeconds, string file)
    {
        using var folder = new TempFolder();
        await using var forwarder = new CsvFilesForwarder(
            new CsvFilesOptions { Name = "files", Directory = folder.Path, OffsetSeconds = offsetSeconds });
        await SendAsync(forwarder, [Items.At(1, Items.MidnightUtcSeconds)], null);
        Assert.Equal([file], Directory.GetFiles(folder.Path, "*.csv").Select(Path.GetFileName));
    }

    [Fact]
    public async Task What_an_unsettled_batch_wrote_is_cut_from_every_file_it_touched_even_if_the_next_batch_does_not()
    {
        await using var headEnd = new CsvHeadEnd();
        string? position;
        await using (var forwarder = headEnd.Connect())
        {
            position = await SettleAsync(forwarder, [OnDay(1, 0), OnDay(2, 1)], null);
            position = await SettleAsync(forwarder, [OnDay(3, 1)], position);
            // Touches a day that the last settled batch did not, and a new one; then the process dies.
            await SendAsync(forwarder, [OnDay(4, 1), OnDay(5, 0), OnDay(6, 2)], position);
        }
        await using (var forwarder = headEnd.Connect())
        {
            position = await SettleAsync(forwarder, [OnDay(4, 1)], position);
            Assert.Equal(Items.Keys([OnDay(1, 0), OnDay(2, 1), OnDay(3, 1), OnDay(4, 1)]), await headEnd.KeysAsync());
            Assert.False(File.Exists(headEnd.PathOf("intervals-2026-03-03.csv")));
            await SettleAsync(forwarder, [OnDay(5, 0), OnDay(6, 2)], position);
        }
        Assert.Equal(Items.Keys([OnDay(1, 0), OnDay(5, 0), OnDay(2, 1), OnDay(3, 1), OnDay(4, 1), OnDay(6, 2)]), await headEnd.KeysAsync());
    }

    [Fact]
    public async Task A_crash_before_the_very_first_settlement_leaves_nothing_behind()
    {
        await using var headEnd = new CsvHeadEnd();
        await using (var forwarder = headEnd.Connect())
            await SendAsync(forwarder, Items.Range(0, 200), null);
        await using (var forwarder = headEnd.Connect())
            await SettleAsync(forwarder, Items.Range(0, 30), null);
        Assert.Equal(Items.Keys(Items.Range(0, 30)), await headEnd.KeysAsync());
    }

    [Fact]
    public async Task A_file_that_was_taken_away_is_never_written_again()
    {
        await using var headEnd = new CsvHeadEnd();
        await using var forwarder = headEnd.Connect();
        string? position = await SettleAsync(forwarder, [OnDay(1, 0), OnDay(2, 1)], null);
        headEnd.Take(headEnd.PathOf(FirstDay));
        position = await SettleAsync(forwarder, [OnDay(3, 1)], position);
        Assert.False(File.Exists(headEnd.PathOf(FirstDay)));
        await SettleAsync(forwarder, [OnDay(4, 0)], position);
        Assert.Equal(Items.Keys([OnDay(4, 0)]), CsvHeadEnd.KeysOf(headEnd.PathOf(FirstDay)));
        Assert.Equal(Items.Keys([OnDay(1, 0), OnDay(4, 0), OnDay(2, 1), OnDay(3, 1)]), await headEnd.KeysAsync());
    }

    [Fact]
    public async Task A_directory_that_was_cleared_is_begun_anew()
    {
        await using var headEnd = new CsvHeadEnd();
        string? position;
        await using (var forwarder = headEnd.Connect())
            position = await SettleAsync(forwarder, Items.Range(0, 10), null);
        Directory.Delete(headEnd.Directory, recursive: true);
        await using (var forwarder = headEnd.Connect())
            await SettleAsync(forwarder, Items.Range(10, 10), position);
        Assert.Equal(Items.Keys(Items.Range(10, 10)), await headEnd.KeysAsync());
    }

    [Fact]
    public async Task Another_gateways_directory_is_left_untouched_and_the_error_says_so()
    {
        await using var headEnd = new CsvHeadEnd();
        await using (var forwarder = headEnd.Connect())
            await SettleAsync(forwarder, Items.Range(0, 10), null);
        string before = File.ReadAllText(headEnd.PathOf(FirstDay));
        await using var other = headEnd.Connect();
        var result = await SendAsync(other, Items.Range(500, 10), null);
        Assert.All(result.Verdicts, verdict => Assert.Equal(ForwardVerdict.Retry, verdict));
        Assert.Contains("another gateway", result.Error);
        Assert.Equal(before, File.ReadAllText(headEnd.PathOf(FirstDay)));
    }

    [Fact]
    public async Task A_gateway_restored_from_an_old_backup_does_not_write_twice()
    {
        await using var headEnd = new CsvHeadEnd();
        await using var forwarder = headEnd.Connect();
        string? old = await SettleAsync(forwarder, Items.Range(0, 10), null);
        string? position = await SettleAsync(forwarder, Items.Range(10, 10), old);
        await SettleAsync(forwarder, Items.Range(20, 10), position);
        var result = await SendAsync(forwarder, Items.Range(10, 10), old);
        Assert.All(result.Verdicts, verdict => Assert.Equal(ForwardVerdict.Retry, verdict));
        Assert.Contains("backup", result.Error);
        Assert.Equal(Items.Keys(Items.Range(0, 30)), await headEnd.KeysAsync());
    }

    [Fact]
    public async Task Two_gateways_at_once_do_not_write_into_one_directory()
    {
        await using var headEnd = new CsvHeadEnd();
        await using var forwarder = headEnd.Connect();
        string? position = await SettleAsync(forwarder, Items.Range(0, 10), null);
        await using var other = headEnd.Connect();
        var result = await SendAsync(other, Items.Range(10, 10), position);
        Assert.All(result.Verdicts, verdict => Assert.Equal(ForwardVerdict.Retry, verdict));
        Assert.Contains("locked", result.Error);
    }

    [Fact]
    public async Task A_file_that_another_program_left_in_the_middle_of_a_line_is_not_glued_to()
    {
        await using var headEnd = new CsvHeadEnd();
        await using var forwarder = headEnd.Connect();
        string? position = await SettleAsync(forwarder, [OnDay(1, 0)], null);
        File.AppendAllText(headEnd.PathOf(FirstDay), "checked by");
        var result = await SendAsync(forwarder, [OnDay(2, 0)], position);
        Assert.Equal(ForwardVerdict.Retry, Assert.Single(result.Verdicts));
        Assert.Contains(FirstDay, result.Error);
        File.AppendAllText(headEnd.PathOf(FirstDay), " the office\r\n");
        await SettleAsync(forwarder, [OnDay(2, 0)], position);
        Assert.EndsWith("the office", File.ReadAllLines(headEnd.PathOf(FirstDay))[2]);
    }

    [Fact]
    public async Task A_file_that_the_utility_emptied_in_place_gets_its_header_again()
    {
        await using var headEnd = new CsvHeadEnd();
        await using var forwarder = headEnd.Connect();
        string? position = await SettleAsync(forwarder, [OnDay(1, 0)], null);
        File.WriteAllText(headEnd.PathOf(FirstDay), "");
        await SettleAsync(forwarder, [OnDay(2, 0)], position);
        Assert.Equal(Items.Keys([OnDay(2, 0)]), CsvHeadEnd.KeysOf(headEnd.PathOf(FirstDay)));
    }

    [Fact]
    public async Task A_full_disk_means_Retry_by_name_and_nothing_is_lost_or_doubled()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "/dev/full is not here: it needs Linux");
        await using var headEnd = new CsvHeadEnd();
        await using var forwarder = headEnd.Connect();
        string? position = await SettleAsync(forwarder, [OnDay(1, 0)], null);
        // The second file of the batch finds the disk full, after the first was written.
        File.CreateSymbolicLink(headEnd.PathOf(SecondDay), "/dev/full");
        ForwardItem[] batch = [OnDay(2, 0), OnDay(3, 1)];
        var result = await SendAsync(forwarder, batch, position);
        Assert.All(result.Verdicts, verdict => Assert.Equal(ForwardVerdict.Retry, verdict));
        Assert.Equal(position, result.Position);
        Assert.Contains("No space left", result.Error);
        Assert.Contains(headEnd.Directory, result.Error);
        File.Delete(headEnd.PathOf(SecondDay));
        await SettleAsync(forwarder, batch, position);
        Assert.Equal(Items.Keys([OnDay(1, 0), OnDay(2, 0), OnDay(3, 1)]), await headEnd.KeysAsync());
    }

    [Theory]
    [InlineData("{")]
    [InlineData("{\"series\":\"a\",\"batch\":0}")]
    [InlineData("null")]
    public async Task A_position_that_is_none_of_ours_is_refused_by_name(string position)
    {
        await using var headEnd = new CsvHeadEnd();
        await using var forwarder = headEnd.Connect();
        var result = await SendAsync(forwarder, Items.Range(0, 1), position);
        Assert.Equal(ForwardVerdict.Retry, Assert.Single(result.Verdicts));
        Assert.Contains("position", result.Error);
    }

    [Theory]
    [InlineData("{\"series\":\"node-7/5f3a9c01/0/0@0\",\"batch\":1,\"lengthsBefore\":{\"../settled.txt\":null}}")]
    [InlineData("half a no")]
    [InlineData("")]
    public async Task A_damaged_undo_note_touches_no_file(string note)
    {
        await using var headEnd = new CsvHeadEnd();
        await using var forwarder = headEnd.Connect();
        Directory.CreateDirectory(headEnd.Directory);
        string bystander = Path.Combine(headEnd.Directory, "..", "settled.txt");
        File.WriteAllText(bystander, "kept");
        File.WriteAllText(headEnd.PathOf(LastBatch.FileName), note);
        var result = await SendAsync(forwarder, Items.Range(0, 1), null);
        Assert.Equal(ForwardVerdict.Retry, Assert.Single(result.Verdicts));
        Assert.Contains(LastBatch.FileName, result.Error);
        Assert.Equal("kept", File.ReadAllText(bystander));
    }

    [Fact]
    public async Task Position_and_note_stay_small_however_many_days_are_written()
    {
        await using var headEnd = new CsvHeadEnd();
        await using var forwarder = headEnd.Connect();
        string? position = null;
        for (int day = 0; day < 60; day++)
            position = await SettleAsync(forwarder, [OnDay(day, day)], position);
        Assert.InRange(position!.Length, 1, 120);
        Assert.InRange(new FileInfo(headEnd.PathOf(LastBatch.FileName)).Length, 1, 250);
        Assert.Equal(60, (await headEnd.KeysAsync()).Count);
    }

    private static ForwardItem OnDay(int number, int day) => Items.At(number, Items.MidnightUtcSeconds + 3_600 + 86_400 * (uint)day);

    private protected override Task<IHeadEnd> StartAsync()
    {
        var headEnd = new CsvHeadEnd();
        Directory.CreateDirectory(headEnd.Directory);
        return Task.FromResult<IHeadEnd>(headEnd);
    }
}
