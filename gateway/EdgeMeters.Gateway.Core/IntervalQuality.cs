namespace EdgeMeters.Gateway.Core;

/// <summary>What the gateway judges of one interval. The register stays as it was read, whatever is judged of it.</summary>
[Flags]
public enum IntervalQuality
{
    /// <summary>Measured and plausible.</summary>
    Valid = 0,

    /// <summary>The node had a doubt, which one of its events states.</summary>
    Suspect = 1,

    /// <summary>The meter gave no reading at this end.</summary>
    Missing = 2,

    /// <summary>Longer than the series' period: readings before it are missing. The consumption covers the whole gap.</summary>
    Gap = 4,

    /// <summary>The register fell, and no modulus explains it: no consumption is stated.</summary>
    Decreased = 8,

    /// <summary>The register passed its modulus and began again; the consumption counts through.</summary>
    Rollover = 16,

    /// <summary>More than the meter's largest plausible rate.</summary>
    TooHigh = 32,

    /// <summary>The node's clock was not set, ran free for too long, or was set back over this reading: its label may be wrong.</summary>
    ClockDoubt = 64,

    /// <summary>The first reading of a meter: there is nothing to take a difference from.</summary>
    First = 128,

    /// <summary>Longer than the series' period because plain readings within it were pruned: the consumption is exactly the sum of theirs.</summary>
    Pruned = 256,
}
