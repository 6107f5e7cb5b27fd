using EdgeMeters.Benchmarks.Support;
using EdgeMeters.HostNode;
using EdgeMeters.Wire;

namespace EdgeMeters.Benchmarks.Codec;

/// <summary>The same block with byte-wise varints of the differences instead of Rice code: same header, envelope and authentication.</summary>
internal sealed class VarintForm() : ReadingForm("block of varints, HMAC")
{
    private readonly Dictionary<string, BlockEnvelope> _nodes = [];
    private readonly ByteWriter _writer = new();
    private readonly ByteReader _reader = new();
    private readonly byte[] _buffer = new byte[Limits.BlockBytesMax];

    public override int Write(Day day, Action<byte[]>? keep)
    {
        var block = day.Block;
        var envelope = Of(day);
        _writer.Start(_buffer, 0, _buffer.Length);
        envelope.Open(_writer, BlockKind.Readings);
        _writer.UInt32(block.Epoch);
        _writer.UInt32(block.LayoutId);
        _writer.VarUInt(block.FirstSequence);
        _writer.VarUInt((ulong)block.Rows);
        _writer.Byte((byte)block.Channels);
        _writer.Byte((byte)block.Clock);
        _writer.UInt32(block.StartUtcSeconds);
        _writer.VarUInt((ulong)block.PeriodSeconds);
        for (int channel = 0; channel < block.Channels; channel++)
        {
            _writer.Byte((byte)Quality.Measured);
            long previous = 0;
            for (int i = channel; i < block.Rows * block.Channels; i += block.Channels)
            {
                _writer.VarInt(block.Registers[i] - previous);
                previous = block.Registers[i];
            }
        }
        int bytes = envelope.Seal(_writer, _buffer, 0);
        keep?.Invoke(_buffer.AsSpan(0, bytes).ToArray());
        return bytes;
    }

    public override long Read(Day day, byte[][] messages)
    {
        byte[] message = messages[0];
        if (Of(day).Verify(message, 0, message.Length) != BlockError.None)
            throw new WrongResultException($"{Name}: a block is refused.");
        BlockEnvelope.OpenBody(_reader, message, 0, message.Length);
        _reader.UInt32();
        _reader.UInt32();
        _reader.VarUInt();
        int rows = (int)_reader.VarUInt();
        int channels = _reader.Byte();
        _reader.Byte();
        _reader.UInt32();
        _reader.VarUInt();
        long sum = 0;
        for (int channel = 0; channel < channels; channel++)
        {
            _reader.Byte();
            long register = 0;
            for (int row = 0; row < rows; row++)
            {
                register += _reader.VarInt();
                sum = unchecked(sum + register);
            }
        }
        return sum;
    }

    private BlockEnvelope Of(Day day)
    {
        if (!_nodes.TryGetValue(day.Node.Name, out var envelope))
            _nodes[day.Node.Name] = envelope = new BlockEnvelope(new HmacBlockMac(day.Node.Name, day.Node.Key));
        return envelope;
    }
}
