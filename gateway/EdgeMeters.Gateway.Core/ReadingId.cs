using System.Globalization;

namespace EdgeMeters.Gateway.Core;

/// <summary>Identity of a reading, end to end and for ever: the idempotency key at every hop.</summary>
/// <param name="Node">Name of the node, the one in its certificate.</param>
/// <param name="Epoch">Lifetime of the node's journal.</param>
/// <param name="Sequence">The node's interval end, counted within the epoch.</param>
/// <param name="Channel">The register among those of the node.</param>
public readonly record struct ReadingId(string Node, uint Epoch, uint Sequence, byte Channel)
{
    /// <summary><c>node/epoch/sequence/channel</c>, the epoch in hexadecimal.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Node}/{Epoch:x8}/{Sequence}/{Channel}");
}
