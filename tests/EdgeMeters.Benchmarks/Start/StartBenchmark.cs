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
        double[][] seconds = Rounds.Alternate("start", contenders, options.Rounds, contender =>
        {
            if (contender == full)
            {
                using var gateway = GatewayProcess.StartOn(street);
                return gateway.WaitForDashboard();
            }
            using var folder = new ScratchFolder(options.Folder, "start");
            using var fresh = GatewayProcess.StartOn(folder.Path, street.Nodes, street.Points);
            return fresh.WaitForDashboard();
        });
        var table = new Table("start with", "median s", "slowest s", "x empty");
        double[] medians = [.. seconds.Select(Statistics.Median)];
        for (int i = 0; i < contenders.Length; i++)
            table.Add(contenders[i], $"{medians[i]:F2}", $"{seconds[i].Max():F2}", $"{medians[i] / medians[0]:F2}");
        table.Print();
        Console.Out.WriteLine($"start: dashboard after {medians[0]:F2} s with an empty store, after {medians[1]:F2} s with {full}, "
            + $"ratio {medians[1] / medians[0]:F2}; limit {LimitSeconds} s {(medians.Max() <= LimitSeconds ? "kept" : "MISSED on this machine")}");
    }
}
