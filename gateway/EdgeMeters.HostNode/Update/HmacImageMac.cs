using System.Security.Cryptography;
using EdgeMeters.Metering.Ports;
using EdgeMeters.Metering.Update;

namespace EdgeMeters.HostNode.Update;

/// <summary>A node's update key on .NET: what the tool signs with, and what simulated nodes check with.</summary>
public sealed class HmacImageMac : IImageMac
{
    private readonly byte[] _key;

    public HmacImageMac(byte[] key)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(key.Length, UpdateIdentity.KeyBytes);
        _key = key;
    }

    public void Compute(byte[] message, byte[] code) => HMACSHA256.HashData(_key, message, code);
}
