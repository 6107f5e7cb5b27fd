using EdgeMeters.Metering.Configuration;
using EdgeMeters.Metering.Journal;
using EdgeMeters.Metering.Ports;
using EdgeMeters.Metering.Uplink;
using EdgeMeters.Wire;

namespace EdgeMeters.Node;

/// <summary>Hands configurations that come from the gateway to their desk. An image is refused here: without a loader nothing would start it.</summary>
public sealed class NodeDocuments : IDocumentTaker
{
    private readonly ConfigurationStore _store;
    private readonly INodeClock _clock;
    private readonly INodeControl _control;
    private ConfigurationDesk? _desk;

    public NodeDocuments(ConfigurationStore store, INodeClock clock, INodeControl control)
    {
        _store = store;
        _clock = clock;
        _control = control;
    }

    public int DocumentBytesMax
    {
        get { return NodeTable.BytesMax; }
    }

    public void Begin(ReadingJournal journal)
    {
        _desk = new ConfigurationDesk(_store, journal, _clock, _control);
    }

    public bool TryTake(BlockKind kind, byte[] document, int count)
    {
        return kind == BlockKind.Configuration && _desk != null && _desk.TryTake(document, count);
    }

    public void Step(long receipts)
    {
        if (_desk != null)
            _desk.Step(receipts);
    }
}
