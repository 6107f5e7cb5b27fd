using System.Diagnostics;

namespace EdgeMeters.Benchmarks.Support;

/// <summary>Says on standard error what is being done, so that standard output holds the tables only.</summary>
internal static class Progress
{
    private static readonly long Began = Stopwatch.GetTimestamp();

    public static void Say(string line) => Console.Error.WriteLine($"{Stopwatch.GetElapsedTime(Began).TotalSeconds,7:F1} s  {line}");
}
