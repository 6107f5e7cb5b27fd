using EdgeMeters.Wire;

namespace EdgeMeters.Metering.Uplink;

/// <summary>Takes the documents that outlive a start: configurations and pieces of an application image.</summary>
public interface IDocumentTaker
{
    /// <summary>Bytes of the longest document that is taken; sizes the buffer for all that comes down.</summary>
    int DocumentBytesMax { get; }

    /// <summary>Takes a document whose envelope was verified under the node's key.</summary>
    /// <returns>False when it is refused: not newer than what is there, not readable, not for this host.</returns>
    bool TryTake(BlockKind kind, byte[] document, int count);
}
