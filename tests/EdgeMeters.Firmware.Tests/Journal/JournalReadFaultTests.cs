using EdgeMeters.Bench.Flash;
using EdgeMeters.Firmware.Tests.Support;
using EdgeMeters.Metering.Journal;
using EdgeMeters.Metering.Ports;
using EdgeMeters.Wire;

namespace EdgeMeters.Firmware.Tests.Journal;

/// <summary>Reads that throw or tell something wrong, once or for good; and what two power cuts, or a whole sector of damage, did to the journal once.</summary>
public sealed class JournalReadFaultTests(ITestOutputHelper output)
{
    private readonly ReadingBlock _block = new(3 * Limits.ReadingsPerBlockMax);
    private readonly JournalModel _model = new(JournalLife.StartRegisters(Geometry.Nor.Channels));
    private readonly ChannelLayout[] _layout = JournalLife.Layout(Geometry.Nor.Channels);

    [Fact]
    public void A_read_that_throws_while_rows_are_drained_makes_no_row_be_passed_over()
    {
        SimulatedFlash flash = new(Geometry.Nor);
        ReadingJournal journal = NewLife(flash).Journal;
        for (uint i = 0; i < 30; i++)
            journal.AppendRow(1_800_000_000 + 900 * i, ClockQuality.Synchronised, new long[_layout.Length], new byte[_layout.Length]);
        Assert.Equal(5, journal.ReadRows(1, 5, _block));
        int reads = flash.Reads;
        flash.IsReadRefused = read => read == reads + 5;
        Assert.Throws<DeviceException>(() => journal.ReadRows(6, 10, _block));
        Assert.Equal(10, journal.ReadRows(6, 10, _block));
        Assert.Equal(6u, _block.FirstSequence);
    }

    [Fact]
    public void A_read_that_is_wrong_once_costs_no_row_and_no_register()
    {
        Random random = new(Seed.Take(output));
        SimulatedFlash flash = new(Geometry.Nor);
        JournalLife life = NewLife(flash, random);
        while (flash.Erases < Geometry.Nor.SectorCount + 1)
            life.Step();
        for (int wrong = 0; wrong < 900; wrong++)
        {
            SimulatedFlash again = new(Geometry.Nor, flash.Image()) { WrongBitOf = (read, count) => read == wrong ? random.Next(8 * count) : -1 };
            JournalModel model = _model.Branch();
            JournalLife next = new(again, _layout, model, random);
            model.TakeEvents(next.Journal);
            model.CheckRows(next.Journal, _block);
        }
    }

    [Fact]
    public void An_event_that_was_read_back_wrong_once_is_kept_once()
    {
        SimulatedFlash flash = new(Geometry.Nor);
        JournalLife life = NewLife(flash);
        life.AppendEvent();
        while (flash.Erases < Geometry.Nor.SectorCount + 2)
            life.AppendRow();
        int reads = flash.Reads;
        // What reads back first is the event itself.
        flash.WrongBitOf = (read, _) => read == reads ? 3 : -1;
        life.AppendEvent();
        Assert.True(flash.Erases > Geometry.Nor.SectorCount + 2);
        JournalLife next = NewLife(flash);
        _model.TakeEvents(next.Journal);
        _model.CheckRows(next.Journal, _block);
        Assert.Equal(life.Journal.NextEvent, next.Journal.NextEvent);
    }

    [Fact]
    public void A_sector_that_cannot_be_read_keeps_the_journal_shut_and_unchanged()
    {
        SimulatedFlash flash = new(Geometry.Nor);
        JournalLife life = NewLife(flash);
        while (flash.Erases < Geometry.Nor.SectorCount)
            life.AppendRow();
        byte[] image = flash.Image();
        for (int sector = 0; sector < Geometry.Nor.SectorCount; sector++)
        {
            SimulatedFlash again = new(Geometry.Nor, image);
            again.MakeUnreadable(sector);
            Assert.Throws<DeviceException>(() => NewLife(again));
            Assert.Equal(image, again.Image());
        }
    }

    [Fact]
    public void Rows_given_up_are_named_though_their_event_s_sector_is_erased_after_a_restart()
    {
        Random random = new(Seed.Take(output));
        SimulatedFlash flash = new(Geometry.Nor);
        JournalLife life = NewLife(flash, random);
        while (flash.Erases < Geometry.Nor.SectorCount + 2)
            life.AppendRow();
        uint lost = life.Journal.ReleasedRow;
        Assert.True(lost > 0);
        // The gateway takes rows and no events; restarts come between, so that each knows the newest sector only.
        while (flash.Erases < 4 * Geometry.Nor.SectorCount)
        {
            life.AppendRow();
            life.Journal.ReleaseRows(_model.LastRow);
            if (random.Next(4) == 0)
                life = NewLife(flash, random);
        }
        EventBlock events = new();
        Assert.True(life.Journal.ReadEvents(1, events) > 0);
        Assert.Equal(((byte)EventCode.JournalOverflow, 1L), (events.Codes[0], events.A[0]));
        Assert.True(events.B[0] >= lost);
    }

    [Fact]
    public void A_newest_sector_of_nothing_but_damage_gives_no_sequence_a_second_time()
    {
        SimulatedFlash flash = new(Geometry.Nor);
        JournalLife life = NewLife(flash);
        while (flash.Erases < 2)
            life.AppendRow();
        for (int i = 0; i < 20; i++)
            life.AppendRow();
        uint next = life.Journal.NextRow;
        byte[] image = flash.Image();
        for (int at = Geometry.Nor.SectorBytes + 72; image[at] != 0xFF || image[at + 1] != 0xFF || image[at + 9] != 0xFF; at++)
            image[at] = 0x12;
        for (int start = 0; start < 3; start++)
        {
            SimulatedFlash again = new(Geometry.Nor, image);
            ReadingJournal journal = new(again, new JournalLife.RandomEntropy(new Random(1)));
            journal.Open(_layout, new long[_layout.Length]);
            Assert.True(journal.NextRow >= next);
            image = again.Image();
        }
    }

    private JournalLife NewLife(SimulatedFlash flash, Random? random = null)
    {
        _model.AcceptAnyRegisters = random == null;
        return new JournalLife(flash, _layout, _model, random ?? new Random(1)) { HasGateway = false };
    }
}
