using System.Diagnostics;

namespace EdgeMeters.Benchmarks.Support;

/// <summary>Work in stages within this process: the time of each by the clock and of the processor, and the most memory that the process had in it.</summary>
internal sealed class Stages(string title)
{
    private const string ClearPath = "/proc/self/clear_refs";

    /// <summary>proc_pid_clear_refs(5): the peak of the resident set begins anew.</summary>
    private const string ClearPeak = "5";

    private readonly Table _table = new("stage", "seconds", "processor s", "peak rss MB", "");

    /// <summary>The most memory of any stage so far.</summary>
    public long PeakRssBytes { get; private set; }

    /// <param name="count">How many it was of what.</param>
    /// <returns>Seconds that it took.</returns>
    public double Run(string stage, string count, Action work)
    {
        Progress.Say($"{title}: {stage}");
        GC.Collect();
        File.WriteAllText(ClearPath, ClearPeak);
        var spentBefore = Environment.CpuUsage.TotalTime;
        long began = Stopwatch.GetTimestamp();
        work();
        double seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        long peak = ServerProcess.PeakRssBytesOf("self");
        PeakRssBytes = Math.Max(PeakRssBytes, peak);
        _table.Add(stage, $"{seconds:F2}", $"{(Environment.CpuUsage.TotalTime - spentBefore).TotalSeconds:F2}", $"{peak / 1e6:F0}", count);
        return seconds;
    }

    public void Print() => _table.Print();
}
