using EdgeMeters.Gateway.Core;
using EdgeMeters.Gateway.Export;
using EdgeMeters.Wire;

namespace EdgeMeters.Gateway.Tests.Export;

public sealed class CsvExportTests
{
    private const uint Start = 1_772_294_400;

    private static readonly PointStatus Water = new(
        new MeteringPoint("W-0001", "幸福路 1 号", Carrier.Water, "20260117", "8-0:1.0.0"), Unit.Litre, 900, null, "node-7");

    private static readonly PointStatus Unheard = new(
        new MeteringPoint("X-0001", "not yet", Carrier.Gas, "1", "7-0:3.0.0"), null, 0, null, null);

    [Fact]
    public async Task An_export_holds_the_range_point_by_point_and_tells_its_rows()
    {
        var queries = new StoredReadings(
            (Unheard, []),
            (Water,
            [
                Interval(0, 100, null, IntervalQuality.First), Interval(1, 103, 3, IntervalQuality.Valid),
                Interval(2, null, null, IntervalQuality.Missing), Interval(3, 110, 7, IntervalQuality.Gap | IntervalQuality.ClockDoubt),
            ]));
        var output = new StringWriter();
        long rows = await CsvExport.WriteAsync(queries, new ExportRange(Start, Start + 2700), null, output, CancellationToken.None);
        Assert.Equal(3, rows);
        Assert.Equal(
            [
                "point,register,end_utc,register_value,consumption,unit,quality",
                "W-0001,8-0:1.0.0,2026-02-28T16:15:00Z,103,3,L,valid",
                "W-0001,8-0:1.0.0,2026-02-28T16:30:00Z,,,L,missing",
                "W-0001,8-0:1.0.0,2026-02-28T16:45:00Z,110,7,L,gap|clock-doubt",
                "",
            ],
            output.ToString().Split("\r\n"));
    }

    [Fact]
    public async Task A_range_of_many_years_is_read_in_slices_and_no_interval_falls_between_them()
    {
        var intervals = Enumerable.Range(1, 5000).Select(day => Interval(day * 96, day, 1, IntervalQuality.Valid)).ToArray();
        var output = new StringWriter();
        long rows = await CsvExport.WriteAsync(new StoredReadings((Water, intervals)), new ExportRange(0, uint.MaxValue), "W-0001", output, CancellationToken.None);
        Assert.Equal(5000, rows);
        Assert.Equal(intervals.Select(interval => $",{interval.Register},1,L,valid"),
            output.ToString().TrimEnd().Split("\r\n").Skip(1).Select(line => line[line.IndexOf('Z')..][1..]));
    }

    [Fact]
    public async Task A_point_that_the_registry_lacks_is_named_before_anything_is_written()
    {
        var output = new StringWriter();
        var e = await Assert.ThrowsAsync<KeyNotFoundException>(
            () => CsvExport.WriteAsync(new StoredReadings((Water, [])), new ExportRange(0, 1), "W-9999", output, CancellationToken.None));
        Assert.Contains("W-9999", e.Message);
        Assert.Equal("", output.ToString());
    }

    [Theory]
    [InlineData("2026-03-01T00:00+08:00", "2026-03-02T00:00+08:00", Start, Start + 86_400)]
    [InlineData("2026-02-28T16:00:00Z", "2026-02-28T16:00:01Z", Start, Start + 1)]
    [InlineData("1970-01-01T00:00Z", "2106-02-07T06:28:15Z", 0u, uint.MaxValue)]
    public void A_range_is_read_with_its_offset(string from, string to, uint fromUtcSeconds, uint toUtcSeconds)
    {
        Assert.Equal(new ExportRange(fromUtcSeconds, toUtcSeconds), ExportRange.Parse(from, to));
    }

    [Theory]
    [InlineData("2026-03-01T00:00", "2026-03-02T00:00Z", "--from '2026-03-01T00:00' has no offset")]
    [InlineData("2026-03-01T00:00Z", "2026-03-02", "--to '2026-03-02' has no offset")]
    [InlineData("yesterdayZ", "2026-03-02T00:00Z", "--from 'yesterdayZ' is not a time")]
    [InlineData("2026-02-30T00:00Z", "2026-03-02T00:00Z", "--from '2026-02-30T00:00Z' is not a time")]
    [InlineData("2026-03-02T00:00Z", "2026-03-02T08:00+08:00", "is not before --to")]
    [InlineData("1969-12-31T23:59Z", "2026-03-02T00:00Z", "outside of 1970")]
    [InlineData("2026-03-02T00:00Z", "2106-02-07T06:28:16Z", "outside of 1970")]
    [InlineData("", "2026-03-02T00:00Z", "--from '' has no offset")]
    public void A_range_that_cannot_be_read_says_which_end_and_why(string from, string to, string message)
    {
        Assert.Contains(message, Assert.Throws<FormatException>(() => ExportRange.Parse(from, to)).Message);
    }

    private static IntervalReading Interval(int number, long? register, long? consumption, IntervalQuality quality) =>
        new(new ReadingId("node-7", 1, (uint)number, 0), Start + 900 * (uint)number, 900, register, consumption, quality);
}
