using System.Diagnostics;
using EdgeMeters.Bench.Flash;

namespace EdgeMeters.Simulation.Journal;

/// <summary>The journal's proof: everything that flash and supply can do, on every geometry, counted.</summary>
internal static class JournalRun
{
    public const int CutsDefault = 200_000;
    private const int TornWritesOfCut = 6;

    // A short run is for those who change something.
    private const int CutsOfLongRun = 100_000;

    /// <param name="cuts">Cut points at least, over all geometries; torn writes are in proportion, and wear is run where these are 100,000.</param>
    /// <returns>0 when every promise held.</returns>
    public static int Run(int seed, int cuts)
    {
        var watch = Stopwatch.StartNew();
        void Progress(string line) => Console.Error.WriteLine($"{watch.Elapsed.TotalSeconds,6:0.0} s  {line}");
        JournalFigures figures = new();
        bool isKept = true;
        foreach ((JournalGround ground, Action<JournalBench> stage) in Stages(figures, cuts, Progress))
        {
            // Each stage has its own numbers, so that it can be looked at without those before it.
            JournalBench bench = new(ground, figures, new Random(seed));
            isKept &= Holds(() => stage(bench), ground.Name, figures, seed, cuts);
        }
        Progress($"whole sectors of garbage: {figures.GarbageReadMultipleMax:0} times the journal's bytes read at most");
        if (cuts >= CutsOfLongRun)
            isKept &= Holds(() => Wear(figures, Progress), "wear", figures, seed, cuts);
        Console.WriteLine(figures);
        return isKept ? 0 : 1;
    }

    private static IEnumerable<(JournalGround, Action<JournalBench>)> Stages(JournalFigures figures, int cuts, Action<string> progress)
    {
        foreach (JournalGround ground in JournalGround.All)
        {
            yield return (ground, bench => CutStage.Run(bench, figures, cuts / JournalGround.All.Length, progress));
            yield return (ground, FullStage.Run);
            yield return (ground, bench => DamageStage.Flip(bench, figures));
            yield return (ground, bench => DamageStage.ReadWrongly(bench, figures));
            yield return (ground, DamageStage.RefuseToRead);
            yield return (ground, bench => DamageStage.ReadGarbage(bench, figures));
            progress($"{ground.Name}: full, {figures.Flips} flips, {figures.WrongReads} wrong reads");
        }
        foreach (JournalGround ground in JournalGround.Small)
            yield return (ground, bench => TornStage.Run(bench, figures, (long)cuts * TornWritesOfCut / JournalGround.Small.Length, progress));
    }

    private static void Wear(JournalFigures figures, Action<string> progress)
    {
        WearStage.Run(checkpointsOfInterval: 0, progress);
        figures.ErasesOfSector = WearStage.Run(checkpointsOfInterval: 14, progress);
        figures.WearYears = WearStage.Years;
    }

    private static bool Holds(Action stage, string name, JournalFigures figures, int seed, int cuts)
    {
        try
        {
            stage();
            return true;
        }
        catch (PromiseBroken broken)
        {
            figures.Count(broken);
            Console.Error.WriteLine($"{name}: {broken.Breach}: {broken.Message}\n{broken.StackTrace}");
        }
        catch (Exception e)
        {
            figures.Count(new PromiseBroken(Breach.Unbounded, e.Message));
            Console.Error.WriteLine($"{name}: {e}");
        }
        Console.Error.WriteLine($"again: dotnet run -c Release --project tests/EdgeMeters.Simulation -- --journal --seed {seed} --cuts {cuts}");
        return false;
    }
}
