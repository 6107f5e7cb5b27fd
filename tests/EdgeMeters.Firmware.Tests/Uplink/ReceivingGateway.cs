using EdgeMeters.Firmware.Tests.Wire;
using EdgeMeters.Wire;

namespace EdgeMeters.Firmware.Tests.Uplink;

/// <summary>What a gateway keeps of the blocks that reached it, each reading and event once, and in which order kinds came.</summary>
internal sealed class ReceivingGateway
{
    private readonly BlockEnvelope _envelope = HmacBlockMac.AnyNode();
    private readonly ReadingBlockReader _readingReader = new();
    private readonly EventBlockCodec _eventCodec = new();
    private readonly ReadingBlock _readings = new(Limits.ReadingsPerBlockMax);
    private readonly EventBlock _events = new();
    private readonly HashSet<uint> _layouts = [];

    /// <summary>Register of the last channel by row sequence.</summary>
    public Dictionary<uint, long> Rows { get; } = [];

    public Dictionary<uint, byte> Events { get; } = [];

    public List<BlockKind> Kinds { get; } = [];

    public void Take(byte[] block)
    {
        Assert.Equal(BlockError.None, _envelope.Verify(block, 0, block.Length));
        BlockKind kind = (BlockKind)block[1];
        Kinds.Add(kind);
        switch (kind)
        {
            case BlockKind.Layout:
                Assert.Equal(BlockError.None, LayoutCodec.TryReadBlock(block, block.Length, out _, out uint layoutId));
                _layouts.Add(layoutId);
                break;
            case BlockKind.Events:
                Assert.Equal(BlockError.None, _eventCodec.TryRead(block, block.Length, _events));
                Assert.Contains(_events.LayoutId, _layouts);
                for (int i = 0; i < _events.Count; i++)
                    Keep(Events, _events.FirstSequence + (uint)i, _events.Codes[i]);
                break;
            default:
                Assert.Equal(BlockError.None, _readingReader.TryRead(block, block.Length, _readings));
                Assert.Contains(_readings.LayoutId, _layouts);
                for (int row = 0; row < _readings.Rows; row++)
                    Keep(Rows, _readings.FirstSequence + (uint)row, _readings.Registers[(row + 1) * _readings.Channels - 1]);
                break;
        }
    }

    /// <summary>Another gateway in its place, which knows no layout.</summary>
    public void ForgetLayouts() => _layouts.Clear();

    private static void Keep<T>(Dictionary<uint, T> kept, uint sequence, T told)
    {
        if (kept.TryGetValue(sequence, out T? known))
            Assert.Equal(known, told);
        else
            kept.Add(sequence, told);
    }
}
