using EdgeMeters.Bench.Flash;
using CsCheck;
using EdgeMeters.Firmware.Tests.Journal;
using EdgeMeters.Firmware.Tests.Wire;
using EdgeMeters.Metering.Storage;
using EdgeMeters.Metering.Update;
using EdgeMeters.Wire;

namespace EdgeMeters.Firmware.Tests.Update;

public sealed class UpdateReceiverTests
{
    private const string Nor = nameof(Geometry.Nor);
    private const uint Transfer = 77;

    [Fact]
    public void Chunks_that_come_twice_late_early_or_never_make_the_same_image()
    {
        UpdateBench bench = new(Nor, bodyBytes: 5000);
        bench.InstallConfirmed(5);
        byte[] image = bench.Image(6);
        // A chunk from anywhere, or the one that is wanted; in between another image, or a start.
        Gen.Select(Gen.Int[0, 9], Gen.Int[0, image.Length - 1], Gen.Int[1, 1400]).Array[0, 60].Sample(steps =>
        {
            SimulatedFlash flash = bench.Copy();
            UpdateReceiver receiver = bench.Receiver(flash, 5, 0);
            foreach ((int kind, int place, int count) in steps)
            {
                if (kind == 0)
                    receiver = bench.Receiver(flash, 5, 0);
                int offset = kind < 5 ? place : receiver.Transfer == Transfer ? receiver.NextOffset : 0;
                uint transfer = kind == 1 ? Transfer + 1 : Transfer;
                Take(receiver, transfer, image, offset, count);
            }
            UpdateError error = UpdateError.None;
            while (error == UpdateError.None && (receiver.Transfer != Transfer || receiver.NextOffset < image.Length))
                error = Take(receiver, Transfer, image, receiver.Transfer == Transfer ? receiver.NextOffset : 0, 900);
            // Complete before a restart, it waits already.
            Assert.True(error == UpdateError.None && receiver.ReadyVersion == 6 || error == UpdateError.AlreadyHere, error.ToString());
            UpdateBench.Start start = UpdateBench.Boot(flash);
            Assert.Equal(6u, start.Version);
            Assert.Equal(bench.Program(6), start.Body);
        }, iter: 300);
    }

    [Fact]
    public void Whatever_arrives_the_version_that_runs_stays()
    {
        UpdateBench bench = new(Nor, bodyBytes: 700);
        bench.InstallConfirmed(5);
        byte[] image = bench.Image(6);
        Gen.Select(Gen.UInt[0, 2], Gen.Int[-5, 900], Gen.Int[0, 500], Gen.Int[0, image.Length * 8 - 1]).Array[1, 20].Sample(steps =>
        {
            SimulatedFlash flash = bench.Copy();
            UpdateReceiver receiver = bench.Receiver(flash, 5, 0);
            foreach ((uint transfer, int offset, int count, int flip) in steps)
            {
                // Each chunk is damaged somewhere; so is the first, without which there is no image.
                byte[] damaged = [.. image];
                int from = Math.Clamp(offset, 0, image.Length);
                int part = Math.Min(count, image.Length - from);
                if (part > 0)
                    damaged[from + flip / 8 % part] ^= (byte)(1 << (flip % 8));
                receiver.Take(transfer, offset, damaged, from, part);
            }
            UpdateBench.Start start = UpdateBench.Boot(flash);
            Assert.Equal(5u, start.Version);
            Assert.Equal(bench.Program(5), start.Body);
        }, iter: 300);
    }

    [Fact]
    public void A_gap_is_refused_with_the_offset_that_is_wanted_and_a_duplicate_is_acknowledged()
    {
        UpdateBench bench = new(Nor);
        byte[] image = bench.Image(6);
        UpdateReceiver receiver = bench.Receiver(bench.Flash, 1, DocumentSlots.None);
        Assert.Equal(UpdateError.OutOfOrder, Take(receiver, Transfer, image, 500, 500));
        Assert.Equal(UpdateError.None, Take(receiver, Transfer, image, 0, 500));
        Assert.Equal(UpdateError.OutOfOrder, Take(receiver, Transfer, image, 1000, 500));
        Assert.Equal((500, image.Length), (receiver.NextOffset, receiver.TotalBytes));
        Assert.Equal(UpdateError.None, Take(receiver, Transfer, image, 0, 500));
        Assert.Equal(500, receiver.NextOffset);
        // Partly here, partly new.
        Assert.Equal(UpdateError.None, Take(receiver, Transfer, image, 300, 400));
        Assert.Equal(700, receiver.NextOffset);
        Assert.Equal(UpdateError.None, Take(receiver, Transfer, image, 700, image.Length));
        Assert.Equal(UpdateError.None, Take(receiver, Transfer, image, 700, 100));
        Assert.Equal(6u, receiver.ReadyVersion);
        Assert.Equal(UpdateError.PastEnd, receiver.Take(Transfer, image.Length, image, 0, 1));
    }

    [Fact]
    public void Chunks_of_two_images_never_mix()
    {
        UpdateBench bench = new(Nor);
        byte[] six = bench.Image(6), seven = bench.Image(7);
        UpdateReceiver receiver = bench.Receiver(bench.Flash, 1, DocumentSlots.None);
        Assert.Equal(UpdateError.None, Take(receiver, Transfer, six, 0, 1000));
        Assert.Equal(UpdateError.OutOfOrder, Take(receiver, Transfer + 1, seven, 1000, 500));
        Assert.Equal((Transfer, 1000), (receiver.Transfer, receiver.NextOffset));
        Assert.Equal(UpdateError.None, Take(receiver, Transfer + 1, seven, 0, 500));
        Assert.Equal(UpdateError.OutOfOrder, Take(receiver, Transfer, six, 1000, 500));
        Assert.Equal(UpdateError.None, Take(receiver, Transfer + 1, seven, 500, seven.Length));
        Assert.Equal(7u, receiver.ReadyVersion);
        Assert.Equal(bench.Program(7), UpdateBench.Boot(bench.Flash).Body);
    }

    [Fact]
    public void Each_thing_that_is_wrong_with_an_image_is_named()
    {
        UpdateBench bench = new(Nor, bodyBytes: 600);
        bench.InstallConfirmed(5);
        byte[] program = bench.Program(6);
        byte[] good = bench.Image(6);
        byte[] Made(string node = UpdateBench.Node, byte board = UpdateBench.Board, uint version = 6, string? runtime = null, byte[]? body = null)
        {
            return UpdateBench.Maker.Make(body ?? program, node, board, version, runtime ?? RuntimeLine.Name);
        }

        byte[] Changed(int at, byte b)
        {
            byte[] image = [.. good];
            image[at] = b;
            return image;
        }

        (UpdateError Error, byte[] Image)[] wrong =
        [
            (UpdateError.NotAnImage, Changed(0, 0)),
            (UpdateError.NotAnImage, [.. program, .. program]),
            (UpdateError.UnknownSuite, Changed(13, 2)),
            (UpdateError.BadHead, Changed(11, 0xFF)),
            (UpdateError.BadHead, Changed(14, 0)),
            (UpdateError.BadHead, Changed(ImageHead.Bytes - 1, (byte)'x')),
            (UpdateError.BadHead, Changed(ImageHead.Bytes - ImageHead.NodeCharsMax, 200)),
            (UpdateError.WrongNode, Made(node: "node-0002")),
            (UpdateError.WrongBoard, Made(board: 4)),
            (UpdateError.WrongRuntime, Made(runtime: "nf1-other")),
            (UpdateError.VersionNotHigher, Made(version: 5)),
            (UpdateError.VersionNotHigher, Made(version: 4)),
            (UpdateError.TooLong, Made(body: new byte[601])),
            (UpdateError.MacMismatch, Changed(ImageHead.Bytes + 300, 0x5A)),
            (UpdateError.MacMismatch, Changed(good.Length - 1, (byte)~good[^1])),
            (UpdateError.MacMismatch, Changed(4, 7)),
        ];
        foreach ((UpdateError error, byte[] image) in wrong)
        {
            UpdateReceiver receiver = bench.Receiver(bench.Flash, 5, 0);
            Assert.Equal(error, UpdateBench.Send(receiver, image, 64));
            // What is still on its way is told the same.
            Assert.Equal(error, receiver.Take(ImageChunk.TransferOf(image), 640, image, 640, 10));
            Assert.Equal(0u, receiver.ReadyVersion);
            Assert.Equal(5u, UpdateBench.Boot(bench.Flash).Version);
        }
        UpdateReceiver last = bench.Receiver(bench.Flash, 5, 0);
        Assert.Equal(UpdateError.BadChunk, last.Take(0, 0, good, 0, 10));
        Assert.Equal(UpdateError.BadChunk, last.Take(1, -1, good, 0, 10));
        Assert.Equal(UpdateError.BadChunk, last.Take(1, 0, good, 0, 0));
        Assert.Equal(UpdateError.BadChunk, last.Take(1, 0, good, good.Length - 5, 10));
        Assert.Equal(UpdateError.None, UpdateBench.Send(last, good));
    }

    [Fact]
    public void A_board_without_memory_to_load_into_says_so_and_touches_nothing()
    {
        UpdateBench bench = new(Nor);
        byte[] before = bench.Flash.Image();
        UpdateReceiver receiver = new(UpdateBench.SlotsOf(bench.Flash), UpdateBench.Mac, 1, DocumentSlots.None, bodyBytesMax: 0);
        Assert.Equal(UpdateError.NoMemoryToLoad, UpdateBench.Send(receiver, bench.Image(6)));
        Assert.Equal(before, bench.Flash.Image());
    }

    [Fact]
    public void While_a_version_is_on_trial_nothing_takes_the_place_of_what_to_go_back_to()
    {
        UpdateBench bench = new(Nor);
        bench.InstallConfirmed(5);
        Assert.Equal(UpdateError.None, UpdateBench.Send(bench.Receiver(bench.Flash, 5, 0), bench.Image(6)));
        UpdateBench.Start trial = UpdateBench.Boot(bench.Flash);
        byte[] before = bench.Flash.Image();
        Assert.Equal(UpdateError.TrialRunning, UpdateBench.Send(bench.Receiver(bench.Flash, 6, trial.Slot), bench.Image(7)));
        Assert.Equal(before, bench.Flash.Image());
        Assert.True(UpdateBench.SlotsOf(bench.Flash).TryConfirm(trial.Slot));
        Assert.Equal(UpdateError.None, UpdateBench.Send(bench.Receiver(bench.Flash, 6, trial.Slot), bench.Image(7)));
    }

    [Fact]
    public void A_version_that_waits_or_failed_is_not_taken_again_and_an_older_one_is_never()
    {
        UpdateBench bench = new(Nor);
        bench.InstallConfirmed(5);
        byte[] six = bench.Image(6);
        Assert.Equal(UpdateError.None, UpdateBench.Send(bench.Receiver(bench.Flash, 5, 0), six));
        Assert.Equal(UpdateError.AlreadyHere, UpdateBench.Send(bench.Receiver(bench.Flash, 5, 0), six));
        UpdateBench.Boot(bench.Flash);
        UpdateBench.Boot(bench.Flash);
        Assert.Equal(UpdateError.FailedBefore, UpdateBench.Send(bench.Receiver(bench.Flash, 5, 0), six));
        bench.InstallConfirmed(7);
        Assert.Equal(UpdateError.VersionNotHigher, UpdateBench.Send(bench.Receiver(bench.Flash, 7, 1), six));
        Assert.Equal(UpdateError.VersionNotHigher, UpdateBench.Send(bench.Receiver(bench.Flash, 7, 1), bench.Image(7)));
        // What is confirmed counts even for a factory application that runs in its stead.
        Assert.Equal(UpdateError.VersionNotHigher, UpdateBench.Send(bench.Receiver(bench.Flash, 1, DocumentSlots.None), six));
    }

    [Fact]
    public void A_restart_within_an_image_begins_it_anew_and_the_old_version_runs_meanwhile()
    {
        UpdateBench bench = new(Nor);
        bench.InstallConfirmed(5);
        byte[] image = bench.Image(6);
        Assert.Equal(UpdateError.None, Take(bench.Receiver(bench.Flash, 5, 0), Transfer, image, 0, 3000));
        Assert.Equal(5u, UpdateBench.Boot(bench.Flash).Version);
        UpdateReceiver again = bench.Receiver(bench.Flash, 5, 0);
        Assert.Equal(UpdateError.OutOfOrder, Take(again, Transfer, image, 3000, 500));
        Assert.Equal(0, again.NextOffset);
        Assert.Equal(UpdateError.None, UpdateBench.Send(again, image));
    }

    [Fact]
    public void A_flash_that_takes_no_image_is_said_so_and_the_old_version_runs()
    {
        UpdateBench bench = new(Nor);
        bench.InstallConfirmed(5);
        SimulatedFlash worn = new(bench.Geometry, bench.Flash.Image()) { IsProgramIgnored = program => program > 3 };
        Assert.Equal(UpdateError.FlashRefused, UpdateBench.Send(bench.Receiver(worn, 5, 0), bench.Image(6)));
        Assert.Equal(5u, UpdateBench.Boot(worn).Version);
    }

    [Fact]
    public void A_chunk_survives_its_block_and_a_malformed_one_is_refused()
    {
        byte[] image = [.. Enumerable.Range(0, 5000).Select(i => (byte)i)];
        BlockEnvelope envelope = HmacBlockMac.AnyNode();
        byte[] block = new byte[1024];
        ImageChunk chunk = new();
        for (int offset = 0; offset < image.Length; offset += 700)
        {
            int piece = Math.Min(700, image.Length - offset);
            int count = new ImageChunk().Write(envelope, 9, image, offset, piece, block, block.Length);
            Assert.Equal(BlockError.None, envelope.Verify(block, 0, count));
            Assert.Equal(BlockError.None, chunk.TryRead(block, count));
            Assert.Equal((9u, offset, piece), (chunk.Transfer, chunk.Offset, chunk.PieceBytes));
            Assert.Equal(image.AsSpan(offset, piece), block.AsSpan(chunk.PieceAt, piece));
        }
        Assert.Equal(0, chunk.Write(envelope, 9, image, 0, 1024, block, block.Length));
        Assert.Equal(BlockError.BadField, chunk.TryRead(block, chunk.Write(envelope, 0, image, 0, 10, block, block.Length)));
        Assert.Equal(BlockError.BadField, chunk.TryRead(block, chunk.Write(envelope, 9, image, 0, 0, block, block.Length)));
        Assert.Equal(BlockError.TooShort, chunk.TryRead(block, 5));
    }

    private static UpdateError Take(UpdateReceiver receiver, uint transfer, byte[] image, int offset, int count)
    {
        return receiver.Take(transfer, offset, image, offset, Math.Min(count, image.Length - offset));
    }
}
