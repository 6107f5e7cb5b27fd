using EdgeMeters.Bench.Flash;
using EdgeMeters.Firmware.Tests.Journal;
using EdgeMeters.Firmware.Tests.Support;
using EdgeMeters.HostNode.Update;
using EdgeMeters.Metering.Ports;
using EdgeMeters.Metering.Storage;
using EdgeMeters.Metering.Update;

namespace EdgeMeters.Firmware.Tests.Update;

public sealed class BootSequenceTests(ITestOutputHelper output)
{
    private const string Nor = nameof(Geometry.Nor);

    [Fact]
    public void Without_an_image_the_factory_application_starts()
    {
        Assert.True(UpdateBench.Boot(new UpdateBench(Nor).Flash).IsFactory);
    }

    [Fact]
    public void A_new_version_is_tried_once_and_without_confirmation_the_node_goes_back()
    {
        UpdateBench bench = new(Nor);
        bench.InstallConfirmed(5);
        Receive(bench, 6);
        Assert.Equal(6u, UpdateBench.Boot(bench.Flash).Version);
        for (int start = 0; start < 3; start++)
            Assert.Equal(5u, UpdateBench.Boot(bench.Flash).Version);
        Assert.Equal(UpdateError.FailedBefore, Send(bench, bench.Image(6)));
        Receive(bench, 7);
        Assert.Equal(7u, UpdateBench.Boot(bench.Flash).Version);
    }

    [Fact]
    public void The_first_image_ever_is_gone_back_from_to_the_factory_application()
    {
        UpdateBench bench = new(Nor);
        Receive(bench, 2);
        Assert.Equal(2u, UpdateBench.Boot(bench.Flash).Version);
        Assert.True(UpdateBench.Boot(bench.Flash).IsFactory);
    }

    [Fact]
    public void The_assemblies_are_loaded_in_the_order_of_the_image_each_from_an_array_of_its_own()
    {
        UpdateBench bench = new(Nor, bodyBytes: 10_000);
        Receive(bench, 2);
        UpdateBench.Start start = UpdateBench.Boot(bench.Flash);
        Assert.Equal(AssemblyMaker.Application(2, 10_000), start.Assemblies);
        Assert.Empty(start.PassedOver);
    }

    [Fact]
    public void An_image_of_one_assembly_starts_whatever_version_that_bears()
    {
        UpdateBench bench = new(Nor, bodyBytes: 600);
        byte[] alone = AssemblyMaker.Make(LaunchContract.Assembly, 0, 600);
        Assert.Equal(UpdateError.None, Send(bench, ImageOf(alone, 6)));
        UpdateBench.Start start = UpdateBench.Boot(bench.Flash);
        Assert.Equal(6u, start.Version);
        Assert.Equal([alone], start.Assemblies);
    }

    /// <summary>The maker's key was used all the same: neither node nor image was tampered with, the tool was.</summary>
    [Theory]
    [InlineData("no mark", UpdateError.NotAssemblies)]
    [InlineData("a length that is no multiple of four", UpdateError.NotAssemblies)]
    [InlineData("a length below the head's", UpdateError.NotAssemblies)]
    [InlineData("a length beyond the image's end", UpdateError.NotAssemblies)]
    [InlineData("a length beyond any assembly's", UpdateError.NotAssemblies)]
    [InlineData("a length below zero", UpdateError.NotAssemblies)]
    [InlineData("bytes after the last", UpdateError.NotAssemblies)]
    [InlineData("five assemblies", UpdateError.NotAssemblies)]
    [InlineData("an assembly of another version", UpdateError.AssemblyVersion)]
    public void An_image_that_is_no_row_of_assemblies_of_its_version_fails_by_name_and_is_not_tried_again(string what, UpdateError why)
    {
        UpdateBench bench = new(Nor, bodyBytes: 1000);
        byte[] program = bench.Program(6);
        Span<byte> length = program.AsSpan(100, 4);
        switch (what)
        {
            case "no mark": program[5] = (byte)'2'; break;
            case "a length that is no multiple of four": length[0]++; break;
            case "a length below the head's": BitConverter.TryWriteBytes(length, AssemblyHead.Bytes - 4); break;
            case "a length beyond the image's end": BitConverter.TryWriteBytes(length, 1004); break;
            case "a length beyond any assembly's": BitConverter.TryWriteBytes(length, AssemblyHead.AssemblyBytesMax + 4); break;
            case "a length below zero": BitConverter.TryWriteBytes(length, -4); break;
            case "bytes after the last": program = [.. AssemblyMaker.Application(6, 996).SelectMany(assembly => assembly), 0, 0, 0, 0]; break;
            case "five assemblies": program = [.. Enumerable.Range(0, 5).SelectMany(i => AssemblyMaker.Make($"A{i}", 6, 200))]; break;
            default: program = [.. AssemblyMaker.Application(6, 496).Concat([AssemblyMaker.Make("Other", 5, 504)]).SelectMany(assembly => assembly)]; break;
        }
        Assert.Equal(UpdateError.None, Send(bench, ImageOf(program, 6)));
        UpdateBench.Start start = UpdateBench.Boot(bench.Flash);
        Assert.True(start.IsFactory);
        Assert.Equal([(6u, why)], start.PassedOver);
        Assert.Empty(UpdateBench.Boot(bench.Flash).PassedOver);
        Assert.Equal(UpdateError.FailedBefore, Send(bench, bench.Image(6)));
    }

    [Fact]
    public void A_confirmed_version_starts_for_ever_and_the_next_one_takes_the_other_slot()
    {
        UpdateBench bench = new(Nor);
        int before = DocumentSlots.None;
        for (uint version = 2; version < 8; version++)
        {
            bench.InstallConfirmed(version);
            for (int start = 0; start < 3; start++)
            {
                UpdateBench.Start started = UpdateBench.Boot(bench.Flash);
                Assert.Equal(version, started.Version);
                Assert.NotEqual(before, started.Slot);
            }
            before = UpdateBench.Boot(bench.Flash).Slot;
        }
    }

    [Fact]
    public void An_image_that_cannot_be_loaded_fails_within_the_same_start()
    {
        UpdateBench bench = new(Nor);
        bench.InstallConfirmed(5);
        Receive(bench, 6);
        UpdateBench.Start start = UpdateBench.Boot(bench.Flash, version => version != 6);
        Assert.Equal(5u, start.Version);
        Assert.Equal([6u], start.Refused);
        Assert.Equal(ImageState.Failed, UpdateBench.SlotsOf(bench.Flash).StateOf(1 - start.Slot));
        Assert.Empty(UpdateBench.Boot(bench.Flash, version => version != 6).Refused);
    }

    [Fact]
    public void When_nothing_can_be_loaded_the_factory_application_starts()
    {
        UpdateBench bench = new(Nor);
        bench.InstallConfirmed(5);
        bench.InstallConfirmed(6);
        UpdateBench.Start start = UpdateBench.Boot(bench.Flash, _ => false);
        Assert.True(start.IsFactory);
        Assert.Equal([6u, 5u], start.Refused);
        // A confirmed image is not condemned for it: the next start tries again.
        Assert.Equal(6u, UpdateBench.Boot(bench.Flash).Version);
    }

    [Fact]
    public void A_factory_application_flashed_by_cable_replaces_older_images()
    {
        UpdateBench bench = new(Nor);
        bench.InstallConfirmed(5);
        Assert.True(UpdateBench.Boot(bench.Flash, factoryVersion: 5).IsFactory);
        Assert.True(UpdateBench.Boot(bench.Flash, factoryVersion: 9).IsFactory);
        Assert.Equal(5u, UpdateBench.Boot(bench.Flash, factoryVersion: 4).Version);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    public void An_older_image_put_into_the_flash_does_not_start(uint version)
    {
        UpdateBench bench = new(Nor);
        bench.InstallConfirmed(5);
        UpdateBench.Plant(bench.Flash, bench.Image(version), 1 - UpdateBench.Boot(bench.Flash).Slot);
        Assert.Equal((5u, 0), (UpdateBench.Boot(bench.Flash).Version, UpdateBench.Boot(bench.Flash).Slot));
        // Not even when the confirmed one cannot be loaded: the way down is not open to whoever breaks that one.
        UpdateBench.Start start = UpdateBench.Boot(bench.Flash, candidate => candidate != 5 || version == 5);
        Assert.True(version == 5 ? start.Slot == 0 : start.IsFactory);
    }

    [Fact]
    public void An_image_with_any_bit_flipped_does_not_start_even_if_the_slot_is_made_to_fit()
    {
        UpdateBench bench = new(Nor, bodyBytes: 600);
        bench.InstallConfirmed(5);
        Random random = new(Seed.Take(output));
        byte[] image = bench.Image(6);
        int slot = 1 - UpdateBench.Boot(bench.Flash).Slot;
        for (int at = 0; at < image.Length; at++)
        {
            byte[] flipped = [.. image];
            flipped[at] ^= (byte)(1 << random.Next(8));
            SimulatedFlash flash = bench.Copy();
            UpdateBench.Plant(flash, flipped, slot);
            Assert.Equal(5u, UpdateBench.Boot(flash).Version);
            Assert.Equal(5u, UpdateBench.Boot(flash).Version);
        }
        UpdateBench.Plant(bench.Flash, image, slot);
        Assert.Equal(6u, UpdateBench.Boot(bench.Flash).Version);
    }

    [Fact]
    public void An_image_that_decays_in_its_slot_does_not_start()
    {
        UpdateBench bench = new(Nor, bodyBytes: 600);
        bench.InstallConfirmed(5);
        bench.InstallConfirmed(6);
        byte[] sound = bench.Flash.Image();
        ImageSlots slots = UpdateBench.SlotsOf(bench.Flash);
        int slot = UpdateBench.Boot(bench.Flash).Slot;
        int first = UpdateBench.JournalSectors * bench.Flash.SectorBytes + slot * slots.Documents.SlotBytes;
        int marks = slots.Documents.SlotBytes - slots.Documents.BytesMax;
        for (int at = 0; at < marks + 600 + ImageHead.OverheadBytes; at++)
        {
            byte[] image = [.. sound];
            image[first + at] ^= 1;
            UpdateBench.Start start = UpdateBench.Boot(new SimulatedFlash(bench.Geometry, image));
            // A flipped bit in a mark changes nothing, since a mark is many bits; anywhere else the version before runs.
            bool isMark = at >= 20 && at < marks;
            Assert.Equal(isMark ? 6u : 5u, start.Version);
            Assert.Equal(bench.Program(start.Version), start.Body);
        }
    }

    [Fact]
    public void A_truncated_image_does_not_start()
    {
        UpdateBench bench = new(Nor, bodyBytes: 600);
        bench.InstallConfirmed(5);
        byte[] image = bench.Image(6);
        int slot = 1 - UpdateBench.Boot(bench.Flash).Slot;
        for (int bytes = 1; bytes < image.Length; bytes++)
        {
            SimulatedFlash flash = bench.Copy();
            UpdateBench.Plant(flash, image[..bytes], slot);
            Assert.Equal(5u, UpdateBench.Boot(flash).Version);
        }
        UpdateBench.Plant(bench.Flash, [.. image, 0], slot);
        Assert.Equal(5u, UpdateBench.Boot(bench.Flash).Version);
    }

    [Fact]
    public void An_image_of_another_node_board_runtime_or_key_does_not_start()
    {
        UpdateBench bench = new(Nor, bodyBytes: 600);
        bench.InstallConfirmed(5);
        ImageMaker otherFleet = new([.. UpdateBench.FleetKey.Reverse()]);
        byte[] program = bench.Program(6);
        byte[][] foreign =
        [
            UpdateBench.Maker.Make(program, "node-0002", UpdateBench.Board, 6, RuntimeLine.Name),
            UpdateBench.Maker.Make(program, UpdateBench.Node, UpdateBench.Board + 1, 6, RuntimeLine.Name),
            UpdateBench.Maker.Make(program, UpdateBench.Node, UpdateBench.Board, 6, "nf1-other"),
            otherFleet.Make(program, UpdateBench.Node, UpdateBench.Board, 6, RuntimeLine.Name),
        ];
        foreach (byte[] image in foreign)
        {
            SimulatedFlash flash = bench.Copy();
            UpdateBench.Plant(flash, image, 1 - UpdateBench.Boot(flash).Slot);
            Assert.Equal(5u, UpdateBench.Boot(flash).Version);
        }
        // A stolen node key signs for that node only: the name in the head is what its key is made from.
        byte[] renamed = UpdateBench.Maker.Make(program, "node-0002", UpdateBench.Board, 6, RuntimeLine.Name);
        UpdateBench.Node.Select(c => (byte)c).ToArray().CopyTo(renamed, ImageHead.Bytes - ImageHead.NodeCharsMax);
        UpdateBench.Plant(bench.Flash, renamed, 1 - UpdateBench.Boot(bench.Flash).Slot);
        Assert.Equal(5u, UpdateBench.Boot(bench.Flash).Version);
    }

    [Fact]
    public void It_is_the_code_alone_that_keeps_a_changed_program_out()
    {
        UpdateBench bench = new(Nor, bodyBytes: 600);
        bench.InstallConfirmed(5);
        byte[] image = bench.Image(6);
        image[ImageHead.Bytes + AssemblyHead.Bytes] ^= 1;
        image.AsSpan(image.Length - ImageHead.MacBytes).Clear();
        UpdateBench.Plant(bench.Flash, image, 1 - UpdateBench.Boot(bench.Flash).Slot);
        SimulatedFlash copy = bench.Copy();
        Assert.Equal(5u, UpdateBench.Boot(bench.Flash).Version);
        // The same with a code that is no code: were the loader not to compare, this is what it would run.
        Assert.Equal(6u, UpdateBench.Boot(copy, mac: new BlindMac()).Version);
    }

    [Fact]
    public void An_image_whose_trial_cannot_be_noted_is_not_started()
    {
        UpdateBench bench = new(Nor);
        bench.InstallConfirmed(5);
        Receive(bench, 6);
        SimulatedFlash worn = new(bench.Geometry, bench.Flash.Image()) { IsProgramIgnored = _ => true };
        for (int start = 0; start < 3; start++)
            Assert.Equal(5u, UpdateBench.Boot(worn).Version);
    }

    [Fact]
    public void A_trial_whose_failure_cannot_be_noted_is_not_tried_again()
    {
        UpdateBench bench = new(Nor);
        bench.InstallConfirmed(5);
        Receive(bench, 6);
        Assert.Equal(6u, UpdateBench.Boot(bench.Flash).Version);
        SimulatedFlash worn = new(bench.Geometry, bench.Flash.Image()) { IsProgramIgnored = _ => true };
        Assert.Equal(5u, UpdateBench.Boot(worn).Version);
    }

    [Fact]
    public void A_flash_that_breaks_at_any_read_or_write_leaves_the_old_version_or_the_factory_application()
    {
        UpdateBench bench = new(Nor, bodyBytes: 600);
        bench.InstallConfirmed(5);
        Receive(bench, 6);
        HashSet<uint> started = [];
        for (int sound = 0; sound < 60; sound++)
        {
            UpdateBench.Start start = new(_ => true);
            BreakingDevice device = new(bench.Copy());
            ImageSlots slots = new(new BlockRegion(device, UpdateBench.JournalSectors, device.SectorCount - UpdateBench.JournalSectors), UpdateBench.Target);
            device.OperationsLeft = sound;
            new BootSequence(slots, UpdateBench.Mac, UpdateBench.FactoryVersion).Run(start);
            started.Add(start.Version);
        }
        Assert.Superset(new HashSet<uint> { UpdateBench.FactoryVersion, 6 }, started);
    }

    private static byte[] ImageOf(byte[] program, uint version) => UpdateBench.Maker.Make(program, UpdateBench.Node, UpdateBench.Board, version, RuntimeLine.Name);

    private static void Receive(UpdateBench bench, uint version) => Assert.Equal(UpdateError.None, Send(bench, bench.Image(version)));

    private static UpdateError Send(UpdateBench bench, byte[] image)
    {
        // What runs is what the last start left confirmed; a receiver looks at it without a start of its own.
        ImageSlots slots = UpdateBench.SlotsOf(bench.Flash);
        uint confirmed = slots.ConfirmedVersion;
        int slot = confirmed == 0 ? DocumentSlots.None : slots.StateOf(0) == ImageState.Confirmed && slots.VersionOf(0) == confirmed ? 0 : 1;
        return UpdateBench.Send(bench.Receiver(bench.Flash, Math.Max(confirmed, UpdateBench.FactoryVersion), slot), image);
    }

    private sealed class BlindMac : IImageMac
    {
        public void Compute(byte[] message, byte[] code) => Array.Clear(code);
    }

    private sealed class BreakingDevice(IBlockDevice device) : IBlockDevice
    {
        public int OperationsLeft { get; set; } = int.MaxValue;

        public int SectorCount => device.SectorCount;

        public int SectorBytes => device.SectorBytes;

        public int ProgramBytes => device.ProgramBytes;

        public void Read(int address, byte[] buffer, int offset, int count)
        {
            Count();
            device.Read(address, buffer, offset, count);
        }

        public void Program(int address, byte[] buffer, int offset, int count)
        {
            Count();
            device.Program(address, buffer, offset, count);
        }

        public void Erase(int sector)
        {
            Count();
            device.Erase(sector);
        }

        public void Sync()
        {
            Count();
            device.Sync();
        }

        private void Count()
        {
            if (OperationsLeft-- <= 0)
                throw new DeviceException("broken");
        }
    }
}
