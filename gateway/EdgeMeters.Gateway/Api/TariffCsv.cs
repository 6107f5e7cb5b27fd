using System.Globalization;
using System.Text;

namespace EdgeMeters.Gateway.Api;

/// <summary>Totals by tariff period as CSV (RFC 4180, UTF-8, CRLF): a row for each period of time and tariff period.</summary>
internal sealed class TariffCsv(TariffTotalsReply reply, string fileName) : IResult
{
    public const string Header = "point,begin_utc,end_utc,tariff,tariff_period,consumption,estimated,edited,crossing,unit,whole,quality";

    private const int PeriodsPerWrite = 200;

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.ContentType = IntervalCsv.ContentType;
        response.Headers.ContentDisposition = $"attachment; filename=\"{fileName}\"";
        var text = new StringBuilder(Header).Append("\r\n");
        for (int at = 0; at < reply.Totals.Count; at++)
        {
            foreach (var share in reply.Totals[at].Shares)
                Append(text, reply.Totals[at].Total, share);
            if (at % PeriodsPerWrite == PeriodsPerWrite - 1)
                await FlushAsync(response, text, httpContext.RequestAborted);
        }
        await FlushAsync(response, text, httpContext.RequestAborted);
    }

    private void Append(StringBuilder text, TotalReply total, TariffShareReply share) => text
        .Append(CultureInfo.InvariantCulture, $"{reply.Point},{Utc(total.BeginUtc)},{Utc(total.EndUtc)},")
        .Append(CultureInfo.InvariantCulture, $"{reply.Tariff},{Quoted(share.Name)},{share.Consumption},{share.Estimated},{share.Edited},{share.Crossing},")
        .Append(CultureInfo.InvariantCulture, $"{reply.Unit},{(total.Whole ? "true" : "false")},")
        .AppendJoin('|', share.Quality)
        .Append("\r\n");

    // A year may begin before the first and end after the last moment that a label can state.
    private static string Utc(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    // Of all the cells only this one is what people call it; it has no line break.
    private static string Quoted(string name) => name.AsSpan().ContainsAny(",\"") ? $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : name;

    private static async Task FlushAsync(HttpResponse response, StringBuilder text, CancellationToken aborted)
    {
        await response.WriteAsync(text.ToString(), aborted);
        text.Clear();
    }
}
