using EdgeMeters.Metering.Ports;

namespace EdgeMeters.Firmware.Tests.Support;

internal sealed class SeededEntropy(int seed) : IEntropy
{
    private readonly Random _random = new(seed);

    public uint NextUInt32() => (uint)_random.NextInt64(1L << 32);
}
