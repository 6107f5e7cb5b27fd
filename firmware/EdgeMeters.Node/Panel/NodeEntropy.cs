using System;
using EdgeMeters.Metering.Ports;
using nanoFramework.Hardware.Esp32;

namespace EdgeMeters.Node.Panel;

/// <summary>Random numbers of the chip's hardware generator.</summary>
/// <remarks>
/// On ESP32 every call of nanoFramework's <see cref="Random"/> is <c>esp_random()</c>; a seed is ignored (nf-interpreter,
/// targets/ESP32/_nanoCLR/targetRandom.cpp). It is true randomness while Wi-Fi runs, otherwise from a state that the boot loader filled with
/// it. Epochs and start numbers need to differ, not to be secret: the microsecond of the call is mixed in, for a generator that were stuck.
/// </remarks>
public sealed class NodeEntropy : IEntropy
{
    private readonly Random _random = new Random();
    private readonly byte[] _bytes = new byte[4];

    public uint NextUInt32()
    {
        lock (_random)
        {
            _random.NextBytes(_bytes);
            uint drawn = (uint)(_bytes[0] | (_bytes[1] << 8) | (_bytes[2] << 16) | (_bytes[3] << 24));
            return drawn ^ (uint)HighResTimer.GetCurrent();
        }
    }
}
