using EdgeMeters.Bench.Flash;
using EdgeMeters.Firmware.Tests.Support;
using EdgeMeters.Metering.Journal;
using EdgeMeters.Metering.Ports;
using EdgeMeters.Wire;

namespace EdgeMeters.Firmware.Tests.Journal;

/// <summary>What flash does without a power cut: bits that flip, bits that stick, operations that did not happen.</summary>
public sealed class JournalDamageTests(ITestOutputHelper output)
{
    private readonly ReadingBlock _block = new(3 * Limits.ReadingsPerBlockMax);

    [Theory]
    [InlineData(1, 4096, 3)]
    [InlineData(16, 512, 5)]
    public void Any_bit_that_flips_costs_at_most_its_own_record_and_never_changes_a_reading(int programBytes, int sectorBytes, int sectorCount)
    {
        Geometry geometry = new(programBytes, sectorBytes, sectorCount, 3);
        Random random = new(Seed.Take(output));
        ChannelLayout[] layout = JournalLife.Layout(geometry.Channels);
        SimulatedFlash flash = new(geometry);
        JournalModel model = new(JournalLife.StartRegisters(geometry.Channels));
        JournalLife life = new(flash, layout, model, random) { HasGateway = false };
        while (flash.Erases < geometry.SectorCount + 2)
            life.Step();
        model.TakeEvents(life.Journal);
        int whole = model.CheckRows(life.Journal, _block);
        byte[] image = flash.Image();
        for (int at = 0; at < image.Length; at++)
        {
            byte flipped = (byte)(image[at] ^ (1 << random.Next(8)));
            (image[at], flipped) = (flipped, image[at]);
            CheckFlipped(new SimulatedFlash(geometry, image), layout, model, random, whole);
            image[at] = flipped;
        }
    }

    [Fact]
    public void A_bit_that_flips_after_a_change_of_layout_takes_no_register_to_another_meter()
    {
        Geometry geometry = Geometry.Encrypted;
        Random random = new(Seed.Take(output));
        ChannelLayout[] before = JournalLife.Layout(2);
        ChannelLayout[] after = [before[1], before[0]];
        SimulatedFlash flash = new(geometry);
        ReadingJournal first = new(flash, new JournalLife.RandomEntropy(random));
        first.Open(before, [1000, 2000]);
        first.AppendRow(1_800_000_000, ClockQuality.Synchronised, [1001, 2001], new byte[2]);
        ReadingJournal second = new(flash, new JournalLife.RandomEntropy(random));
        long[] registers = [0, 0];
        second.Open(after, registers);
        Assert.Equal([2001, 1001], registers);
        second.AppendRow(1_800_000_900, ClockQuality.Synchronised, [2002, 1002], new byte[2]);
        byte[] image = flash.Image();
        for (int at = 0; at < 2 * geometry.SectorBytes; at++)
        {
            byte whole = image[at];
            image[at] ^= (byte)(1 << random.Next(8));
            registers = [0, 0];
            new ReadingJournal(new SimulatedFlash(geometry, image), new JournalLife.RandomEntropy(random)).Open(after, registers);
            Assert.InRange(registers[0], 2001, 2002);
            Assert.InRange(registers[1], 1001, 1002);
            image[at] = whole;
        }
    }

    [Fact]
    public void A_program_that_silently_did_nothing_is_noticed_before_the_append_returns()
    {
        Random random = new(Seed.Take(output));
        for (int ignored = 0; ignored < 150; ignored++)
            LiveWithFault(random, flash => flash.IsProgramIgnored = program => program == ignored, mustGoOn: true);
    }

    [Fact]
    public void An_erase_that_silently_did_nothing_is_noticed_before_the_append_returns()
    {
        Random random = new(Seed.Take(output));
        for (int ignored = 0; ignored < 16; ignored++)
            LiveWithFault(random, flash => flash.IsEraseIgnored = erase => erase == ignored, mustGoOn: true);
    }

    [Fact]
    public void Bits_that_stick_cost_room_and_nothing_else()
    {
        Random random = new(Seed.Take(output));
        for (int run = 0; run < 100; run++)
        {
            LiveWithFault(random, flash =>
            {
                for (int i = 0; i < 3; i++)
                {
                    int address = random.Next(flash.SectorCount * flash.SectorBytes);
                    if (random.Next(2) == 0)
                        flash.StickAt0(address, random.Next(8));
                    else
                        flash.StickAt1(address, random.Next(8));
                }
            }, mustGoOn: false);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_flash_that_takes_nothing_more_is_named_and_what_it_holds_stays_readable(bool stillErases)
    {
        Geometry geometry = Geometry.Nor;
        Random random = new(Seed.Take(output));
        SimulatedFlash flash = new(geometry);
        JournalModel model = new(JournalLife.StartRegisters(geometry.Channels));
        ChannelLayout[] layout = JournalLife.Layout(geometry.Channels);
        JournalLife life = new(flash, layout, model, random) { HasGateway = false };
        while (flash.Erases <= geometry.SectorCount)
            life.AppendRow();
        int programs = flash.Programs;
        flash.IsProgramIgnored = program => program >= programs;
        flash.IsEraseIgnored = _ => !stillErases;
        DeviceException broken = Assert.Throws<DeviceException>(life.AppendRow);
        Assert.Contains("Replace the flash or its file", broken.Message);
        Assert.Throws<DeviceException>(life.AppendEvent);
        // The sector that was being written is the one that must not be tried.
        _block.Rows = 0;
        uint newest = life.Journal.NextRow - 1;
        Assert.Equal(1, life.Journal.ReadRows(newest, 1, _block));
        Assert.Equal(newest, _block.FirstSequence);
    }

    [Fact]
    public void A_device_that_holds_something_else_is_refused_and_left_as_it_is()
    {
        Geometry geometry = Geometry.Nor;
        byte[] image = new byte[geometry.SectorBytes * geometry.SectorCount];
        new Random(Seed.Take(output)).NextBytes(image);
        SimulatedFlash flash = new(geometry, image);
        JournalModel model = new(JournalLife.StartRegisters(1));
        DeviceException refused = Assert.Throws<DeviceException>(
            () => new JournalLife(flash, JournalLife.Layout(1), model, new Random(1)));
        Assert.Contains("not a journal", refused.Message);
        Assert.Equal(image, flash.Image());
    }

    private void CheckFlipped(SimulatedFlash flash, ChannelLayout[] layout, JournalModel whole, Random random, int rowsWhole)
    {
        JournalModel model = whole.Branch();
        model.AcceptAnyRegisters = true;
        JournalLife life = new(flash, layout, model, random) { HasGateway = false };
        model.TakeEvents(life.Journal, missingMax: 1);
        int rows = model.CheckRows(life.Journal, _block, missingMax: 1);
        Assert.InRange(rows, rowsWhole - 1, rowsWhole);
        // The gateway may have had the damaged one: its sequence is not used again, which the model asserts.
        life.AppendRow();
        life.AppendEvent();
    }

    private void LiveWithFault(Random random, Action<SimulatedFlash> fault, bool mustGoOn)
    {
        Geometry geometry = Geometry.Encrypted;
        ChannelLayout[] layout = JournalLife.Layout(geometry.Channels);
        SimulatedFlash flash = new(geometry);
        JournalModel model = new(JournalLife.StartRegisters(geometry.Channels));
        fault(flash);
        bool isBroken = false;
        try
        {
            JournalLife life = new(flash, layout, model, random);
            while (flash.Erases < 2 * geometry.SectorCount + 2)
                life.Step();
            model.TakeEvents(life.Journal);
            model.CheckRows(life.Journal, _block);
        }
        catch (DeviceException)
        {
            isBroken = true;
        }
        Assert.False(isBroken && mustGoOn, "one fault ended the journal");
        if (isBroken)
            return;
        JournalLife next = new(flash, layout, model, random);
        model.TakeEvents(next.Journal);
        model.CheckRows(next.Journal, _block);
    }
}
