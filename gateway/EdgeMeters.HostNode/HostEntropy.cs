using System.Buffers.Binary;
using System.Security.Cryptography;
using EdgeMeters.Metering.Ports;

namespace EdgeMeters.HostNode;

/// <summary>Randomness of the operating system.</summary>
public sealed class HostEntropy : IEntropy
{
    public uint NextUInt32()
    {
        Span<byte> bytes = stackalloc byte[sizeof(uint)];
        RandomNumberGenerator.Fill(bytes);
        return BinaryPrimitives.ReadUInt32LittleEndian(bytes);
    }
}
