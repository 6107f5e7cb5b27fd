namespace EdgeMeters.Bench.Network;

/// <summary>SplitMix64: a file that is in the repository must not depend on the random numbers of a runtime's version.</summary>
internal sealed class PlanRandom(ulong seed)
{
    private ulong _state = seed;

    /// <summary>From least to most, the latter excluded.</summary>
    public int Next(int least, int most)
    {
        _state += 0x9E3779B97F4A7C15;
        ulong mixed = (_state ^ (_state >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return least + (int)((mixed ^ (mixed >> 31)) % (ulong)(most - least));
    }
}
