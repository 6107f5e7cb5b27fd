using EdgeMeters.Metering.Ports;

namespace EdgeMeters.Metering.Uplink;

/// <summary>Waiting times after failures: doubling from a first to a longest, each spread over its upper half at random.</summary>
/// <remarks>The spread keeps the nodes of a station from coming back all at once when it does.</remarks>
public sealed class Backoff
{
    private readonly int _firstMs;
    private readonly int _longestMs;
    private readonly IEntropy _entropy;
    private int _ceilingMs;

    public Backoff(int firstMs, int longestMs, IEntropy entropy)
    {
        _firstMs = firstMs;
        _longestMs = longestMs;
        _entropy = entropy;
        _ceilingMs = firstMs;
    }

    /// <summary>Milliseconds to wait after one more failure.</summary>
    public int Next()
    {
        int ceilingMs = _ceilingMs;
        _ceilingMs = ceilingMs > _longestMs / 2 ? _longestMs : ceilingMs * 2;
        int halfMs = ceilingMs / 2;
        return halfMs + (int)(_entropy.NextUInt32() % (uint)(ceilingMs - halfMs + 1));
    }

    /// <summary>Begins again from the first after a success.</summary>
    public void Reset()
    {
        _ceilingMs = _firstMs;
    }
}
