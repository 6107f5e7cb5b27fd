using EdgeMeters.Gateway.Core;
using EdgeMeters.Wire;

namespace EdgeMeters.Gateway.Ingest;

/// <summary>Verifies and parses the blocks of one node. What passes is authentic and whole; nothing of the rest is kept.</summary>
public sealed class BlockGate(string node, IBlockMac mac)
{
    // Of 30 kB: each thread has one, not each of the plan's 31,250 nodes.
    [ThreadStatic]
    private static Scratch? _scratch;

    private readonly BlockEnvelope _envelope = new(mac);
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
            var scratch = _scratch ??= new Scratch();
            return (BlockKind)bytes[1] switch
            {
                BlockKind.Readings => CheckReadings(bytes, scratch),
                BlockKind.Layout => CheckLayout(bytes),
                BlockKind.Events => CheckEvents(bytes, scratch),
                BlockKind.Hello => CheckHello(bytes, scratch),
                // What goes down to nodes does not come up from them.
                _ => (BlockError.UnknownKind, null, null),
            };
        }
    }

    private (BlockError, IncomingBlock?, Hello?) CheckReadings(byte[] bytes, Scratch scratch)
    {
        var readings = scratch.Readings;
        var error = scratch.ReadingReader.TryRead(bytes, bytes.Length, readings);
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

    private (BlockError, IncomingBlock?, Hello?) CheckEvents(byte[] bytes, Scratch scratch)
    {
        var events = scratch.Events;
        var error = scratch.EventCodec.TryRead(bytes, bytes.Length, events);
        if (error != BlockError.None)
            return (error, null, null);
        uint last = events.FirstSequence + (uint)events.Count - 1;
        return (error, new IncomingBlock(node, BlockKind.Events, bytes, events.Epoch, events.FirstSequence, last), null);
    }

    private (BlockError, IncomingBlock?, Hello?) CheckHello(byte[] bytes, Scratch scratch)
    {
        var hello = new Hello();
        var error = scratch.DialogueCodec.TryRead(bytes, bytes.Length, hello);
        return error == BlockError.None ? (error, null, hello) : (error, null, null);
    }

    /// <summary>What a block is read into while it is checked.</summary>
    private sealed class Scratch
    {
        public ReadingBlockReader ReadingReader { get; } = new();

        public ReadingBlock Readings { get; } = new(Limits.ReadingsPerBlockMax);

        public EventBlockCodec EventCodec { get; } = new();

        public EventBlock Events { get; } = new();

        public DialogueCodec DialogueCodec { get; } = new();
    }
}
