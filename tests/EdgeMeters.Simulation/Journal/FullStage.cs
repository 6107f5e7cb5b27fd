using EdgeMeters.Bench.Flash;
using EdgeMeters.Metering.Journal;
using EdgeMeters.Wire;

namespace EdgeMeters.Simulation.Journal;

/// <summary>A journal that nobody empties: it gives up the oldest rows, by whole sectors, and its last event names exactly those that are gone.</summary>
internal static class FullStage
{
    private const int LapsMax = 6;

    public static void Run(JournalBench bench)
    {
        SimulatedFlash flash = new(bench.Ground.Flash);
        JournalModel model = bench.NewModel();
        JournalLife life = bench.Begin(flash, model, hasGateway: false);
        for (int lap = 1; lap < LapsMax; lap++)
        {
            while (flash.Erases <= lap * bench.Ground.Flash.SectorCount)
                life.AppendRow();
            flash.Sync();
            life = bench.Begin(new SimulatedFlash(bench.Ground.Flash, flash.Image()), model.Branch(), hasGateway: false);
            CheckPolicy(bench, life, model);
            life = bench.Begin(flash, model, hasGateway: false);
        }
    }

    private static void CheckPolicy(JournalBench bench, JournalLife life, JournalModel model)
    {
        ReadingBlock block = new(Limits.ReadingsPerBlockMax);
        life.Journal.ReadRows(1, 1, block);
        uint oldest = block.FirstSequence;
        (long first, long last) = LastOverflow(life.Journal);
        if ((first, last) != (1, oldest - 1L))
            throw new PromiseBroken(Breach.Lost, $"rows 1 to {oldest - 1} are gone, the event names {first} to {last}");
        JournalModel branch = model.Branch();
        int rows = bench.Check(life, branch);
        // One sector is being written, of another one room may be left over at its end: the others are full of rows.
        long rowsMin = model.LastRow * (bench.Ground.Flash.SectorCount - 1L) / (LapsMax * bench.Ground.Flash.SectorCount) / 2;
        if (rows != model.LastRow - last || rows < rowsMin)
            throw new PromiseBroken(Breach.Lost, $"{rows} rows are left of {model.LastRow}, {last} were given up");
    }

    private static (long First, long Last) LastOverflow(ReadingJournal journal)
    {
        EventBlock block = new();
        (long, long) overflow = (0, 0);
        for (uint from = 1; journal.ReadEvents(from, block) > 0; from = block.FirstSequence + (uint)block.Count)
        {
            for (int i = 0; i < block.Count; i++)
            {
                if (block.Codes[i] == (byte)EventCode.JournalOverflow)
                    overflow = (block.A[i], block.B[i]);
            }
        }
        return overflow;
    }
}
