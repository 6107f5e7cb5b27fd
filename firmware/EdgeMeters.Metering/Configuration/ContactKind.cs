namespace EdgeMeters.Metering.Configuration;

/// <summary>What gives the pulses of an input, and so what counts them.</summary>
public enum ContactKind : byte
{
    /// <summary>An S0 output or a reed behind an RC filter: the chip's hardware counter.</summary>
    Counter = 1,

    /// <summary>A slow reed without a filter: edges at a GPIO, believed once they have stood for their width.</summary>
    Reed = 2,

    /// <summary>Two reeds at one wheel: direction, and events for a cut wire and a magnet.</summary>
    DualReed = 3,
}
