using System.Globalization;
using System.Text;
using EdgeMeters.Gateway.Core;

namespace EdgeMeters.Gateway.Api;

/// <summary>
/// Intervals as CSV (RFC 4180, UTF-8, CRLF). Ids, OBIS codes, numbers, times and quality words contain no comma,
/// quote or line break, by the bounds of their own formats, so no field is ever quoted.
/// </summary>
internal sealed class IntervalCsv(PointStatus status, IReadOnlyList<IntervalReading> intervals, string fileName, string? next) : IResult
{
    public const string ContentType = "text/csv; charset=utf-8";
    public const string Header = "point,register,end_utc,register_value,consumption,unit,quality";

    // Written in pieces, so that a year does not stand in memory twice.
    private const int RowsPerWrite = 512;

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.ContentType = ContentType;
        response.Headers.ContentDisposition = $"attachment; filename=\"{fileName}\"";
        if (next is not null)
            response.Headers.Link = $"<{next}>; rel=\"next\"";
        var text = new StringBuilder(Header).Append("\r\n");
        for (int at = 0; at < intervals.Count; at++)
        {
            Append(text, intervals[at]);
            if (at % RowsPerWrite == RowsPerWrite - 1)
                await FlushAsync(response, text, httpContext.RequestAborted);
        }
        await FlushAsync(response, text, httpContext.RequestAborted);
    }

    private void Append(StringBuilder text, IntervalReading interval) => text
        .Append(CultureInfo.InvariantCulture, $"{status.Point.Id},{status.Point.Register},{TimeText.Utc(interval.EndUtcSeconds)},")
        .Append(CultureInfo.InvariantCulture, $"{interval.Register},{interval.Consumption},{Symbols.Of(status.Unit)},")
        .AppendJoin('|', QualityCodes.Words(interval.Quality))
        .Append("\r\n");

    private static async Task FlushAsync(HttpResponse response, StringBuilder text, CancellationToken aborted)
    {
        await response.WriteAsync(text.ToString(), aborted);
        text.Clear();
    }
}
