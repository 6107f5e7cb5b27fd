namespace EdgeMeters.Metering.Ports;

/// <summary>What became of a block.</summary>
public enum UplinkOutcome : byte
{
    /// <summary>On its way.</summary>
    Pending = 0,

    /// <summary>The gateway holds it on disk.</summary>
    Received = 1,

    /// <summary>No receipt came: send it again.</summary>
    Failed = 2,
}
