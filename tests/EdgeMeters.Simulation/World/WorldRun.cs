using System.Diagnostics;

namespace EdgeMeters.Simulation.World;

/// <summary>Runs worlds of many seeds side by side and counts at their ends.</summary>
internal static class WorldRun
{
    private const int ExitBroken = 1;

    /// <returns>0 when no promise was broken at any seed.</returns>
    public static int Run(WorldOptions options, int firstSeed, int seeds, int workers, TextWriter output, TextWriter errors)
    {
        var watch = Stopwatch.StartNew();
        var gate = new Lock();
        var total = new Totals();
        int next = 0;
        Thread[] threads = [.. Enumerable.Range(0, Math.Min(workers, seeds)).Select(_ => new Thread(Work, 16 * 1024 * 1024))];
        foreach (var thread in threads)
            thread.Start();
        foreach (var thread in threads)
            thread.Join();
        errors.WriteLine(
            $"{total.PowerCuts} power cuts, {total.Kills} gateway kills, {total.Repeats} items sent again, {total.Missing} registers missing and stated, {total.Pruned} pruned; {watch.Elapsed.TotalSeconds:F0} s, {watch.Elapsed.TotalSeconds / seeds:F1} s a seed");
        output.WriteLine(
            $"simulation: seeds {seeds}, readings {total.Readings}, lost {total.Lost}, doubled {total.Doubled}, altered {total.Altered}, unflagged gaps {total.UnflaggedGaps}, wrong sums {total.WrongSums}, broken {total.Broken}, events {total.Events}");
        return total.IsGood ? 0 : ExitBroken;

        void Work()
        {
            for (int i = Interlocked.Increment(ref next) - 1; i < seeds; i = Interlocked.Increment(ref next) - 1)
                RunOne(options, firstSeed + i, total, gate, errors);
        }
    }

    private static void RunOne(WorldOptions options, int seed, Totals total, Lock gate, TextWriter errors)
    {
        var watch = Stopwatch.StartNew();
        var tally = new Tally();
        string? broken = null;
        using var world = new World(options, seed);
        try
        {
            world.Run();
            tally.Add(world);
        }
        catch (Exception e)
        {
            // Whatever it is that the product throws at a world is a finding.
            broken = e is BrokenPromiseException ? e.Message : e.ToString();
        }
        lock (gate)
        {
            total.Add(tally, world, broken);
            bool isGood = tally.IsGood && broken == null;
            errors.WriteLine($"seed {seed}: {tally.Readings} readings, {tally.Events} events, {watch.Elapsed.TotalSeconds:F1} s{(isGood ? "" : ", BROKEN")}");
            if (isGood)
                return;
            foreach (string example in broken == null ? tally.Examples : [broken])
                errors.WriteLine($"  {example}");
            errors.WriteLine(
                $"  again: dotnet run -c Release --project tests/EdgeMeters.Simulation -- --seeds 1 --seed {seed} --days {options.Days} --nodes {options.Nodes} --meters {options.Meters}");
        }
    }

    private sealed class Totals
    {
        public long Readings { get; private set; }

        public long Events { get; private set; }

        public long Lost { get; private set; }

        public long Doubled { get; private set; }

        public long Altered { get; private set; }

        public long UnflaggedGaps { get; private set; }

        public long WrongSums { get; private set; }

        public long Broken { get; private set; }

        public long PowerCuts { get; private set; }

        public long Kills { get; private set; }

        public long Repeats { get; private set; }

        public long Missing { get; private set; }

        public long Pruned { get; private set; }

        public bool IsGood => Lost + Doubled + Altered + UnflaggedGaps + WrongSums + Broken == 0;

        public void Add(Tally tally, World world, string? broken)
        {
            Readings += tally.Readings;
            Events += tally.Events;
            Lost += tally.Lost;
            Doubled += tally.Doubled;
            Altered += tally.Altered;
            UnflaggedGaps += tally.UnflaggedGaps;
            WrongSums += tally.WrongSums;
            Broken += broken == null ? 0 : 1;
            PowerCuts += world.Nodes.Sum(n => n.PowerCuts);
            Missing += world.Nodes.Sum(n => n.Missing);
            Kills += world.Site.Kills;
            Pruned += world.Site.Pruned;
            Repeats += world.HeadEnd.Repeats;
        }
    }
}
