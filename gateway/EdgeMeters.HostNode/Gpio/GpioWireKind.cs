namespace EdgeMeters.HostNode.Gpio;

/// <summary>What a <see cref="GpioWireFrame"/> tells.</summary>
public enum GpioWireKind : byte
{
    /// <summary>First on every connection: the version, how many levels follow, the present time.</summary>
    Hello = 1,

    /// <summary>A pin's present level; follows the hello, once for every pin that has a wire.</summary>
    Level = 2,

    /// <summary>A pin went to a level at a moment.</summary>
    Edge = 3,

    /// <summary>Time has come to here and every edge before it was sent.</summary>
    Beat = 4,
}
