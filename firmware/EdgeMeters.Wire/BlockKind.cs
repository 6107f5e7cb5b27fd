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

    /// <summary>Node to gateway, at the begin of a session and now and then: what it is, and the number of this start. Asks for the time.</summary>
    Hello = 4,

    /// <summary>Gateway to node, the answer to a hello.</summary>
    Time = 16,

    /// <summary>Gateway to node: do this one thing now.</summary>
    Command = 17,

    /// <summary>Gateway to node: the table of its meters, lines and gateway.</summary>
    Configuration = 18,

    /// <summary>Gateway to node: a piece of an application image.</summary>
    ImageChunk = 19,

    /// <summary>Gateway to node, the answer to a hello: when, and how much at a time, the node may send.</summary>
    Admission = 20,
}
