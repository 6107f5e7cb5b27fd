using EdgeMeters.Metering.Journal;
using EdgeMeters.Wire;

namespace EdgeMeters.Metering.Uplink;

/// <summary>Takes the documents that outlive a start: configurations and pieces of an application image.</summary>
public interface IDocumentTaker
{
    /// <summary>Bytes of the longest document that is taken; sizes the buffer for all that comes down.</summary>
    int DocumentBytesMax { get; }

    /// <summary>Names the image under way, 0 when there is none; a hello tells it.</summary>
    uint ImageTransfer { get; }

    /// <summary>Where in that image the next chunk must begin.</summary>
    int ImageOffset { get; }

    /// <summary>True when the gateway waits to be told where to go on.</summary>
    bool IsHelloWanted { get; }

    /// <summary>A hello is on its way.</summary>
    void NoteHello();

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
