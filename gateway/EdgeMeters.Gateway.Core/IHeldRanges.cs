using EdgeMeters.Wire;

namespace EdgeMeters.Gateway.Core;

/// <summary>Says which sequences of a node are in the gateway's custody.</summary>
public interface IHeldRanges
{
    /// <summary>The lowest sequences that are not held, of those asked for.</summary>
    /// <param name="kind">Readings or events, which count apart.</param>
    /// <param name="epoch">The journal's lifetime.</param>
    /// <param name="first">First sequence.</param>
    /// <param name="last">Last sequence.</param>
    /// <returns>Null when all are held.</returns>
    /// <exception cref="StoreUnavailableException">The store cannot be read now.</exception>
    SequenceRange? FirstGap(string node, BlockKind kind, uint epoch, uint first, uint last);
}
