using EdgeMeters.Metering.Journal;
using EdgeMeters.Wire;

namespace EdgeMeters.Metering.Uplink;

/// <summary>Takes the documents that outlive a start: configurations and pieces of an application image.</summary>
public interface IDocumentTaker
{
    /// <summary>Bytes of the longest document that is taken; sizes the buffer for all that comes down.</summary>
    int DocumentBytesMax { get; }

    /// <summary>Called once, before anything is taken.</summary>
    /// <param name="journal">Where to tell what became of documents.</param>
    void Begin(ReadingJournal journal);

    /// <summary>Takes a document whose envelope was verified under the node's key.</summary>
    /// <returns>False when it is refused: not newer than what is there, not readable, not for this host.</returns>
    bool TryTake(BlockKind kind, byte[] document, int count);

    /// <summary>Called in every round of the uplink's loop.</summary>
    /// <param name="receipts">Blocks for which the gateway sent its receipt since start.</param>
    void Step(long receipts);
}
