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

    /// <summary>Number of the base station in the network plan, 0 when there is none; 16 bits.</summary>
    public int Station { get; set; }

    /// <summary>The journal's lifetime.</summary>
    public uint Epoch { get; set; }

    /// <summary>Lowest row sequence that the journal may still hold; above <see cref="ReleasedRow"/> when it holds none that was released.</summary>
    public uint OldestRow { get; set; }

    /// <summary>Highest row sequence that the node will not send unless it is asked to: it has a receipt for it, or gave it up by name.</summary>
    public uint ReleasedRow { get; set; }

    /// <summary>As <see cref="OldestRow"/>, for events.</summary>
    public uint OldestEvent { get; set; }

    /// <summary>As <see cref="ReleasedRow"/>, for events.</summary>
    public uint ReleasedEvent { get; set; }

    /// <summary>True while something is being sent again on command.</summary>
    public bool IsResending { get; set; }
}
