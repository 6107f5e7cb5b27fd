using EdgeMeters.Metering.Bus;
using EdgeMeters.Metering.Pulse;

namespace EdgeMeters.Metering;

/// <summary>Where a channel's register comes from, and what is known of it: a contact that is counted here, or a meter on a line.</summary>
public sealed class Channel
{
    /// <param name="pulses">The contact's counter.</param>
    public Channel(PulseAccumulator pulses)
    {
        Pulses = pulses;
    }

    /// <param name="reading">The meter.</param>
    public Channel(MeterReading reading)
    {
        Reading = reading;
    }

    /// <summary>Null for a meter on a line.</summary>
    public PulseAccumulator? Pulses { get; }

    /// <summary>Null for a contact.</summary>
    public MeterReading? Reading { get; }

    /// <summary>Intervals without a register, up to now.</summary>
    public int SilentIntervals { get; set; }

    /// <summary>True while more pulses than the contact can make are told of.</summary>
    public bool IsRateTold { get; set; }

    /// <summary>True while a command waits for the register.</summary>
    public bool IsAsked { get; set; }
}
