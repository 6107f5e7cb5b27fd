using EdgeMeters.Bench.Flash;

namespace EdgeMeters.Simulation.Journal;

/// <summary>Writes torn at random, each with a random subset of its bits: what came before is whole, the torn one is whole or not there.</summary>
internal static class TornStage
{
    private const int TearsOfWrite = 25;
    private const int ErasesOfLife = 8;
    private const int SayEvery = 100_000;

    public static void Run(JournalBench bench, JournalFigures figures, long tornWrites, Action<string> progress)
    {
        long torn = 0, said = 0;
        while (torn < tornWrites)
        {
            SimulatedFlash flash = new(bench.Ground.Flash);
            JournalModel model = bench.NewModel();
            flash.UnderWay = () =>
            {
                int bytes = flash.UnderWayBytes;
                for (int i = 0; i < TearsOfWrite && bytes > 0; i++, torn++)
                    OpenTorn(bench, flash.ImageAfterCut(bench.Random, bench.Random.Next(1, bytes)), model.Branch());
            };
            JournalLife life = bench.Begin(flash, model);
            while (flash.Erases < ErasesOfLife)
                life.Step();
            if (torn / SayEvery == said)
                continue;
            said = torn / SayEvery;
            progress($"{bench.Ground.Name}: {torn} torn writes");
        }
        figures.TornWrites += torn;
    }

    private static void OpenTorn(JournalBench bench, byte[] image, JournalModel model)
    {
        JournalLife life = bench.Open(new SimulatedFlash(bench.Ground.Flash, image), model);
        life.AppendRow();
    }
}
