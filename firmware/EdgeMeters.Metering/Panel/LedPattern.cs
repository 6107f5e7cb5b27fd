namespace EdgeMeters.Metering.Panel;

/// <summary>What the status LED says, from the most urgent to the best. firmware/README.md tells the technician; a test holds the two together.</summary>
public enum LedPattern : byte
{
    /// <summary>Someone looks for this node.</summary>
    Identify = 1,

    /// <summary>The node cannot keep readings: flash, journal or board.</summary>
    Fault = 2,

    /// <summary>The last self-test had a line that failed.</summary>
    SelfTestFailed = 3,

    /// <summary>An application image is being taken or tried.</summary>
    Update = 4,

    /// <summary>No configuration yet.</summary>
    Factory = 5,

    /// <summary>No address: cable, access point, password.</summary>
    NoNetwork = 6,

    /// <summary>An address, but no session with the gateway.</summary>
    NoGateway = 7,

    /// <summary>A meter did not answer at the last interval's end.</summary>
    MeterSilent = 8,

    /// <summary>All is well but readings wait for the gateway.</summary>
    Backlog = 9,

    Healthy = 10,
}
