using EdgeMeters.Bench.Flash;

namespace EdgeMeters.Simulation.Journal;

/// <summary>Damage without a power cut: each byte of a full journal flipped, reads that lie or fail once, sectors of nothing but garbage.</summary>
internal static class DamageStage
{
    private const int WrongReadLives = 60;

    // An opening takes up to two thousand reads, and some have to come through.
    private const int ReadsUntilThrowMax = 8000;
    private const int ReadsUntilWrongMax = 200;

    public static void Flip(JournalBench bench, JournalFigures figures)
    {
        (byte[] image, JournalModel model) = Full(bench);
        int whole = bench.Check(bench.Begin(new SimulatedFlash(bench.Ground.Flash, image), model, hasGateway: false), model);
        for (int at = 0; at < image.Length; at++, figures.Flips++)
        {
            byte kept = image[at];
            image[at] ^= (byte)(1 << bench.Random.Next(8));
            JournalModel branch = model.Branch();
            branch.AcceptAnyRegisters = true;
            JournalLife life = bench.Open(new SimulatedFlash(bench.Ground.Flash, image), branch, missingMax: 1);
            if (bench.Check(life, branch, missingMax: 1) < whole - 1)
                throw new PromiseBroken(Breach.Lost, $"one bit at {at} cost more than its row");
            // The gateway may have had the damaged one: that its sequence is not used again, the model asserts.
            life.AppendRow();
            life.AppendEvent();
            image[at] = kept;
        }
    }

    /// <summary>Now and then a read throws, or tells one bit wrong: it costs a restart at most, and no reading.</summary>
    public static void ReadWrongly(JournalBench bench, JournalFigures figures)
    {
        Random random = bench.Random;
        for (int run = 0; run < WrongReadLives; run++)
        {
            SimulatedFlash flash = new(bench.Ground.Flash);
            JournalModel model = bench.NewModel();
            // Two wrong ones in a row are damage: what the second read says again is believed.
            bool throws = run % 2 == 0;
            int next = 0;
            bool IsNow(int read)
            {
                if (read < next)
                    return false;
                next = read + random.Next(10, throws ? ReadsUntilThrowMax : ReadsUntilWrongMax);
                figures.WrongReads++;
                return true;
            }
            flash.IsReadRefused = read => throws && IsNow(read);
            flash.WrongBitOf = (read, count) => !throws && IsNow(read) ? random.Next(8 * count) : -1;
            while (flash.Erases < 3 * bench.Ground.Flash.SectorCount)
                JournalBench.Survives(() => LiveAWhile(bench, flash, model));
            flash.IsReadRefused = _ => false;
            flash.WrongBitOf = (_, _) => -1;
            bench.Open(flash, model);
        }
    }

    /// <summary>A sector that cannot be read at all: the journal does not open, nothing is changed, and all is there once it can be read again.</summary>
    public static void RefuseToRead(JournalBench bench)
    {
        (byte[] image, JournalModel model) = Full(bench);
        for (int sector = 0; sector < bench.Ground.Flash.SectorCount; sector++)
        {
            SimulatedFlash flash = new(bench.Ground.Flash, image);
            flash.MakeUnreadable(sector);
            if (JournalBench.Survives(() => bench.Begin(flash, model.Branch())))
                throw new PromiseBroken(Breach.Lost, $"a journal was opened though sector {sector} could not be read");
            if (!flash.Image().AsSpan().SequenceEqual(image))
                throw new PromiseBroken(Breach.Altered, $"a journal was changed though sector {sector} could not be read");
        }
    }

    /// <summary>Sectors of garbage, at its worst for who searches them: recovery has a bound all the same.</summary>
    public static void ReadGarbage(JournalBench bench, JournalFigures figures)
    {
        (byte[] image, JournalModel model) = Full(bench);
        int recordsFrom = 2 * (36 + bench.Ground.Flash.ProgramBytes);
        double seen = figures.ReadMultipleMax;
        foreach (Func<int, byte> garbage in new Func<int, byte>[] { _ => (byte)bench.Random.Next(256), at => (byte)(at % 2 == 0 ? 0xFF : 0), at => (byte)(at % 16 == 0 ? 0 : 0xFF) })
        {
            byte[] spoilt = [.. image];
            for (int at = 0; at < image.Length; at++)
            {
                if (at % bench.Ground.Flash.SectorBytes >= recordsFrom)
                    spoilt[at] = garbage(at);
            }
            figures.ReadMultipleMax = 0;
            JournalModel branch = model.Branch();
            branch.AcceptAnyRegisters = true;
            JournalLife life = bench.Open(new SimulatedFlash(bench.Ground.Flash, spoilt), branch, int.MaxValue, GarbageReadMultiple);
            life.AppendRow();
            life.AppendEvent();
            figures.GarbageReadMultipleMax = Math.Max(figures.GarbageReadMultipleMax, figures.ReadMultipleMax);
        }
        figures.ReadMultipleMax = seen;
    }

    /// <summary>Each byte may begin a record or a blank stretch, and 256 bytes are looked at to tell the latter; each sector is searched twice.</summary>
    private const double GarbageReadMultiple = 1024;

    private static void LiveAWhile(JournalBench bench, SimulatedFlash flash, JournalModel model)
    {
        JournalLife life = bench.Open(flash, model);
        for (int i = 0; i < 40; i++)
            life.Step();
        bench.Check(life, model);
    }

    private static (byte[] Image, JournalModel Model) Full(JournalBench bench)
    {
        SimulatedFlash flash = new(bench.Ground.Flash);
        JournalModel model = bench.NewModel();
        JournalLife life = bench.Begin(flash, model, hasGateway: false);
        while (flash.Erases < bench.Ground.Flash.SectorCount + 2)
            life.Step();
        flash.Sync();
        bench.Check(life, model);
        return (flash.Image(), model);
    }
}
