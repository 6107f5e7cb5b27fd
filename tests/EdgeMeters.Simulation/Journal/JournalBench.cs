using EdgeMeters.Bench.Flash;
using EdgeMeters.Metering.Ports;
using EdgeMeters.Wire;

namespace EdgeMeters.Simulation.Journal;

/// <summary>Opens a journal on what a fault left, and holds it against its model.</summary>
internal sealed class JournalBench(JournalGround ground, JournalFigures figures, Random random)
{
    /// <summary>
    /// An opening looks for the newest sector's start, then reads from there on: each sector twice at most, and what is damaged in pieces that
    /// overlap. Sectors of 4096 bytes come to less than 4; of 512 bytes, of which the heads are a sixth, to 6, and to between 8 and 9 where a torn write
    /// of single bytes has to be looked at from each of them.
    /// </summary>
    public const double ReadMultiple = 10;

    private readonly ChannelLayout[] _layout = JournalLife.Layout(ground.Channels);
    private readonly ReadingBlock _block = new(3 * Limits.ReadingsPerBlockMax);

    public JournalGround Ground => ground;

    public Random Random => random;

    public JournalModel NewModel() => new(JournalLife.StartRegisters(ground.Channels));

    public JournalLife Begin(SimulatedFlash flash, JournalModel model, bool hasGateway = true)
    {
        return new JournalLife(flash, _layout, model, random) { HasGateway = hasGateway };
    }

    /// <summary>Opens, and checks all that is there and how much had to be read for it.</summary>
    public JournalLife Open(SimulatedFlash flash, JournalModel model, int missingMax = 0, double readMultiple = ReadMultiple)
    {
        long before = flash.ReadBytes;
        JournalLife life = Begin(flash, model);
        double multiple = (double)(flash.ReadBytes - before) / ground.Flash.Bytes;
        figures.ReadMultipleMax = Math.Max(figures.ReadMultipleMax, multiple);
        if (multiple > readMultiple)
            throw new PromiseBroken(Breach.Unbounded, $"an opening read {multiple:0.0} times the journal's bytes; the bound is {readMultiple:0}");
        Check(life, model, missingMax);
        return life;
    }

    public int Check(JournalLife life, JournalModel model, int missingMax = 0)
    {
        model.TakeEvents(life.Journal, missingMax);
        return model.CheckRows(life.Journal, _block, missingMax);
    }

    /// <summary>Opens what a power cut left, goes on, and now and then restarts once more.</summary>
    public void LiveOn(byte[] image, JournalModel model)
    {
        SimulatedFlash flash = new(ground.Flash, image);
        JournalLife life = Open(flash, model);
        life.AppendRow();
        life.AppendEvent();
        life.AppendRow();
        if (random.Next(16) > 0)
            return;
        for (int i = 0; i < 20; i++)
            life.Step();
        Open(new SimulatedFlash(ground.Flash, flash.Image()), model);
    }

    /// <summary>Runs what a fault may end: true when it came through.</summary>
    public static bool Survives(Action work)
    {
        try
        {
            work();
            return true;
        }
        catch (DeviceException)
        {
            return false;
        }
    }
}
