using EdgeMeters.Bench.Flash;
using EdgeMeters.Firmware.Tests.Journal;
using EdgeMeters.HostNode.Update;
using EdgeMeters.Metering.Ports;
using EdgeMeters.Metering.Storage;
using EdgeMeters.Metering.Update;
using EdgeMeters.Wire;

namespace EdgeMeters.Firmware.Tests.Update;

/// <summary>A node's flash with a journal and two image slots on it, the tool that makes images for it, and what a start finds.</summary>
internal sealed class UpdateBench
{
    public const string Node = "node-0001";
    public const byte Board = 3;
    public const int JournalSectors = 4;
    public const uint FactoryVersion = 1;

    public static readonly byte[] FleetKey = [.. Enumerable.Range(0, 32).Select(i => (byte)(i * 7))];
    public static readonly ImageMaker Maker = new(FleetKey);
    public static readonly ImageTarget Target = new(Node, Board, RuntimeLine.Name);

    private readonly int _bodyBytes;

    public UpdateBench(string geometry, int bodyBytes = 4300)
    {
        _bodyBytes = bodyBytes;
        Geometry small = Geometry.Of(geometry);
        int sectorsPerSlot = (bodyBytes + ImageHead.OverheadBytes + 2048) / small.SectorBytes + 1;
        Geometry = small with { SectorCount = JournalSectors + 2 * sectorsPerSlot, Channels = 2 };
        Flash = new SimulatedFlash(Geometry);
    }

    public Geometry Geometry { get; }

    public SimulatedFlash Flash { get; set; }

    public static IImageMac Mac => new HmacImageMac(Maker.NodeKey(Node));

    public static IBlockDevice JournalOf(SimulatedFlash flash) => new BlockRegion(flash, 0, JournalSectors);

    public static ImageSlots SlotsOf(SimulatedFlash flash, ImageTarget? target = null)
    {
        return new ImageSlots(new BlockRegion(flash, JournalSectors, flash.SectorCount - JournalSectors), target ?? Target);
    }

    /// <summary>A start of the node with what is in the flash.</summary>
    public static Start Boot(SimulatedFlash flash, Predicate<uint>? canLoad = null, IImageMac? mac = null, uint factoryVersion = FactoryVersion)
    {
        Start start = new(canLoad ?? (_ => true));
        new BootSequence(SlotsOf(flash), mac ?? Mac, factoryVersion).Run(start);
        return start;
    }

    /// <summary>A program of that version, of two assemblies; any two differ.</summary>
    public byte[] Program(uint version)
    {
        return [.. AssemblyMaker.Application(version, _bodyBytes).SelectMany(assembly => assembly)];
    }

    public byte[] Image(uint version) => Maker.Make(Program(version), Node, Board, version, RuntimeLine.Name);

    public SimulatedFlash Copy() => new(Geometry, Flash.Image());

    public UpdateReceiver Receiver(SimulatedFlash flash, uint runningVersion, int runningSlot)
    {
        return new UpdateReceiver(SlotsOf(flash), Mac, runningVersion, runningSlot, _bodyBytes);
    }

    /// <summary>Sends an image from where the node wants it to its end, or to the first refusal.</summary>
    public static UpdateError Send(UpdateReceiver receiver, byte[] image, int chunkBytes = 500, Action? betweenChunks = null)
    {
        uint transfer = ImageChunk.TransferOf(image);
        int offset = receiver.Transfer == transfer ? receiver.NextOffset : 0;
        while (offset < image.Length)
        {
            int count = Math.Min(chunkBytes, image.Length - offset);
            UpdateError error = receiver.Take(transfer, offset, image, offset, count);
            if (error != UpdateError.None)
                return error;
            offset += count;
            betweenChunks?.Invoke();
        }
        return UpdateError.None;
    }

    /// <summary>Brings a version into the flash by the ordinary way, has it tried, and confirms it.</summary>
    public void InstallConfirmed(uint version)
    {
        Start before = Boot(Flash);
        Assert.Equal(UpdateError.None, Send(Receiver(Flash, before.Version, before.Slot), Image(version)));
        Start trial = Boot(Flash);
        Assert.Equal(version, trial.Version);
        Assert.True(SlotsOf(Flash).TryConfirm(trial.Slot));
    }

    /// <summary>Puts bytes into a slot as someone would who has the flash in hand: whole for the slots, whatever they are for the loader.</summary>
    public static void Plant(SimulatedFlash flash, byte[] image, int slot)
    {
        DocumentSlots documents = SlotsOf(flash).Documents;
        Assert.True(documents.TryBegin(slot, image.Length) && documents.TryAppend(image, 0, image.Length) && documents.TryCommit());
    }

    /// <summary>What a start came to.</summary>
    internal sealed class Start(Predicate<uint> canLoad) : IApplicationStarter
    {
        /// <summary>Version that runs; the factory's when <see cref="IsFactory"/>.</summary>
        public uint Version { get; private set; }

        public int Slot { get; private set; } = DocumentSlots.None;

        /// <summary>Assemblies in the order in which they were to be loaded.</summary>
        public byte[][]? Assemblies { get; private set; }

        public byte[]? Body => Assemblies?.SelectMany(assembly => assembly).ToArray();

        public bool IsFactory { get; private set; }

        /// <summary>Versions that could not be loaded.</summary>
        public List<uint> Refused { get; } = [];

        /// <summary>Versions that were passed over, and why.</summary>
        public List<(uint Version, UpdateError Why)> PassedOver { get; } = [];

        public bool TryStart(byte[][] assemblies, uint version, int slot)
        {
            if (!canLoad(version))
            {
                Refused.Add(version);
                return false;
            }
            (Version, Slot, Assemblies) = (version, slot, assemblies);
            return true;
        }

        public void NoteRefusal(uint version, UpdateError why) => PassedOver.Add((version, why));

        public void StartFactory()
        {
            IsFactory = true;
            Version = FactoryVersion;
        }
    }
}
