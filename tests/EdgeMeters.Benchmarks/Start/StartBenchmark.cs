using EdgeMeters.Benchmarks.Store;
using EdgeMeters.Benchmarks.Support;

namespace EdgeMeters.Benchmarks.Start;

/// <summary>From the start of the gateway's process to the dashboard's first answer.</summary>
internal static class StartBenchmark
{
    private const double LimitSeconds = 5;

    public static void Run(RunOptions options, StreetStore street)
    {
        string full = $"{street.Readings:N0} readings";
        string[] contenders = ["empty store", full];
        var starts = Rounds.Alternate("start", contenders, options.Rounds, contender =>
        {
            if (contender == full)
            {
                using var gateway = GatewayProcess.StartOn(street);
                return Measure(gateway);
            }
            using var folder = new ScratchFolder(options.Folder, "start");
            using var fresh = GatewayProcess.StartOn(folder.Path, street.Nodes, street.Points);
            return Measure(fresh);
        });
        var table = new Table("start with", "median s", "slowest s", "x empty", "processor s");
        double[] medians = [.. starts.Select(s => Statistics.Median(s.Select(x => x.Seconds)))];
        double[] processor = [.. starts.Select(s => Statistics.Median(s.Select(x => x.ProcessorSeconds)))];
        for (int i = 0; i < contenders.Length; i++)
        {
            table.Add(contenders[i], $"{medians[i]:F2}", $"{starts[i].Max(s => s.Seconds):F2}", $"{medians[i] / medians[0]:F2}",
                $"{processor[i]:F2}");
        }
        table.Print();
        Console.Out.WriteLine($"start: dashboard after {medians[0]:F2} s with an empty store, after {medians[1]:F2} s with {full}, "
            + $"ratio {medians[1] / medians[0]:F2}; of the processor {processor[0]:F2} s and {processor[1]:F2} s; "
            + $"limit {LimitSeconds} s {(medians.Max() <= LimitSeconds ? "kept" : "missed by the clock on this machine")}");
    }

    private static (double Seconds, double ProcessorSeconds) Measure(GatewayProcess gateway) =>
        (gateway.WaitForDashboard(), gateway.ProcessorTime.TotalSeconds);
}
