using System.Diagnostics;
using System.Text.Json;
using EdgeMeters.Benchmarks.Rival;
using EdgeMeters.Benchmarks.Start;
using EdgeMeters.Benchmarks.Store;
using EdgeMeters.Benchmarks.Support;
using EdgeMeters.Gateway.Store;

namespace EdgeMeters.Benchmarks.Year;

/// <summary>A year of quarter-hours of one point: judged intervals from the gateway, differences from the rival's rows.</summary>
internal static class YearBenchmark
{
    private const int Repetitions = 100;
    private const double LimitMs = 100;

    public static void Run(StreetStore street)
    {
        var point = street.Points.First(p => p.Register == "1-0:1.8.0");
        uint from = NodeFeed.BeginUtcSeconds;
        uint to = street.LastEndUtcSeconds;
        int expected = (int)((to - from) / NodeFeed.PeriodSeconds);
        // By another process, as the API's would be; here it is opened to read only.
        var queries = new ViewQueries(StoreFiles.OpenToRead(street.Folder), new ForwarderProgress([]), () => null);
        using var gateway = GatewayProcess.StartOn(street);
        gateway.WaitForDashboard();
        string address = $"/api/v1/points/{point.Id}/intervals?from={Iso(from)}&to={Iso(to)}&format=";
        Contender[] contenders =
        [
            new("ViewQueries.Intervals", () => Sum(queries.Intervals(point.Id, from, to).Select(i => i.Consumption))),
            new("rows, smallest table", () => Sum(RowStore.Intervals(
                street.RowsPath(RowSchema.Keyed), RowSchema.Keyed, point.MeterSerial, point.Register, from, to).Select(i => i.Consumption))),
            new("rows, usual table", () => Sum(RowStore.Intervals(
                street.RowsPath(RowSchema.Plain), RowSchema.Plain, point.MeterSerial, point.Register, from, to).Select(i => i.Consumption))),
            new("HTTP API, JSON, parsed", () => SumOfJson(gateway.Get(address + "json"))),
            new("HTTP API, CSV, lines counted", () => (gateway.Get(address + "csv").AsSpan().Count('\n') - 1, null)),
        ];
        long consumption = contenders[1].Ask().Consumption!.Value;
        var waits = Rounds.Alternate($"year of {expected:N0} intervals", contenders, Repetitions, contender =>
        {
            var spentBefore = Environment.CpuUsage.TotalTime + gateway.ProcessorTime;
            long began = Stopwatch.GetTimestamp();
            var (intervals, sum) = contender.Ask();
            var elapsed = Stopwatch.GetElapsedTime(began);
            var spent = Environment.CpuUsage.TotalTime + gateway.ProcessorTime - spentBefore;
            if (intervals != expected || sum is { } stated && stated != consumption)
                throw new WrongResultException($"{contender.Name}: {intervals} intervals and {sum}, expected {expected} and {consumption}.");
            return (elapsed.TotalMilliseconds, spent.TotalMilliseconds);
        });
        Print(contenders, waits, expected);
    }

    private static void Print(Contender[] contenders, (double Ms, double ProcessorMs)[][] waits, int intervals)
    {
        double[] medians = [.. waits.Select(w => Statistics.Median(w.Select(x => x.Ms)))];
        // Means: another process's time comes in steps of 10 ms.
        double[] processor = [.. waits.Select(w => w.Average(x => x.ProcessorMs))];
        var table = new Table("a year of one point", "median ms", "p99 ms", "x first", "processor ms", "x first");
        for (int i = 0; i < contenders.Length; i++)
        {
            table.Add(contenders[i].Name, $"{medians[i]:F1}", $"{Statistics.Percentile(waits[i].Select(x => x.Ms), 99):F1}",
                $"{medians[i] / medians[0]:F2}", $"{processor[i]:F1}", $"{processor[i] / processor[0]:F2}");
        }
        table.Print();
        Console.Out.WriteLine($"year: {intervals:N0} intervals in {medians[0]:F0} ms (p99 {Statistics.Percentile(waits[0].Select(x => x.Ms), 99):F0} ms, "
            + $"of the processor {processor[0]:F0} ms), "
            + $"rows {medians[1]:F0} ms (smallest table) and {medians[2]:F0} ms (usual table), "
            + $"ratio {medians[1] / medians[0]:F2} and {medians[2] / medians[0]:F2}; over HTTP {medians[3]:F0} ms as JSON, {medians[4]:F0} ms as CSV; "
            + $"limit {LimitMs:F0} ms {(medians[0] <= LimitMs ? "kept" : "missed by the clock on this machine")}");
    }

    private static (int Intervals, long? Consumption) Sum(IEnumerable<long?> consumptions)
    {
        int intervals = 0;
        long sum = 0;
        foreach (long? consumption in consumptions)
        {
            intervals++;
            sum += consumption ?? 0;
        }
        return (intervals, sum);
    }

    private static (int Intervals, long? Consumption) SumOfJson(string json)
    {
        using var document = JsonDocument.Parse(json);
        return Sum(document.RootElement.GetProperty("intervals").EnumerateArray().Select(
            i => i.TryGetProperty("consumption", out var c) && c.ValueKind == JsonValueKind.Number ? c.GetInt64() : (long?)null));
    }

    private static string Iso(uint utcSeconds) => DateTimeOffset.FromUnixTimeSeconds(utcSeconds).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'");

    private sealed record Contender(string Name, Func<(int Intervals, long? Consumption)> Ask);
}
