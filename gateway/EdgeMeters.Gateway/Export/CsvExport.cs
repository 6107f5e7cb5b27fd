using System.Globalization;
using CsvHelper;
using EdgeMeters.Gateway.Core;
using EdgeMeters.Gateway.Forward;

namespace EdgeMeters.Gateway.Export;

/// <summary>Writes intervals as CSV (RFC 4180): one header line, then point by point, oldest first.</summary>
public static class CsvExport
{
    // A year of quarter hours is 35,040 intervals: what stands in memory at once, however long the range is.
    private const uint SliceSeconds = 366 * 86_400;

    private const int PointsPerLook = 1000;

    private static readonly string[] Columns =
        ["point", "register", "end_utc", "register_value", "consumption", "unit", "quality"];

    /// <summary>Exports one metering point, or all of them in the order of their ids.</summary>
    /// <param name="pointId">The point; null for all.</param>
    /// <param name="output">Gets the text as it is made; stays open.</param>
    /// <returns>Rows written, without the header.</returns>
    /// <exception cref="KeyNotFoundException">The registry has no such point. Nothing was written.</exception>
    public static async Task<long> WriteAsync(
        IReadingQueries queries, ExportRange range, string? pointId, TextWriter output, CancellationToken cancel)
    {
        IEnumerable<PointStatus> points = pointId is null
            ? PointsOf(queries)
            : [queries.Point(pointId) ?? throw new KeyNotFoundException(
                $"The registry has no metering point '{pointId}'. Give --point the id of one that it has, or leave it out for all.")];
        await using var csv = new CsvWriter(output, CultureInfo.InvariantCulture, leaveOpen: true);
        foreach (string column in Columns)
            csv.WriteField(column);
        await csv.NextRecordAsync();
        long rows = 0;
        foreach (var status in points)
        {
            foreach (var interval in Intervals(queries, status.Point.Id, range))
            {
                WriteFields(csv, status, interval);
                await csv.NextRecordAsync();
                cancel.ThrowIfCancellationRequested();
                rows++;
            }
        }
        return rows;
    }

    private static IEnumerable<PointStatus> PointsOf(IReadingQueries queries)
    {
        for (var page = queries.Points(PointSearch.All, "", PointsPerLook); page.Count > 0; page = queries.Points(PointSearch.All, page[^1].Point.Id, PointsPerLook))
        {
            foreach (var status in page)
                yield return status;
        }
    }

    private static IEnumerable<IntervalReading> Intervals(IReadingQueries queries, string pointId, ExportRange range)
    {
        uint from = range.FromUtcSeconds;
        while (from < range.ToUtcSeconds)
        {
            uint to = range.ToUtcSeconds - from > SliceSeconds ? from + SliceSeconds : range.ToUtcSeconds;
            foreach (var interval in queries.Intervals(pointId, from, to))
                yield return interval;
            from = to;
        }
    }

    private static void WriteFields(CsvWriter csv, PointStatus status, IntervalReading interval)
    {
        csv.WriteField(status.Point.Id);
        csv.WriteField(status.Point.Register);
        csv.WriteField(UtcText.Of(interval.EndUtcSeconds));
        csv.WriteField(interval.Register);
        csv.WriteField(interval.Consumption);
        csv.WriteField(Symbols.Of(status.Unit));
        csv.WriteField(string.Join('|', QualityCodes.Words(interval.Quality)));
    }
}
