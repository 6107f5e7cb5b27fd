using System.Diagnostics;

namespace EdgeMeters.Simulation.Histories;

/// <summary>Makes load profiles of random histories of registers, and counts what was silently wrong.</summary>
internal static class HistoryRun
{
    private const int ExitBroken = 1;
    private const int ExamplesMax = 20;
    private const int HistoriesPerTell = 100_000;

    /// <returns>0 when nothing was wrong.</returns>
    public static int Run(int histories, int firstSeed, int workers, TextWriter output, TextWriter errors)
    {
        var watch = Stopwatch.StartNew();
        var gate = new Lock();
        long intervals = 0, estimated = 0, unstated = 0, wrong = 0;
        int done = 0;
        Parallel.For(0, histories, new ParallelOptions { MaxDegreeOfParallelism = workers }, i =>
        {
            int seed = firstSeed + i;
            // One in two hundred is long enough to have weeks to look back on.
            int slots = seed % 200 == 0 ? 96 * 24 : 32 + seed % 5 * 16;
            var count = new HistoryCount();
            count.Add(new RegisterHistory(seed, slots));
            lock (gate)
            {
                (intervals, estimated, unstated) = (intervals + count.Intervals, estimated + count.Estimated, unstated + count.Unstated);
                foreach (string fault in count.Faults)
                {
                    if (wrong++ < ExamplesMax)
                        errors.WriteLine(fault);
                }
                if (count.Faults.Count > 0 && wrong <= ExamplesMax)
                    errors.WriteLine($"  again: dotnet run -c Release --project tests/EdgeMeters.Simulation -- --histories 1 --seed {seed}");
                if (++done % HistoriesPerTell == 0)
                    errors.WriteLine($"{done} histories, {watch.Elapsed.TotalSeconds:F0} s");
            }
        });
        output.WriteLine($"histories: {histories}, intervals {intervals}, estimated {estimated}, unstated and flagged {unstated}, silently wrong {wrong}");
        return wrong == 0 ? 0 : ExitBroken;
    }
}
