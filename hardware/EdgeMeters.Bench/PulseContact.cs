using EdgeMeters.Metering.Pulse;

namespace EdgeMeters.Bench;

/// <summary>A kind of contact: how long it surely stays closed and open, and by which width its pulses are to be counted.</summary>
public sealed record PulseContact(string Name, int ClosedMicrosecondsMin, int OpenMicrosecondsMin, int FilterMicroseconds)
{
    /// <summary>Bounce after an edge, in all. Typical for reeds (an assumption); transistors of S0 outputs do not bounce, their lines catch noise.</summary>
    public const int BounceMicrosecondsMax = 5000;

    /// <summary>IEC 62053-31: at least 30 ms on and 30 ms off, so 16 pulses a second at most.</summary>
    public static PulseContact S0 { get; } = new("S0", 30_000, 30_000, PulseWidthFilter.S0MicrosecondsMin);

    /// <summary>A reed beside a turning magnet: 60 ms and more at either level.</summary>
    public static PulseContact Reed { get; } = new("reed", 60_000, 60_000, PulseWidthFilter.ReedMicrosecondsMin);
}
