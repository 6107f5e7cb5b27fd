using EdgeMeters.Bench.Flash;
using EdgeMeters.Firmware.Tests.Journal;
using EdgeMeters.Firmware.Tests.Support;
using EdgeMeters.Metering.Ports;
using EdgeMeters.Metering.Storage;

namespace EdgeMeters.Firmware.Tests.Storage;

public sealed class DocumentSlotsTests(ITestOutputHelper output)
{
    private const int Marks = 4;

    [Theory]
    [MemberData(nameof(Geometry.All), MemberType = typeof(Geometry))]
    public void What_is_written_is_read_now_and_after_a_start_and_so_is_the_one_before(string name)
    {
        Geometry geometry = Geometry.Of(name);
        SimulatedFlash flash = new(geometry);
        DocumentSlots slots = new(flash, Marks);
        Assert.False(slots.TryRead(new byte[slots.BytesMax], out int none, out uint zero));
        Assert.Equal((0, 0u), (none, zero));
        Random random = new(Seed.Take(output));
        byte[]? before = null;
        int[] counts = [1, 255, 256, 257, slots.BytesMax - 1, slots.BytesMax, 20, geometry.SectorBytes, geometry.SectorBytes + 1];
        foreach ((int index, int count) in counts.Where(count => count <= slots.BytesMax).Index())
        {
            byte[] document = Document(random, count);
            Assert.True(slots.TryWrite(document, 0, count));
            foreach (DocumentSlots reader in new[] { slots, new(new SimulatedFlash(geometry, flash.Image()), Marks) })
            {
                Assert.Equal(document, Read(reader));
                Assert.Equal((uint)index + 1, reader.Generation);
                Assert.Equal(before, ReadPrevious(reader));
                Assert.False(reader.IsNewestDamaged);
            }
            before = document;
        }
    }

    [Theory]
    [MemberData(nameof(Geometry.All), MemberType = typeof(Geometry))]
    public void Power_cut_at_any_operation_of_a_write_leaves_the_old_document_or_the_new(string name)
    {
        Geometry geometry = Geometry.Of(name);
        Random random = new(Seed.Take(output));
        int count = geometry.SectorBytes + 300;
        byte[] older = Document(random, count), old = Document(random, count), next = Document(random, count), last = Document(random, 77);
        SimulatedFlash flash = new(geometry);
        DocumentSlots slots = new(flash, Marks);
        Assert.True(slots.TryWrite(older, 0, count) && slots.TryWrite(old, 0, count));
        int olds = 0, news = 0;
        int cuts = PowerCuts.AtEveryOperation(flash, geometry, random, () => Assert.True(slots.TryWrite(next, 0, count)), after =>
        {
            DocumentSlots start = new(after, Marks);
            byte[]? found = Read(start);
            Assert.True(found!.SequenceEqual(old) || found!.SequenceEqual(next), "neither the old document nor the new");
            // Half-erased, what was before the old one is gone, not damaged: only the head's own bytes can be.
            Assert.DoesNotContain(SlotState.BodyDamaged, new[] { start.StateOf(0), start.StateOf(1) });
            if (found!.SequenceEqual(next))
                news++;
            else
                olds++;
            // And it can be written again, whatever the cut left.
            Assert.True(start.TryWrite(last, 0, last.Length));
            Assert.Equal(last, Read(new DocumentSlots(new SimulatedFlash(geometry, after.Image()), Marks)));
            Assert.Equal(found, ReadPrevious(start));
        });
        output.WriteLine($"{cuts} power cuts: {olds} times the old document, {news} times the new");
        Assert.True(olds > 20 && news > 0, $"{olds} old, {news} new of {cuts}");
    }

    [Theory]
    [MemberData(nameof(Geometry.All), MemberType = typeof(Geometry))]
    public void Power_cuts_without_end_never_leave_neither(string name)
    {
        Geometry geometry = Geometry.Of(name);
        Random random = new(Seed.Take(output));
        byte[] current = Document(random, 300);
        SimulatedFlash first = new(geometry);
        Assert.True(new DocumentSlots(first, Marks).TryWrite(current, 0, current.Length));
        byte[] image = first.Image();
        for (int life = 0; life < 400; life++)
        {
            SimulatedFlash flash = new(geometry, image);
            byte[] next = Document(random, 1 + random.Next(600));
            int operationsLeft = random.Next(14);
            flash.UnderWay = () =>
            {
                if (operationsLeft-- == 0)
                    throw new PowerCut();
            };
            try
            {
                DocumentSlots slots = new(flash, Marks);
                Assert.True(slots.TryWrite(next, 0, next.Length));
                image = flash.Image();
            }
            catch (PowerCut)
            {
                image = flash.ImageAfterCut(random, random.Next(flash.UnderWayBytes + 1));
            }
            byte[]? found = Read(new DocumentSlots(new SimulatedFlash(geometry, image), Marks));
            Assert.True(found != null && (found.SequenceEqual(current) || found.SequenceEqual(next)), $"life {life}");
            current = found;
        }
    }

    [Theory]
    [MemberData(nameof(Geometry.All), MemberType = typeof(Geometry))]
    public void A_flipped_bit_anywhere_in_the_newer_document_brings_back_the_older_and_says_so(string name)
    {
        Geometry geometry = Geometry.Of(name);
        Random random = new(Seed.Take(output));
        byte[] old = Document(random, 40), next = Document(random, 60);
        SimulatedFlash flash = new(geometry);
        DocumentSlots slots = new(flash, 0);
        Assert.True(slots.TryWrite(old, 0, old.Length) && slots.TryWrite(next, 0, next.Length));
        byte[] image = flash.Image();
        int body = slots.SlotBytes + slots.SlotBytes - slots.BytesMax;
        int[] places = [.. Enumerable.Range(slots.SlotBytes, 20), .. Enumerable.Range(body, next.Length)];
        foreach (int at in places)
        {
            byte[] flipped = [.. image];
            flipped[at] ^= (byte)(1 << random.Next(8));
            DocumentSlots start = new(new SimulatedFlash(geometry, flipped), 0);
            Assert.Equal(old, Read(start));
            Assert.True(start.IsNewestDamaged);
            Assert.Null(ReadPrevious(start));
        }
    }

    [Fact]
    public void Damage_that_comes_after_the_start_is_found_when_the_document_is_read()
    {
        Geometry geometry = Geometry.Nor;
        SimulatedFlash flash = new(geometry);
        DocumentSlots slots = new(flash, 0);
        byte[] old = Document(new Random(1), 40), next = Document(new Random(2), 60);
        Assert.True(slots.TryWrite(old, 0, old.Length) && slots.TryWrite(next, 0, next.Length));
        flash.StickAt0(slots.SlotBytes + slots.SlotBytes - slots.BytesMax + Array.FindIndex(next, b => (b & 1) != 0), 0);
        Assert.Equal(next.Length, slots.CountOf(slots.SlotInForce));
        Assert.Equal(old, Read(slots));
        Assert.True(slots.IsNewestDamaged);
    }

    [Fact]
    public void Damage_between_a_piece_and_the_head_keeps_the_document_out()
    {
        SimulatedFlash flash = new(Geometry.Nor);
        DocumentSlots slots = new(flash, 0);
        byte[] old = [1, 2, 3], next = Document(new Random(1), 600);
        next[0] = 0xFF;
        Assert.True(slots.TryWrite(old, 0, 3) && slots.TryBegin(600) && slots.TryAppend(next, 0, 600));
        flash.StickAt0(slots.SlotBytes + slots.SlotBytes - slots.BytesMax, 3);
        Assert.False(slots.TryCommit());
        Assert.Equal(old, Read(slots));
        Assert.False(new DocumentSlots(new SimulatedFlash(Geometry.Nor, flash.Image()), 0).IsNewestDamaged);
    }

    [Fact]
    public void A_write_never_takes_the_place_of_the_only_document_that_is_whole()
    {
        Geometry geometry = Geometry.Nor;
        SimulatedFlash flash = new(geometry);
        DocumentSlots slots = new(flash, 0);
        byte[] old = [1, 2, 3], next = [4, 5, 6], last = [7, 8];
        Assert.True(slots.TryWrite(old, 0, 3) && slots.TryWrite(next, 0, 3));
        byte[] image = flash.Image();
        image[slots.SlotBytes + slots.SlotBytes - slots.BytesMax] ^= 1;
        SimulatedFlash damaged = new(geometry, image);
        DocumentSlots start = new(damaged, 0);
        Assert.True(start.TryWrite(last, 0, 2));
        Assert.Equal(last, Read(start));
        Assert.Equal(old, ReadPrevious(start));
        Assert.Equal(3u, start.Generation);
    }

    [Theory]
    [MemberData(nameof(Geometry.All), MemberType = typeof(Geometry))]
    public void Revert_brings_back_the_document_before_whatever_the_power_does(string name)
    {
        Geometry geometry = Geometry.Of(name);
        SimulatedFlash flash = new(geometry);
        DocumentSlots slots = new(flash, Marks);
        byte[] old = [1, 2, 3], next = [4, 5, 6];
        Assert.True(slots.TryWrite(old, 0, 3));
        Assert.False(slots.TryRevert());
        Assert.True(slots.TryWrite(next, 0, 3));
        PowerCuts.AtEveryOperation(flash, geometry, new Random(Seed.Take(output)), () => Assert.True(slots.TryRevert()), after =>
            Assert.Contains(Read(new DocumentSlots(after, Marks)), new[] { old, next }));
        Assert.Equal(old, Read(slots));
        DocumentSlots start = new(new SimulatedFlash(geometry, flash.Image()), Marks);
        Assert.Equal(old, Read(start));
        Assert.False(start.IsNewestDamaged);
        Assert.False(start.TryRevert());
    }

    [Fact]
    public void What_comes_in_pieces_is_the_same_as_what_comes_at_once()
    {
        Geometry geometry = Geometry.Encrypted;
        Random random = new(Seed.Take(output));
        for (int round = 0; round < 50; round++)
        {
            DocumentSlots slots = new(new SimulatedFlash(geometry), Marks);
            byte[] document = Document(random, 1 + random.Next(slots.BytesMax));
            Assert.True(slots.TryBegin(document.Length));
            while (slots.Appended < document.Length)
                Assert.True(slots.TryAppend(document, slots.Appended, random.Next(Math.Min(400, document.Length - slots.Appended) + 1)));
            Assert.Null(Read(slots));
            Assert.True(slots.TryCommit());
            Assert.Equal(document, Read(slots));
        }
    }

    [Fact]
    public void What_is_cut_short_too_long_or_abandoned_changes_nothing()
    {
        DocumentSlots slots = new(new SimulatedFlash(Geometry.Nor), Marks);
        byte[] old = [1, 2, 3];
        Assert.True(slots.TryWrite(old, 0, 3));
        Assert.False(slots.TryWrite(old, 0, 0));
        Assert.False(slots.TryBegin(slots.BytesMax + 1));
        Assert.True(slots.TryBegin(3) && slots.TryAppend(old, 0, 2));
        Assert.False(slots.TryCommit());
        Assert.True(slots.TryBegin(2));
        Assert.False(slots.TryAppend(old, 0, 3));
        Assert.False(slots.IsWriting);
        Assert.False(slots.TryCommit());
        Assert.True(slots.TryBegin(3) && slots.TryAppend(old, 0, 3));
        slots.Abandon();
        Assert.False(slots.TryCommit());
        Assert.Equal(old, Read(slots));
        Assert.Equal(1u, slots.Generation);
    }

    [Fact]
    public void Flash_that_does_not_take_a_document_is_said_so_and_the_old_one_stays()
    {
        byte[] old = Document(new Random(1), 500), next = Document(new Random(2), 900);
        SimulatedFlash probe = new(Geometry.Nor);
        DocumentSlots probed = new(probe, Marks);
        Assert.True(probed.TryWrite(old, 0, old.Length));
        int programsBefore = probe.Programs, erasesBefore = probe.Erases;
        Assert.True(probed.TryWrite(next, 0, next.Length));
        for (int ignored = programsBefore; ignored < probe.Programs; ignored++)
        {
            SimulatedFlash flash = new(Geometry.Nor) { IsProgramIgnored = program => program >= ignored };
            CheckRefused(flash, old, next);
        }
        SimulatedFlash dirty = new(Geometry.Nor);
        dirty.StickAt0(dirty.SectorBytes * 2 + 1000, 3);
        CheckRefused(dirty, old, next);
        Assert.True(erasesBefore < probe.Erases);
    }

    [Theory]
    [MemberData(nameof(Geometry.All), MemberType = typeof(Geometry))]
    public void A_mark_is_set_once_stays_with_its_document_and_goes_with_it(string name)
    {
        Geometry geometry = Geometry.Of(name);
        SimulatedFlash flash = new(geometry);
        DocumentSlots slots = new(flash, Marks);
        Assert.True(slots.TryWrite([1], 0, 1) && slots.TryWrite([2], 0, 1));
        Assert.True(slots.TryMark(1, 2));
        PowerCuts.AtEveryOperation(flash, geometry, new Random(Seed.Take(output)), () => Assert.True(slots.TryMark(0, 3)), after =>
        {
            DocumentSlots start = new(after, Marks);
            Assert.Equal([false, false, true, false], Enumerable.Range(0, Marks).Select(mark => start.IsMarked(1, mark)));
            Assert.Equal([false, false, false], Enumerable.Range(0, 3).Select(mark => start.IsMarked(0, mark)));
            Assert.Equal([2], Read(start)!);
            // Half set or not: it can be set for good.
            Assert.True(start.TryMark(0, 3));
            Assert.True(start.IsMarked(0, 3));
            Assert.Equal([1], ReadPrevious(start)!);
        });
        Assert.True(slots.TryMark(1, 2));
        Assert.True(slots.TryWrite([3], 0, 1));
        Assert.False(slots.IsMarked(0, 3));
        Assert.True(slots.IsMarked(1, 2));
        Assert.Throws<ArgumentException>(() => slots.TryMark(1, Marks));
    }

    [Fact]
    public void A_device_that_cannot_hold_two_slots_is_refused()
    {
        Assert.Throws<DeviceException>(() => new DocumentSlots(new BlockRegion(new SimulatedFlash(Geometry.Nor), 0, 1), 0));
        Assert.Throws<DeviceException>(() => new DocumentSlots(new SimulatedFlash(new Geometry(512, 4096, 4, 1)), 0));
        Assert.Throws<DeviceException>(() => new DocumentSlots(new SimulatedFlash(new Geometry(256, 512, 4, 1)), 4));
        Assert.Throws<ArgumentException>(() => new DocumentSlots(new SimulatedFlash(Geometry.Nor), DocumentSlots.MarksMax + 1));
    }

    private static void CheckRefused(SimulatedFlash flash, byte[] old, byte[] next)
    {
        DocumentSlots slots = new(flash, Marks);
        Assert.True(slots.TryWrite(old, 0, old.Length));
        Assert.False(slots.TryWrite(next, 0, next.Length));
        Assert.Equal(old, Read(slots));
        Assert.Equal(old, Read(new DocumentSlots(new SimulatedFlash(Geometry.Nor, flash.Image()), Marks)));
    }

    private static byte[] Document(Random random, int count)
    {
        byte[] document = new byte[count];
        random.NextBytes(document);
        return document;
    }

    private static byte[]? Read(DocumentSlots slots)
    {
        byte[] buffer = new byte[slots.BytesMax];
        return slots.TryRead(buffer, out int count, out _) ? buffer[..count] : null;
    }

    private static byte[]? ReadPrevious(DocumentSlots slots)
    {
        byte[] buffer = new byte[slots.BytesMax];
        return slots.TryReadPrevious(buffer, out int count, out _) ? buffer[..count] : null;
    }
}
