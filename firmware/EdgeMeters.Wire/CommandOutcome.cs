namespace EdgeMeters.Wire;

/// <summary>What became of a command.</summary>
public enum CommandOutcome : byte
{
    Done = 0,

    /// <summary>This version does not know the code.</summary>
    Unknown = 1,

    /// <summary>An argument is out of its range, or names a channel that is not there.</summary>
    BadArgument = 2,

    /// <summary>The channel is not one that counts pulses.</summary>
    NotPulses = 3,

    /// <summary>The register was not what the sender believed; nothing was changed.</summary>
    RegisterMoved = 4,

    /// <summary>The host keeps its clock by other means.</summary>
    NotSettable = 5,
}
