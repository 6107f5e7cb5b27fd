namespace EdgeMeters.Gateway.Core.Validation;

/// <summary>What the checks found of a stretch of a register or of an interval of a load profile. The readings stay as they were read.</summary>
[Flags]
public enum Findings
{
    None = 0,

    /// <summary>Between its ends the register showed another level for a moment, as a zero between two true readings; that was passed over.</summary>
    Momentary = 1,

    /// <summary>The register began again near 0, and no modulus explains it: no consumption is stated.</summary>
    Reset = 2,

    /// <summary>The register goes on from another level, as another meter would: no consumption is stated.</summary>
    Exchange = 4,

    /// <summary>The register fell by no more than may have flowed back: no consumption is stated.</summary>
    Reverse = 8,

    /// <summary>The register shows ten, a hundred or a thousand times as much as before, or as little: no consumption is stated.</summary>
    ScaleJump = 16,

    /// <summary>More than the largest rate of the meter or of the point's class: no consumption is stated.</summary>
    TooHigh = 32,

    /// <summary>No consumption for longer than is usual in the point's class.</summary>
    Frozen = 64,

    /// <summary>Many times the median of its day and the days around.</summary>
    Spike = 128,

    /// <summary>An exchange without the register of the meter at its begin or its end: what was consumed between that and the next reading is not known.</summary>
    RegisterUnknown = 256,

    /// <summary>A person set the interval, and what it was set over is not what it would be now.</summary>
    EditOutdated = 512,

    /// <summary>So long without a reading that the register may have gone round once more than it shows: no consumption is stated.</summary>
    TurnUnknown = 1024,
}
