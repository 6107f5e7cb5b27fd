using System;
using System.Security.Cryptography;
using EdgeMeters.Metering.Ports;

namespace EdgeMeters.Node.Network;

/// <summary>The node's update key in the interpreter's own HMAC-SHA-256.</summary>
public sealed class UpdateKeyMac : IImageMac
{
    private readonly byte[] _key;

    public UpdateKeyMac(byte[] key)
    {
        _key = key;
    }

    public void Compute(byte[] message, byte[] code)
    {
        byte[] whole = HMACSHA256.HashData(_key, message);
        Array.Copy(whole, 0, code, 0, whole.Length);
    }
}
