namespace EdgeMeters.Gateway.Core.LoadProfile;

/// <summary>Where the consumption of an interval comes from.</summary>
public enum ProfileSource
{
    /// <summary>The difference of two registers that were read at its ends.</summary>
    Measured = 0,

    /// <summary>A share of the difference of two registers around a gap, along a straight line.</summary>
    Interpolated = 1,

    /// <summary>A share of the difference of two registers around a gap, by the same weekdays of the three weeks before.</summary>
    ByHistory = 2,

    /// <summary>A share of the difference of two registers around a gap, by what the check meter of the same point measured.</summary>
    ByCheckMeter = 3,

    /// <summary>Set by a person, who is named in the log.</summary>
    Edited = 4,
}
