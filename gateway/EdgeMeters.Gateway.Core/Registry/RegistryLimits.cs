namespace EdgeMeters.Gateway.Core.Registry;

/// <summary>How big a registry may be. The plan has a million points; twice that leaves room for what a utility adds.</summary>
public static class RegistryLimits
{
    public const int PointsMax = 2_000_000;

    /// <summary>Two registers for each point.</summary>
    public const int RegistersMax = 4_000_000;

    /// <summary>The present service of each point and one that ended: a meter is exchanged once in six to ten years.</summary>
    public const int ServicesMax = 4_000_000;

    /// <summary>Points above each other, from a flat's meter to the city's: more is a mistake.</summary>
    public const int DepthMax = 32;

    public const int NameCharsMax = 100;

    public const int PlaceCharsMax = 200;

    /// <summary>Digits before the decimal point; a display of twelve lasts any meter for ever.</summary>
    public const int WholeDigitsMax = 12;

    /// <summary>A current transformer of 10,000/1 beyond a voltage transformer of 500 kV/100 V.</summary>
    public const long MultiplierMax = 50_000_000;

    /// <summary>Pulses for a unit of the dial; meters have 0.1 to 100,000.</summary>
    public const long PulsesMax = 10_000_000;

    /// <summary>The begin of 2000: before it no meter was read from afar; an earlier date is a slip.</summary>
    public const uint FromUtcSeconds = 946_684_800;

    /// <summary>The begin of 2100; beyond it 32 bits of seconds soon end.</summary>
    public const uint ToUtcSeconds = 4_102_444_800;
}
