using System.Security.Cryptography;
using EdgeMeters.Metering.Ports;
using nanoFramework.Hardware.Esp32;

namespace EdgeMeters.Node.Network;

/// <summary>Numbers that differ in every start and that nobody without the node's key can foretell. The chip's random generator is out of reach.</summary>
/// <remarks>
/// HMAC under the node's key over the count of starts, the count of draws and the microseconds since boot. The count of starts alone makes two
/// starts differ; should it be lost, the microseconds still do, and the epoch of a new journal beside them.
/// </remarks>
public sealed class KeyedEntropy : IEntropy
{
    private const int SourceBytes = 24;

    private readonly object _gate = new object();
    private readonly byte[] _source = new byte[SourceBytes];
    private readonly byte[] _key;
    private uint _draws;

    /// <param name="key">The node's key.</param>
    /// <param name="starts">Starts of the node so far.</param>
    public KeyedEntropy(byte[] key, uint starts)
    {
        _key = key;
        // No block begins with it: the code of a block tells nothing of these numbers.
        _source[0] = (byte)'E';
        Put(4, starts);
    }

    public uint NextUInt32()
    {
        lock (_gate)
        {
            ulong microseconds = HighResTimer.GetCurrent();
            Put(8, ++_draws);
            Put(12, (uint)microseconds);
            Put(16, (uint)(microseconds >> 32));
            byte[] hash = HMACSHA256.HashData(_key, _source);
            return (uint)(hash[0] | hash[1] << 8 | hash[2] << 16 | hash[3] << 24);
        }
    }

    private void Put(int at, uint number)
    {
        for (int i = 0; i < 4; i++)
            _source[at + i] = (byte)(number >> 8 * i);
    }
}
