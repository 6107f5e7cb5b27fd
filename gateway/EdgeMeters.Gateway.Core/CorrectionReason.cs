namespace EdgeMeters.Gateway.Core;

/// <summary>Why what was told of a metering point may be another now.</summary>
public enum CorrectionReason
{
    /// <summary>Readings came that lie before others that were there.</summary>
    LateReadings = 1,

    /// <summary>The registry changed: meters, times, multipliers.</summary>
    Registry = 2,

    /// <summary>A person set intervals, or took that back.</summary>
    Edit = 3,
}
