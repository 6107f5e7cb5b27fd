namespace EdgeMeters.Wire;

/// <summary>Why a node stops by its own will.</summary>
public enum RestartReason : byte
{
    /// <summary>A signed command.</summary>
    Command = 1,

    /// <summary>Another configuration comes into force.</summary>
    Configuration = 2,

    /// <summary>Another application comes into force.</summary>
    Update = 3,

    /// <summary>The application on trial did not have its healthy hour.</summary>
    Rollback = 4,

    /// <summary>Whoever runs the node's program ended it.</summary>
    Host = 5,

    /// <summary>The start has grown old: its tick count must not run over.</summary>
    Upkeep = 6,
}
