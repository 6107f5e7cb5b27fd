using EdgeMeters.Benchmarks.Support;
using EdgeMeters.Wire;

namespace EdgeMeters.Benchmarks.Codec;

/// <summary>The block of the wire: what a node sends and a gateway keeps.</summary>
/// <param name="name">What it is called in the table.</param>
/// <param name="macOf">Makes a node's authentication.</param>
internal sealed class BlockForm(string name, Func<NodeFeed, IBlockMac> macOf) : ReadingForm(name)
{
    private readonly Dictionary<string, (BlockEnvelope Envelope, ReadingBlockWriter Writer)> _nodes = [];
    private readonly ReadingBlockReader _reader = new();
    private readonly ReadingBlock _block = new(Limits.ReadingsPerBlockMax);
    private readonly byte[] _buffer = new byte[Limits.BlockBytesMax];

    public override int Write(Day day, Action<byte[]>? keep)
    {
        int bytes = Of(day).Writer.Write(day.Block, day.Block.Rows, _buffer, _buffer.Length);
        keep?.Invoke(_buffer.AsSpan(0, bytes).ToArray());
        return bytes;
    }

    public override long Read(Day day, byte[][] messages)
    {
        byte[] message = messages[0];
        if (Of(day).Envelope.Verify(message, 0, message.Length) != BlockError.None
            || _reader.TryRead(message, message.Length, _block) != BlockError.None)
        {
            throw new WrongResultException($"{Name}: a block is refused by its reader.");
        }
        long sum = 0;
        foreach (long register in _block.Registers.AsSpan(0, _block.Rows * _block.Channels))
            sum = unchecked(sum + register);
        return sum;
    }

    private (BlockEnvelope Envelope, ReadingBlockWriter Writer) Of(Day day)
    {
        if (_nodes.TryGetValue(day.Node.Name, out var made))
            return made;
        var envelope = new BlockEnvelope(macOf(day.Node));
        return _nodes[day.Node.Name] = (envelope, new ReadingBlockWriter(envelope));
    }
}
