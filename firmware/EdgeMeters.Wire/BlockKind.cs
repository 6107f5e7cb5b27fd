namespace EdgeMeters.Wire;

/// <summary>What a block carries.</summary>
public enum BlockKind : byte
{
    /// <summary>Readings of all channels of a node over consecutive intervals.</summary>
    Readings = 1,

    /// <summary>Which meter and register each channel is. Sent before the first readings made under it.</summary>
    Layout = 2,

    /// <summary>Events of a node: restart, pulses in doubt, clock set, journal overflow.</summary>
    Events = 3,
}
