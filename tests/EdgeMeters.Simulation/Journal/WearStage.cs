using EdgeMeters.Bench.Flash;
using EdgeMeters.Metering.Journal;
using EdgeMeters.Wire;

namespace EdgeMeters.Simulation.Journal;

/// <summary>Twenty years of a node, each of its writes really done: how often is a sector erased, and do all wear alike?</summary>
internal static class WearStage
{
    public const int Years = 20;

    /// <summary>Endurance of a sector of serial NOR flash, as its vendors state it (W25Q128JV: more than 100,000 cycles).</summary>
    public const int EraseLimit = 100_000;

    private const int Registers = 16;
    private const int PeriodSeconds = 900;
    private const int KiB = 256;
    private const int SectorBytes = 4096;
    private const long Rows = Years * 36525L * 864 / PeriodSeconds;

    /// <param name="checkpointsOfInterval">Between two rows; pulse inputs are kept every minute.</param>
    /// <returns>Erases of the sector that had most.</returns>
    public static int Run(int checkpointsOfInterval, Action<string> progress)
    {
        SimulatedFlash flash = new(new FlashGeometry(1, SectorBytes, KiB * 1024 / SectorBytes));
        long[] registers = new long[Registers];
        ReadingJournal journal = new(flash, new JournalLife.RandomEntropy(new Random(1)));
        journal.Open(JournalLife.Layout(Registers), registers);
        byte[] qualities = new byte[Registers];
        uint utcSeconds = 1_800_000_000;
        for (long row = 0; row < Rows; row++)
        {
            for (int i = 1; i <= checkpointsOfInterval; i++)
            {
                Advance(registers);
                journal.Checkpoint(utcSeconds + (uint)(i * PeriodSeconds / (checkpointsOfInterval + 1)), registers);
            }
            Advance(registers);
            utcSeconds += PeriodSeconds;
            // The gateway takes each row by itself, which costs a release each.
            journal.ReleaseRows(journal.AppendRow(utcSeconds, ClockQuality.Synchronised, registers, qualities));
            if (row % 100_000 == 0)
                progress($"wear, {checkpointsOfInterval} checkpoints an interval: {row} rows of {Rows}");
        }
        return Judge(flash, checkpointsOfInterval, progress);
    }

    private static int Judge(SimulatedFlash flash, int checkpointsOfInterval, Action<string> progress)
    {
        int most = flash.ErasesOf.Max();
        int least = flash.ErasesOf.Min();
        progress($"wear, {checkpointsOfInterval} checkpoints an interval: {Rows} rows of {Registers} registers in {KiB} KiB, {Years} years: "
            + $"{least} to {most} erases a sector of {EraseLimit}");
        if (most > EraseLimit || most - least > 1)
            throw new PromiseBroken(Breach.Unbounded, $"a sector was erased {most} times, another {least}; the limit is {EraseLimit}, and all wear alike");
        return most;
    }

    private static void Advance(long[] registers)
    {
        for (int i = 0; i < registers.Length; i++)
            registers[i] += 20 + i;
    }
}
