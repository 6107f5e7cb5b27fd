using EdgeMeters.Gateway.Core;
using EdgeMeters.Wire;

namespace EdgeMeters.Gateway.Tests.Downlink;

/// <summary>A log of which the test says what it holds.</summary>
internal sealed class HeldSequences : IHeldRanges
{
    private readonly HashSet<(BlockKind Kind, uint Epoch, uint Sequence)> _held = [];

    public void Add(BlockKind kind, uint epoch, uint first, uint last)
    {
        for (uint sequence = first; sequence <= last; sequence++)
            _held.Add((kind, epoch, sequence));
    }

    public SequenceRange? FirstGap(string node, BlockKind kind, uint epoch, uint first, uint last)
    {
        while (first <= last && _held.Contains((kind, epoch, first)))
            first++;
        if (first > last)
            return null;
        uint end = first;
        while (end < last && !_held.Contains((kind, epoch, end + 1)))
            end++;
        return new SequenceRange(first, end);
    }
}
