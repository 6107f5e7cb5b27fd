using System.Security.Cryptography;
using System.Text;
using EdgeMeters.Wire;

namespace EdgeMeters.HostNode;

/// <summary>Suite 1: HMAC-SHA-256 over the node's name in UTF-8, a zero byte and the block, cut to eight bytes.</summary>
public sealed class HmacBlockMac : IBlockMac, IDisposable
{
    public const int KeyBytes = 32;

    private readonly IncrementalHash _hash;
    private readonly byte[] _nameAndZero;
    private readonly byte[] _whole = new byte[HMACSHA256.HashSizeInBytes];

    public HmacBlockMac(string node, byte[] key)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(key.Length, KeyBytes);
        _nameAndZero = Encoding.UTF8.GetBytes(node + "\0");
        _hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
    }

    public byte Suite => 1;

    public void Compute(byte[] buffer, int offset, int count, byte[] mac)
    {
        _hash.AppendData(_nameAndZero);
        _hash.AppendData(buffer, offset, count);
        _hash.GetHashAndReset(_whole);
        _whole.AsSpan(0, BlockEnvelope.MacBytes).CopyTo(mac);
    }

    public void Dispose() => _hash.Dispose();
}
