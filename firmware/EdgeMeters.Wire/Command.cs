namespace EdgeMeters.Wire;

/// <summary>One order to one node in one of its starts, to be carried out once (FORMAT.md, "Command").</summary>
public sealed class Command
{
    /// <summary>The start it is meant for; in any other it is refused.</summary>
    public uint StartNumber { get; set; }

    /// <summary>Counts up within a start; one that was taken is never taken again.</summary>
    public uint Number { get; set; }

    /// <summary>A <see cref="CommandCode"/>; one this version does not know is answered as unknown.</summary>
    public byte Code { get; set; }

    /// <summary>Channel, or <see cref="EventBlock.WholeNode"/>.</summary>
    public byte Channel { get; set; }

    public long A { get; set; }

    public long B { get; set; }
}
