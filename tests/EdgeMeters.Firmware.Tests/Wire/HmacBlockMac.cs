using System.Security.Cryptography;
using System.Text;
using EdgeMeters.Wire;

namespace EdgeMeters.Firmware.Tests.Wire;

/// <summary>Suite 1 as FORMAT.md states it: HMAC-SHA-256 over node name, a zero byte and the block so far, cut to eight bytes.</summary>
internal sealed class HmacBlockMac : IBlockMac
{
    private readonly byte[] _key;
    private readonly byte[] _prefix;

    public HmacBlockMac(byte[] key, string nodeName, byte suite = 1)
    {
        _key = key;
        _prefix = [.. Encoding.ASCII.GetBytes(nodeName), 0];
        Suite = suite;
    }

    public byte Suite { get; }

    /// <summary>The node of the tests that do not care which.</summary>
    public static BlockEnvelope AnyNode() => new(new HmacBlockMac(new byte[32], "node"));

    public void Compute(byte[] buffer, int offset, int count, byte[] mac)
    {
        byte[] message = [.. _prefix, .. buffer.AsSpan(offset, count)];
        byte[] code = HMACSHA256.HashData(_key, message);
        code.AsSpan(0, BlockEnvelope.MacBytes).CopyTo(mac);
    }
}
