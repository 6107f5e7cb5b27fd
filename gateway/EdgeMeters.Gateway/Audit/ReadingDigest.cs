using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using EdgeMeters.Wire;

namespace EdgeMeters.Gateway.Audit;

/// <summary>Sums half the SHA-256 of every reading, so that neither order nor blocks matter.</summary>
/// <remarks>
/// Of each reading: the node's name in UTF-8, a zero byte, then little-endian epoch u32, sequence u32, channel u8, layout u32, end in UTC
/// seconds u32, clock u8, quality u8, register i64. The sum is taken modulo 2^128.
/// </remarks>
internal sealed class ReadingDigest
{
    private const int TailBytes = 27;

    private readonly byte[] _hash = new byte[SHA256.HashSizeInBytes];
    private byte[] _text = [];
    private string? _node;
    private UInt128 _sum;

    public void Add(string node, ReadingBlock block, int row, int channel)
    {
        if (!ReferenceEquals(node, _node))
        {
            _text = [.. Encoding.UTF8.GetBytes(node), 0, .. new byte[TailBytes]];
            _node = node;
        }
        int at = row * block.Channels + channel;
        var tail = _text.AsSpan(_text.Length - TailBytes);
        BinaryPrimitives.WriteUInt32LittleEndian(tail, block.Epoch);
        BinaryPrimitives.WriteUInt32LittleEndian(tail[4..], block.FirstSequence + (uint)row);
        tail[8] = (byte)channel;
        BinaryPrimitives.WriteUInt32LittleEndian(tail[9..], block.LayoutId);
        BinaryPrimitives.WriteUInt32LittleEndian(tail[13..], block.UtcSecondsOf(row));
        tail[17] = (byte)block.Clock;
        tail[18] = block.Qualities[at];
        BinaryPrimitives.WriteInt64LittleEndian(tail[19..], block.Registers[at]);
        SHA256.HashData(_text, _hash);
        _sum += BinaryPrimitives.ReadUInt128LittleEndian(_hash);
    }

    public override string ToString() => _sum.ToString("x32", CultureInfo.InvariantCulture);
}
