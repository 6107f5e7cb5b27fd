namespace EdgeMeters.Metering.Configuration;

/// <summary>Where a channel's register comes from.</summary>
public enum ChannelKind : byte
{
    Modbus = 1,
    Pulse = 2,
}
