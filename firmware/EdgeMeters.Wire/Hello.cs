namespace EdgeMeters.Wire;

/// <summary>What a node says of itself at the begin of a session and now and then (FORMAT.md, "Hello").</summary>
public sealed class Hello
{
    /// <summary>Drawn at random at every start. Commands name it, so that none outlives a restart or can be played back after one.</summary>
    public uint StartNumber { get; set; }

    /// <summary>Counts up with every hello of this start; the time that answers it names it.</summary>
    public uint Number { get; set; }

    /// <summary>Highest command number taken in this start; the next must be above it.</summary>
    public uint LastCommand { get; set; }

    public uint ApplicationVersion { get; set; }

    /// <summary>0 in the factory state.</summary>
    public uint ConfigurationVersion { get; set; }

    /// <summary>Number of the board (hardware/boards); 0 for a host that is none.</summary>
    public byte Board { get; set; }

    /// <summary>Names the application image under way to the node, 0 when there is none.</summary>
    public uint ImageTransfer { get; set; }

    /// <summary>Where in that image the next chunk must begin.</summary>
    public uint ImageOffset { get; set; }
}
