using System;
using System.Security.Cryptography;
using EdgeMeters.Wire;

namespace EdgeMeters.Node.Network;

/// <summary>Suite 1 with the interpreter's own HMAC-SHA-256, which takes a whole array and no part of one: each code costs a copy of its block.</summary>
public sealed class HmacMac : IBlockMac
{
    private readonly byte[] _key;
    private readonly string _node;

    /// <param name="node">Name of the node, ASCII.</param>
    /// <param name="key">32 bytes.</param>
    public HmacMac(string node, byte[] key)
    {
        _node = node;
        _key = key;
    }

    public byte Suite
    {
        get { return 1; }
    }

    public void Compute(byte[] buffer, int offset, int count, byte[] mac)
    {
        byte[] source = new byte[_node.Length + 1 + count];
        for (int i = 0; i < _node.Length; i++)
            source[i] = (byte)_node[i];
        Array.Copy(buffer, offset, source, _node.Length + 1, count);
        byte[] whole = HMACSHA256.HashData(_key, source);
        Array.Copy(whole, 0, mac, 0, BlockEnvelope.MacBytes);
    }
}
