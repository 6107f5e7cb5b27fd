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

    /// <summary>Events in the order in which they first came.</summary>
    public List<ToldEvent> ToldEvents { get; } = [];

    public List<BlockKind> Kinds { get; } = [];

    /// <summary>How often each row came.</summary>
    public Dictionary<uint, int> RowsTaken { get; } = [];

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
                    Keep(i);
                break;
            case BlockKind.Hello:
                break;
            default:
                Assert.Equal(BlockError.None, _readingReader.TryRead(block, block.Length, _readings));
                Assert.Contains(_readings.LayoutId, _layouts);
                for (int row = 0; row < _readings.Rows; row++)
                {
                    uint sequence = _readings.FirstSequence + (uint)row;
                    RowsTaken[sequence] = RowsTaken.GetValueOrDefault(sequence) + 1;
                    Keep(Rows, sequence, _readings.Registers[(row + 1) * _readings.Channels - 1]);
                }
                break;
        }
    }

    /// <summary>How often each event came.</summary>
    public Dictionary<uint, int> EventsTaken { get; } = [];

    /// <summary>Another gateway in its place, which knows no layout.</summary>
    public void ForgetLayouts() => _layouts.Clear();

    private void Keep(int i)
    {
        uint sequence = _events.FirstSequence + (uint)i;
        EventsTaken[sequence] = EventsTaken.GetValueOrDefault(sequence) + 1;
        if (!Events.ContainsKey(sequence))
            ToldEvents.Add(new ToldEvent(sequence, (EventCode)_events.Codes[i], _events.Channels[i], _events.A[i], _events.B[i]));
        Keep(Events, sequence, _events.Codes[i]);
    }

    private static void Keep<T>(Dictionary<uint, T> kept, uint sequence, T told)
    {
        if (kept.TryGetValue(sequence, out T? known))
            Assert.Equal(known, told);
        else
            kept.Add(sequence, told);
    }
}
