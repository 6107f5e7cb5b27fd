using EdgeMeters.Bench.Flash;
using CsCheck;
using EdgeMeters.Firmware.Tests.Support;
using EdgeMeters.Metering.Journal;
using EdgeMeters.Metering.Ports;
using EdgeMeters.Wire;

namespace EdgeMeters.Firmware.Tests.Journal;

public sealed class JournalPolicyTests(ITestOutputHelper output)
{
    private readonly ReadingBlock _block = new(3 * Limits.ReadingsPerBlockMax);

    [Theory]
    [MemberData(nameof(Geometry.All), MemberType = typeof(Geometry))]
    public void A_full_journal_gives_up_the_oldest_rows_and_one_event_names_them_all(string name)
    {
        Geometry geometry = Geometry.Of(name);
        Random random = new(Seed.Take(output));
        ChannelLayout[] layout = JournalLife.Layout(geometry.Channels);
        SimulatedFlash flash = new(geometry);
        JournalModel model = new(JournalLife.StartRegisters(geometry.Channels));
        JournalLife life = new(flash, layout, model, random) { HasGateway = false };
        while (flash.Erases < geometry.SectorCount)
            life.AppendRow();
        Assert.Empty(Overflows(life.Journal));
        // Several laps, a restart in each: the last event says it all, whatever became of the ones before.
        for (int lap = 2; lap < 5; lap++)
        {
            while (flash.Erases < lap * geometry.SectorCount)
                life.AppendRow();
            life = new(flash, layout, model, random) { HasGateway = false };
        }
        (long first, long last) = Overflows(life.Journal)[^1];
        Assert.True(life.Journal.ReadRows(1, 1, _block) == 1);
        Assert.Equal((1, _block.FirstSequence - 1), (first, last));
        Assert.Equal(_block.FirstSequence - 1, life.Journal.ReleasedRow);
        model.TakeEvents(life.Journal);
        int kept = model.CheckRows(life.Journal, _block);
        Assert.Equal(model.LastRow - last, kept);
    }

    [Fact]
    public void Rows_that_were_released_make_room_without_an_event_and_stay_readable_until_then()
    {
        Geometry geometry = Geometry.Nor;
        Random random = new(Seed.Take(output));
        SimulatedFlash flash = new(geometry);
        JournalModel model = new(JournalLife.StartRegisters(geometry.Channels));
        JournalLife life = new(flash, JournalLife.Layout(geometry.Channels), model, random) { HasGateway = false };
        while (flash.Erases < 3 * geometry.SectorCount)
        {
            life.AppendRow();
            life.Journal.ReleaseRows(model.LastRow);
        }
        Assert.Empty(Overflows(life.Journal));
        Assert.Equal(1, life.Journal.ReadRows(model.LastRow, 1, _block));
        Assert.Equal(1, life.Journal.ReadRows(1, 1, _block));
        Assert.InRange(_block.FirstSequence, 2u, model.LastRow - 60);
    }

    [Fact]
    public void A_release_survives_a_restart_and_never_goes_back()
    {
        Geometry geometry = Geometry.Nor;
        Random random = new(Seed.Take(output));
        ChannelLayout[] layout = JournalLife.Layout(geometry.Channels);
        SimulatedFlash flash = new(geometry);
        JournalModel model = new(JournalLife.StartRegisters(geometry.Channels));
        JournalLife life = new(flash, layout, model, random);
        for (int i = 0; i < 10; i++)
        {
            life.AppendRow();
            life.AppendEvent();
        }
        life.Journal.ReleaseRows(7);
        life.Journal.ReleaseEvents(4);
        life.Journal.ReleaseRows(5);
        life.Journal.ReleaseRows(11);
        JournalLife next = new(flash, layout, model, random);
        Assert.Equal((7u, 4u), (next.Journal.ReleasedRow, next.Journal.ReleasedEvent));
        Assert.Equal((11u, 11u), (next.Journal.NextRow, next.Journal.NextEvent));
    }

    [Fact]
    public void Rows_keep_the_layout_under_which_they_were_made_and_registers_follow_their_meter()
    {
        Random random = new(Seed.Take(output));
        Geometry geometry = Geometry.Nor with { Channels = 3 };
        SimulatedFlash flash = new(geometry);
        JournalModel model = new(JournalLife.StartRegisters(3));
        ChannelLayout[] before = JournalLife.Layout(3);
        JournalLife first = new(flash, before, model, random);
        for (uint i = 0; i < 5; i++)
            first.Journal.AppendRow(1_800_000_000 + i * 900, ClockQuality.Synchronised, [i, i, i], new byte[3]);
        uint layoutBefore = first.Journal.LayoutId;
        long[] registers = [900, 901, 902];
        first.Journal.Checkpoint(1_800_100_000, registers);

        // M2 moves to the front, M0 is exchanged, M1 gets another pulse constant.
        ChannelLayout[] after = [before[2], JournalLife.Layout(1, "new")[0], JournalLife.Layout(2)[1]];
        after[2].Numerator = 10;
        ReadingJournal second = new(flash, new JournalLife.RandomEntropy(random));
        long[] opened = [11, 22, 33];
        second.Open(after, opened);
        Assert.Equal([902, 22, 33], opened);
        Assert.Equal([true, false, false], Enumerable.Range(0, 3).Select(second.IsRestored));
        Assert.NotEqual(layoutBefore, second.LayoutId);
        second.AppendRow(1_800_200_000, ClockQuality.Synchronised, [903, 23, 34], new byte[3]);

        // A skipped time or a clock in doubt ends a block among the five too, so they come in one block or several.
        for (int sequence = 1; sequence <= 5; sequence += _block.Rows)
        {
            Assert.InRange(second.ReadRows((uint)sequence, 100, _block), 1, 6 - sequence);
            Assert.Equal(layoutBefore, _block.LayoutId);
        }
        Assert.Equal(1, second.ReadRows(6, 100, _block));
        Assert.Equal(second.LayoutId, _block.LayoutId);
        byte[] body = new byte[Limits.LayoutBytesMax];
        int count = second.ReadLayout(layoutBefore, body, 0);
        Assert.Equal(BlockError.None, LayoutCodec.TryReadBody(body, 0, count, out ChannelLayout[] read, out uint readId));
        Assert.Equal(layoutBefore, readId);
        Assert.Equal(["M0", "M1", "M2"], read.Select(c => c.MeterSerial));
        Assert.True(second.ReadLayout(second.LayoutId, body, 0) > 0);
        Assert.Equal(0, second.ReadLayout(12345, body, 0));
    }

    [Fact]
    public void A_start_register_survives_a_power_cut_before_the_first_row()
    {
        SimulatedFlash flash = new(Geometry.Nor);
        Open(flash, [123450, 7]);
        Assert.Equal([123450, 7], Open(flash, [0, 0]));
    }

    [Fact]
    public void Reading_on_from_where_the_last_read_ended_gives_what_a_fresh_journal_gives()
    {
        Gen.Select(Gen.Int, Gen.Int[1, 40].Array[1, 60]).Sample(
            (seed, counts) =>
            {
                Random random = new(seed);
                Geometry geometry = Geometry.Encrypted;
                ChannelLayout[] layout = JournalLife.Layout(geometry.Channels);
                SimulatedFlash flash = new(geometry);
                JournalModel model = new(JournalLife.StartRegisters(geometry.Channels));
                JournalLife life = new(flash, layout, model, random);
                ReadingBlock fresh = new(Limits.ReadingsPerBlockMax);
                ReadingBlock onward = new(Limits.ReadingsPerBlockMax);
                uint from = 1;
                foreach (int count in counts)
                {
                    for (int i = random.Next(6); i > 0; i--)
                        life.Step();
                    int rows = life.Journal.ReadRows(from, count, onward);
                    ReadingJournal other = new(new SimulatedFlash(geometry, flash.Image()), new JournalLife.RandomEntropy(random));
                    other.Open(layout, JournalLife.StartRegisters(geometry.Channels));
                    Assert.Equal(other.ReadRows(from, count, fresh), rows);
                    if (rows > 0)
                        Assert.Equal((fresh.FirstSequence, fresh.StartUtcSeconds, fresh.PeriodSeconds), (onward.FirstSequence, onward.StartUtcSeconds, onward.PeriodSeconds));
                    Assert.Equal(fresh.Registers.Take(rows * 2), onward.Registers.Take(rows * 2));
                    // Most often on, sometimes anywhere.
                    if (random.Next(5) == 0)
                        from = (uint)random.NextInt64(1, life.Journal.NextRow + 2);
                    else if (rows > 0)
                        from = onward.FirstSequence + (uint)rows;
                }
            },
            iter: 150);
    }

    [Fact]
    public void Sectors_too_small_for_the_layout_are_refused_with_the_size_that_is_needed()
    {
        SimulatedFlash flash = new(new Geometry(1, 256, 4, 3));
        ReadingJournal journal = new(flash, new JournalLife.RandomEntropy(new Random(1)));
        DeviceException refused = Assert.Throws<DeviceException>(() => journal.Open(JournalLife.Layout(3), new long[3]));
        Assert.Matches("sector of 256 bytes is too small .* needs [0-9]+", refused.Message);
    }

    private static long[] Open(SimulatedFlash flash, long[] registers)
    {
        new ReadingJournal(flash, new JournalLife.RandomEntropy(new Random(1))).Open(JournalLife.Layout(registers.Length), registers);
        return registers;
    }

    private static List<(long First, long Last)> Overflows(ReadingJournal journal)
    {
        List<(long, long)> overflows = [];
        EventBlock block = new();
        for (uint from = 1; journal.ReadEvents(from, block) > 0; from = block.FirstSequence + (uint)block.Count)
        {
            for (int i = 0; i < block.Count; i++)
            {
                if (block.Codes[i] == (byte)EventCode.JournalOverflow)
                    overflows.Add((block.A[i], block.B[i]));
            }
        }
        return overflows;
    }
}
