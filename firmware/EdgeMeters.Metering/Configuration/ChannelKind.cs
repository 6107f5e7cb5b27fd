namespace EdgeMeters.Metering.Configuration;

/// <summary>Where a channel's register comes from.</summary>
public enum ChannelKind : byte
{
    /// <summary>A meter on a line.</summary>
    Bus = 1,

    /// <summary>A contact at an input.</summary>
    Pulse = 2,
}
