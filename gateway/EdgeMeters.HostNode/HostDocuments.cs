using EdgeMeters.Metering.Journal;
using EdgeMeters.Metering.Uplink;
using EdgeMeters.Wire;

namespace EdgeMeters.HostNode;

/// <summary>Takes no document: a host's configuration is its file, its program comes with the system's packages.</summary>
internal sealed class HostDocuments : IDocumentTaker
{
    public int DocumentBytesMax => Limits.BlockBytesMin;

    public uint ImageTransfer => 0;

    public int ImageOffset => 0;

    public bool IsHelloWanted => false;

    public void NoteHello()
    {
        // Nothing is under way.
    }

    public void Begin(ReadingJournal journal)
    {
        // Nothing is taken, so there is nothing to tell.
    }

    public void Step(long receipts)
    {
        // Nothing is on trial.
    }

    public bool TryTake(BlockKind kind, byte[] document, int count) => false;
}
