using EdgeMeters.Bench.Flash;
using EdgeMeters.Firmware.Tests.Support;
using EdgeMeters.Metering.Journal;
using EdgeMeters.Wire;

namespace EdgeMeters.Firmware.Tests.Journal;

public sealed class JournalPowerCutTests(ITestOutputHelper output)
{
    private const int TornPoints = 3;

    private readonly ReadingBlock _block = new(3 * Limits.ReadingsPerBlockMax);

    /// <summary>One life over more than three laps; at each operation the power goes, at several of its bytes, and the journal is opened after it.</summary>
    [Theory]
    [MemberData(nameof(Geometry.All), MemberType = typeof(Geometry))]
    public void Journal_power_cut_at_any_operation_keeps_every_appended_reading(string name)
    {
        Geometry geometry = Geometry.Of(name);
        Random random = new(Seed.Take(output));
        ChannelLayout[] layout = JournalLife.Layout(geometry.Channels);
        SimulatedFlash flash = new(geometry);
        JournalModel model = new(JournalLife.StartRegisters(geometry.Channels));
        int cuts = 0;
        flash.UnderWay = () =>
        {
            int bytes = flash.UnderWayBytes;
            for (int i = 0; i < TornPoints + 2; i++)
            {
                // Before, after, and torn somewhere between; a sync has no bytes, but leaves what is before it to chance.
                int done = i == 0 ? 0 : i == 1 ? bytes : random.Next(bytes + 1);
                if (bytes == 0 && i > 1)
                    break;
                LiveOn(new SimulatedFlash(geometry, flash.ImageAfterCut(random, done)), layout, model.Branch(), random);
                cuts++;
            }
        };
        JournalLife life = new(flash, layout, model, random);
        while (flash.Erases <= 3 * geometry.SectorCount)
            life.Step();
        output.WriteLine($"{cuts} power cuts, {model.LastRow} rows, {flash.Erases} erases");
        Assert.True(cuts > 500);
    }

    /// <summary>Life after life on one flash, each ended by a power cut, many of them within the opening.</summary>
    [Theory]
    [MemberData(nameof(Geometry.All), MemberType = typeof(Geometry))]
    public void Journal_lives_through_any_number_of_power_cuts(string name)
    {
        Geometry geometry = Geometry.Of(name);
        Random random = new(Seed.Take(output));
        ChannelLayout[] layout = JournalLife.Layout(geometry.Channels);
        for (int run = 0; run < 8; run++)
        {
            JournalModel model = new(JournalLife.StartRegisters(geometry.Channels));
            byte[]? image = null;
            for (int lives = 0; lives < 60; lives++)
                image = LiveAndDie(geometry, image, layout, model, random);
            SimulatedFlash flash = new(geometry, image);
            CheckAll(new JournalLife(flash, layout, model, random), model);
            output.WriteLine($"run {run}: {model.LastRow} rows, {model.LastEvent} events");
        }
    }

    /// <summary>A supply that breaks down as soon as the node writes must not eat up the journal, sector by sector.</summary>
    [Fact]
    public void A_supply_that_fails_at_each_start_costs_no_row()
    {
        Geometry geometry = Geometry.Nor;
        Random random = new(Seed.Take(output));
        ChannelLayout[] layout = JournalLife.Layout(geometry.Channels);
        SimulatedFlash flash = new(geometry);
        JournalModel model = new(JournalLife.StartRegisters(geometry.Channels));
        JournalLife life = new(flash, layout, model, random) { HasGateway = false };
        while (flash.Erases < geometry.SectorCount)
            life.AppendRow();
        byte[] image = flash.Image();
        for (int start = 0; start < 40; start++)
        {
            SimulatedFlash again = new(geometry, image);
            JournalLife next = new(again, layout, model, random) { HasGateway = false };
            again.UnderWay = () => throw new PowerCut();
            Assert.Throws<PowerCut>(next.AppendEvent);
            image = again.ImageAfterCut(random, again.UnderWayBytes / 2);
        }
        JournalLife last = new(new SimulatedFlash(geometry, image), layout, model, random);
        Assert.Equal(0u, last.Journal.ReleasedRow);
        CheckAll(last, model);
    }

    /// <summary>Three meters, of which one moves to another channel and one is exchanged; the power goes at each operation of the opening.</summary>
    [Theory]
    [MemberData(nameof(Geometry.All), MemberType = typeof(Geometry))]
    public void A_power_cut_while_the_layout_changes_takes_no_register_to_another_meter(string name)
    {
        Geometry geometry = Geometry.Of(name) with { Channels = 3 };
        Random random = new(Seed.Take(output));
        ChannelLayout[] before = JournalLife.Layout(3);
        ChannelLayout[] after = [before[2], JournalLife.Layout(1, "new")[0], before[1]];
        SimulatedFlash old = new(geometry);
        Open(old, before, [1, 2, 3]).Checkpoint(1_800_000_000, [900, 901, 902]);
        SimulatedFlash flash = new(geometry, old.Image());
        int cuts = 0;
        flash.UnderWay = () =>
        {
            for (int i = 0; i < 40; i++, cuts++)
            {
                byte[] image = flash.ImageAfterCut(random, i == 0 ? 0 : random.Next(flash.UnderWayBytes + 1));
                long[] registers = [11, 22, 33];
                Open(new SimulatedFlash(geometry, image), after, registers);
                Assert.Equal([902, 22, 901], registers);
                // Or the old configuration is put back.
                registers = [11, 22, 33];
                Open(new SimulatedFlash(geometry, image), before, registers);
                Assert.Contains(registers[0], new long[] { 11, 900 });
                Assert.Equal([901, 902], registers.Skip(1));
            }
        };
        Open(flash, after, [11, 22, 33]);
        Assert.True(cuts > 200);
    }

    /// <summary>The last byte that a torn record lacks may be the one with which a row begins: the two must not be read as one.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(16)]
    public void A_record_that_lacks_its_last_byte_is_not_completed_by_the_next_one(int programBytes)
    {
        const byte rowType = 0x52;
        Geometry geometry = new(programBytes, 4096, 3, 1);
        int found = 0;
        for (int a = 0; a < 20_000 && found < 4; a++)
        {
            SimulatedFlash flash = new(geometry);
            ReadingJournal journal = Open(flash, JournalLife.Layout(1), [5]);
            // Of 33 bytes: the last one stands first in a unit.
            journal.AppendEvent(1_800_000_000, EventCode.MeterSilent, 0, (1L << 48) + a, 1L << 48);
            byte[] image = flash.Image();
            int last = Array.FindLastIndex(image, geometry.SectorBytes - 1, programmed => programmed != 0xFF);
            if (image[last] != rowType || last % programBytes != 0)
                continue;
            found++;
            image[last] = 0xFF;
            SimulatedFlash after = new(geometry, image);
            uint row = Open(after, JournalLife.Layout(1), [5]).AppendRow(1_800_000_900, ClockQuality.Synchronised, [6], new byte[1]);
            ReadingJournal next = Open(after, JournalLife.Layout(1), [5]);
            Assert.Equal(1, next.ReadRows(row, 1, _block));
            Assert.Equal(6, _block.Registers[0]);
            Assert.Equal(0, next.ReadEvents(1, new EventBlock()));
        }
        Assert.True(found > 0);
    }

    private static ReadingJournal Open(SimulatedFlash flash, ChannelLayout[] layout, long[] registers)
    {
        ReadingJournal journal = new(flash, new JournalLife.RandomEntropy(new Random(1)));
        journal.Open(layout, registers);
        return journal;
    }

    private byte[] LiveAndDie(Geometry geometry, byte[]? image, ChannelLayout[] layout, JournalModel model, Random random)
    {
        SimulatedFlash flash = new(geometry, image);
        int operationsLeft = random.Next(3) == 0 ? random.Next(12) : random.Next(150);
        flash.UnderWay = () =>
        {
            if (operationsLeft-- == 0)
                throw new PowerCut();
        };
        try
        {
            JournalLife life = new(flash, layout, model, random) { HasGateway = random.Next(3) > 0 };
            CheckAll(life, model);
            while (true)
                life.Step();
        }
        catch (PowerCut)
        {
            return flash.ImageAfterCut(random, random.Next(flash.UnderWayBytes + 1));
        }
    }

    private void LiveOn(SimulatedFlash flash, ChannelLayout[] layout, JournalModel model, Random random)
    {
        JournalLife life = new(flash, layout, model, random);
        CheckAll(life, model);
        life.AppendRow();
        life.AppendEvent();
        life.AppendRow();
        if (random.Next(4) > 0)
            return;
        for (int i = 0; i < 20; i++)
            life.Step();
        CheckAll(new JournalLife(new SimulatedFlash(new Geometry(flash.ProgramBytes, flash.SectorBytes, flash.SectorCount, layout.Length), flash.Image()),
            layout, model, random), model);
    }

    private void CheckAll(JournalLife life, JournalModel model)
    {
        model.TakeEvents(life.Journal);
        model.CheckRows(life.Journal, _block);
    }
}
