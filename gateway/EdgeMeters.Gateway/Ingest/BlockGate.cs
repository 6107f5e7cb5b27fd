using EdgeMeters.Gateway.Core;
using EdgeMeters.Wire;

namespace EdgeMeters.Gateway.Ingest;

/// <summary>Verifies and parses the blocks of one node. What passes is authentic and whole; nothing of the rest is kept.</summary>
public sealed class BlockGate(string node, IBlockMac mac)
{
    // Of 28 kB: each thread has one, not each of the plan's 31,250 nodes.
    [ThreadStatic]
    private static ReadingBlock? _scratch;

    private readonly BlockEnvelope _envelope = new(mac);
    private readonly ReadingBlockReader _readingReader = new();
    private readonly EventBlockCodec _eventCodec = new();
    private readonly EventBlock _events = new();
    private readonly DialogueCodec _dialogueCodec = new();
    private readonly Lock _lock = new();

    /// <summary>Checks a block as it came.</summary>
    /// <returns><see cref="BlockError.None"/> with what it is, a block to be kept or a hello to be answered; or the reason why it is neither.</returns>
    public (BlockError Error, IncomingBlock? Block, Hello? Hello) Check(byte[] bytes)
    {
        lock (_lock)
        {
            var error = _envelope.Verify(bytes, 0, bytes.Length);
            if (error != BlockError.None)
                return (error, null, null);
            return (BlockKind)bytes[1] switch
            {
                BlockKind.Readings => CheckReadings(bytes),
                BlockKind.Layout => CheckLayout(bytes),
                BlockKind.Events => CheckEvents(bytes),
                BlockKind.Hello => CheckHello(bytes),
                // What goes down to nodes does not come up from them.
                _ => (BlockError.UnknownKind, null, null),
            };
        }
    }

    private (BlockError, IncomingBlock?, Hello?) CheckReadings(byte[] bytes)
    {
        var readings = _scratch ??= new ReadingBlock(Limits.ReadingsPerBlockMax);
        var error = _readingReader.TryRead(bytes, bytes.Length, readings);
        if (error != BlockError.None)
            return (error, null, null);
        uint last = readings.FirstSequence + (uint)readings.Rows - 1;
        return (error, new IncomingBlock(node, BlockKind.Readings, bytes, readings.Epoch, readings.FirstSequence, last), null);
    }

    private (BlockError, IncomingBlock?, Hello?) CheckLayout(byte[] bytes)
    {
        var error = LayoutCodec.TryReadBlock(bytes, bytes.Length, out _, out uint layoutId);
        return error == BlockError.None
            ? (error, new IncomingBlock(node, BlockKind.Layout, bytes, layoutId, 0, 0), null) : (error, null, null);
    }

    private (BlockError, IncomingBlock?, Hello?) CheckEvents(byte[] bytes)
    {
        var error = _eventCodec.TryRead(bytes, bytes.Length, _events);
        if (error != BlockError.None)
            return (error, null, null);
        uint last = _events.FirstSequence + (uint)_events.Count - 1;
        return (error, new IncomingBlock(node, BlockKind.Events, bytes, _events.Epoch, _events.FirstSequence, last), null);
    }

    private (BlockError, IncomingBlock?, Hello?) CheckHello(byte[] bytes)
    {
        var hello = new Hello();
        var error = _dialogueCodec.TryRead(bytes, bytes.Length, hello);
        return error == BlockError.None ? (error, null, hello) : (error, null, null);
    }
}
