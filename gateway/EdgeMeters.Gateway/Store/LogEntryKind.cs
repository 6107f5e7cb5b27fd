namespace EdgeMeters.Gateway.Store;

/// <summary>What an entry of the log is. The first three are the block kinds of the wire.</summary>
public enum LogEntryKind
{
    Readings = 1,
    Layout = 2,
    Events = 3,

    /// <summary>The registry of metering points, as a JSON document, whenever it changed.</summary>
    Registry = 4,

    /// <summary>What a person set in a load profile, as a JSON document.</summary>
    Edit = 5,

    /// <summary>Which entries lost their plain readings to retention, as a JSON document.</summary>
    Pruning = 6,
}
