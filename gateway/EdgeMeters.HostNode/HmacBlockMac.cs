using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using EdgeMeters.Wire;

namespace EdgeMeters.HostNode;

/// <summary>Suite 1: HMAC-SHA-256 over the node's name in UTF-8, a zero byte and the block, cut to eight bytes. Safe from any thread.</summary>
/// <remarks>It keeps the key and nothing else: a gateway has one for each of tens of thousands of nodes.</remarks>
public sealed class HmacBlockMac : IBlockMac
{
    public const int KeyBytes = 32;

    private readonly byte[] _key;
    private readonly byte[] _nameAndZero;

    public HmacBlockMac(string node, byte[] key)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(key.Length, KeyBytes);
        _key = key;
        _nameAndZero = Encoding.UTF8.GetBytes(node + "\0");
    }

    public byte Suite => 1;

    public void Compute(byte[] buffer, int offset, int count, byte[] mac)
    {
        int bytes = _nameAndZero.Length + count;
        byte[] message = ArrayPool<byte>.Shared.Rent(bytes);
        _nameAndZero.CopyTo(message, 0);
        buffer.AsSpan(offset, count).CopyTo(message.AsSpan(_nameAndZero.Length));
        Span<byte> whole = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(_key, message.AsSpan(0, bytes), whole);
        ArrayPool<byte>.Shared.Return(message);
        whole[..BlockEnvelope.MacBytes].CopyTo(mac);
    }
}
