using EdgeMeters.Metering.Configuration;
using EdgeMeters.Metering.Journal;
using EdgeMeters.Metering.Ports;
using EdgeMeters.Metering.Storage;
using EdgeMeters.Metering.Update;
using EdgeMeters.Metering.Uplink;
using EdgeMeters.Wire;

namespace EdgeMeters.Metering;

/// <summary>The documents of a node that keeps its configuration and application itself: the ESP32.</summary>
public sealed class NodeDocuments : IDocumentTaker
{
    private readonly ConfigurationStore _store;
    private readonly ImageSlots? _images;
    private readonly UpdateReceiver? _receiver;
    private readonly int _runningSlot;
    private readonly int _intervalSeconds;
    private readonly INodeClock _clock;
    private readonly INodeControl _control;
    private ConfigurationDesk? _configurations;
    private UpdateDesk? _updates;

    /// <param name="store">Loaded, with a table in force.</param>
    /// <param name="images">The slots of the application; null for a board that has none.</param>
    /// <param name="receiver">Takes images; null with <paramref name="images"/>.</param>
    /// <param name="runningSlot">Slot of the application that runs, or <see cref="DocumentSlots.None"/>.</param>
    public NodeDocuments(
        ConfigurationStore store, ImageSlots? images, UpdateReceiver? receiver, int runningSlot, int intervalSeconds, INodeClock clock, INodeControl control)
    {
        _store = store;
        _images = images;
        _receiver = receiver;
        _runningSlot = runningSlot;
        _intervalSeconds = intervalSeconds;
        _clock = clock;
        _control = control;
    }

    public int DocumentBytesMax
    {
        get { return NodeTable.BytesMax; }
    }

    public uint ImageTransfer
    {
        get { return _updates == null ? 0 : _updates.Transfer; }
    }

    public int ImageOffset
    {
        get { return _updates == null ? 0 : _updates.NextOffset; }
    }

    public bool IsHelloWanted
    {
        get { return _updates != null && _updates.IsHelloWanted; }
    }

    public void Begin(ReadingJournal journal)
    {
        _configurations = new ConfigurationDesk(_store, journal, _clock, _control);
        if (_images != null && _receiver != null)
            _updates = new UpdateDesk(_images, _receiver, _runningSlot, _intervalSeconds, journal, _clock, _control);
    }

    public void NoteHello()
    {
        if (_updates != null)
            _updates.NoteHello();
    }

    public bool TryTake(BlockKind kind, byte[] document, int count)
    {
        if (kind == BlockKind.Configuration)
            return _configurations != null && _configurations.TryTake(document, count);
        return _updates != null && _updates.TryTake(document, count);
    }

    public void Step(long receipts)
    {
        if (_configurations != null)
            _configurations.Step(receipts);
        if (_updates != null)
            _updates.Step(receipts);
    }
}
