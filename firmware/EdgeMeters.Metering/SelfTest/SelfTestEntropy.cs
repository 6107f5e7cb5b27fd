using EdgeMeters.Metering.Ports;

namespace EdgeMeters.Metering.SelfTest;

/// <summary>The same numbers every time, from a seed that is part of the vectors (Numerical Recipes' linear congruence).</summary>
internal sealed class SelfTestEntropy : IEntropy
{
    private uint _state;

    public SelfTestEntropy(uint seed)
    {
        _state = seed;
    }

    public uint NextUInt32()
    {
        _state = unchecked(_state * 1664525 + 1013904223);
        // The low bits of such a generator repeat soon; its high half is good enough in both halves here.
        return (_state >> 16) | (_state & 0xFFFF0000);
    }
}
