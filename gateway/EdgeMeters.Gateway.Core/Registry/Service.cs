namespace EdgeMeters.Gateway.Core.Registry;

/// <summary>From when to when a meter's register serves a metering point, and with which factors.</summary>
/// <remarks>A meter that is exchanged ends its service and the next begins one; so does a factor that changes, for the same meter.</remarks>
/// <param name="Point">Id of the metering point.</param>
/// <param name="Meter">Serial number of the meter.</param>
/// <param name="Register">OBIS code of its register.</param>
/// <param name="Node">The node that reads it; empty for any.</param>
/// <param name="Channel">The node's channel; null for any.</param>
/// <param name="AfterUtcSeconds">Intervals that end after this are the point's; 0 for all from the first on …</param>
/// <param name="ThroughUtcSeconds">… up to and including this; <see cref="OpenEnd"/> while it serves.</param>
/// <param name="StartRegister">What the register showed at the begin, in base units; null when it was not read.</param>
/// <param name="EndRegister">What it showed at the end.</param>
/// <param name="MultiplierMillionths">Transformer ratio or the like by which consumption is multiplied, in millionths; above 0.</param>
/// <param name="PulsesMillionths">Pulses for one unit of the dial (kWh, m³ …), in millionths; 0 when not stated.</param>
public sealed record Service(
    string Point, string Meter, string Register, string Node, byte? Channel, uint AfterUtcSeconds, uint ThroughUtcSeconds,
    long? StartRegister, long? EndRegister, long MultiplierMillionths, long PulsesMillionths)
{
    /// <summary>End of a service that goes on.</summary>
    public const uint OpenEnd = uint.MaxValue;

    /// <summary>A multiplier of 1.</summary>
    public const long One = 1_000_000;

    /// <summary>True for an interval that this service makes the point's: by its end, and by where it was read if that is stated.</summary>
    public bool Holds(IntervalReading interval) =>
        interval.EndUtcSeconds > AfterUtcSeconds && interval.EndUtcSeconds <= ThroughUtcSeconds
        && (Node.Length == 0 || Node == interval.Id.Node) && (Channel == null || Channel == interval.Id.Channel);
}
