using EdgeMeters.Bench.Flash;

namespace EdgeMeters.Simulation.Journal;

/// <summary>The power goes at every operation of a life and at every byte of it; and again while the journal opens after that.</summary>
internal static class CutStage
{
    private const int Laps = 3;

    /// <summary>A sync and what is before it can end in many ways.</summary>
    private const int TriesOfSync = 4;

    /// <summary>Each so many cuts, the power goes a second time, at each operation of the opening.</summary>
    private const int SecondCutEvery = 40;

    /// <param name="cutsMin">Lives are added until there were so many cut points; one life of three laps is the least.</param>
    public static void Run(JournalBench bench, JournalFigures figures, long cutsMin, Action<string> progress)
    {
        long cuts = 0;
        for (int life = 0; cuts < cutsMin || life == 0; life++)
        {
            cuts += LiveThrough(bench, figures, life);
            progress($"{bench.Ground.Name}: {cuts} cut points");
        }
    }

    private static long LiveThrough(JournalBench bench, JournalFigures figures, int life)
    {
        SimulatedFlash flash = new(bench.Ground.Flash);
        JournalModel model = bench.NewModel();
        long cuts = 0;
        flash.UnderWay = () =>
        {
            int bytes = flash.UnderWayBytes;
            for (int done = 0; done <= bytes; done++, cuts++)
            {
                for (int i = 0; i < (bytes == 0 ? TriesOfSync : 1); i++)
                {
                    byte[] image = flash.ImageAfterCut(bench.Random, done);
                    bench.LiveOn(image, model.Branch());
                    if ((cuts + done) % SecondCutEvery == 0)
                        CutAgain(bench, figures, image, model);
                }
            }
        };
        JournalLife first = bench.Begin(flash, model, hasGateway: life % 2 == 0);
        while (flash.Erases <= Laps * bench.Ground.Flash.SectorCount)
            first.Step();
        figures.Cuts += cuts;
        return cuts;
    }

    private static void CutAgain(JournalBench bench, JournalFigures figures, byte[] image, JournalModel model)
    {
        SimulatedFlash flash = new(bench.Ground.Flash, image);
        JournalModel opened = model.Branch();
        flash.UnderWay = () =>
        {
            int bytes = flash.UnderWayBytes;
            for (int i = 0; i < 3; i++)
            {
                int done = i == 0 ? 0 : i == 1 ? bytes : bench.Random.Next(bytes + 1);
                // What the first opening took up is not known to who comes after the second cut: its registers may be those of before.
                bench.LiveOn(flash.ImageAfterCut(bench.Random, done), opened.Branch());
                figures.SecondCuts++;
            }
        };
        JournalLife life = bench.Begin(flash, opened);
        bench.Check(life, opened);
        life.AppendRow();
        life.AppendEvent();
    }
}
