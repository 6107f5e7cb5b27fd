using System.Globalization;
using System.Text;
using EdgeMeters.Gateway.Core;
using EdgeMeters.Gateway.Core.LoadProfile;

namespace EdgeMeters.Gateway.Api;

/// <summary>A load profile as CSV (RFC 4180), written in parts so that a year never lies in memory as text.</summary>
internal sealed class ProfileCsv(PointStatus status, IReadOnlyList<ProfileInterval> intervals, string fileName) : IResult
{
    public const string Header = "point,end_utc,seconds,consumption,unit,source,findings,quality_codes";

    private const int RowsPerWrite = 1000;

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.ContentType = "text/csv; charset=utf-8; header=present";
        response.Headers.ContentDisposition = $"attachment; filename=\"{fileName}\"";
        var text = new StringBuilder(Header).Append("\r\n");
        for (int at = 0; at < intervals.Count; at++)
        {
            var interval = intervals[at];
            text.Append(CultureInfo.InvariantCulture, $"{status.Point.Id},{TimeText.Utc(interval.EndUtcSeconds)},{interval.Seconds},{interval.Consumption},")
                .Append(CultureInfo.InvariantCulture, $"{Symbols.Of(status.Unit)},{ProfileCodes.WordOf(interval.Source)},")
                .AppendJoin('|', ProfileCodes.WordsOf(interval.Findings)).Append(',')
                .AppendJoin('|', ProfileCodes.CodesOf(interval)).Append("\r\n");
            if (at % RowsPerWrite == RowsPerWrite - 1)
                await FlushAsync(response, text, httpContext.RequestAborted);
        }
        await FlushAsync(response, text, httpContext.RequestAborted);
    }

    private static async Task FlushAsync(HttpResponse response, StringBuilder text, CancellationToken aborted)
    {
        await response.WriteAsync(text.ToString(), aborted);
        text.Clear();
    }
}
