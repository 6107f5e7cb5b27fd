using System.Diagnostics;
using EdgeMeters.Benchmarks.Start;

namespace EdgeMeters.Benchmarks.Support;

/// <summary>Work in stages: the time of each by the clock and of the processor, and the most memory that the process which does it had in it.</summary>
internal sealed class Stages(string title)
{
    /// <summary>proc_pid_clear_refs(5): the peak of the resident set begins anew.</summary>
    private const string ClearPeak = "5";

    private readonly Table _table = new("stage", "seconds", "processor s", "peak rss MB", "");

    /// <summary>The most memory in the latest stage.</summary>
    public long LastRssBytes { get; private set; }

    /// <summary>Work of this process.</summary>
    /// <inheritdoc cref="Run(string, string, GatewayProcess, Action)"/>
    public double Run(string stage, string count, Action work)
    {
        GC.Collect();
        return Run(stage, count, "self", () => Environment.CpuUsage.TotalTime, work);
    }

    /// <summary>Work of a gateway.</summary>
    /// <param name="count">How many it was of what.</param>
    /// <returns>Seconds that it took.</returns>
    public double Run(string stage, string count, GatewayProcess gateway, Action work) =>
        Run(stage, count, gateway.ProcessId, () => gateway.ProcessorTime, work);

    public void Print() => _table.Print();

    private double Run(string stage, string count, string process, Func<TimeSpan> spent, Action work)
    {
        Progress.Say($"{title}: {stage}");
        File.WriteAllText($"/proc/{process}/clear_refs", ClearPeak);
        var spentBefore = spent();
        long began = Stopwatch.GetTimestamp();
        work();
        double seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        LastRssBytes = ServerProcess.PeakRssBytesOf(process);
        _table.Add(stage, $"{seconds:F2}", $"{(spent() - spentBefore).TotalSeconds:F2}", $"{LastRssBytes / 1e6:F0}", count);
        return seconds;
    }
}
