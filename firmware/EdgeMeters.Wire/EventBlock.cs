namespace EdgeMeters.Wire;

/// <summary>Events of one node with consecutive sequences. Arrays are sized once and reused.</summary>
/// <remarks>Events count their sequences apart from readings, so that the newest can be sent before older readings.</remarks>
public sealed class EventBlock
{
    /// <summary>Channel of an event that concerns the node and no channel.</summary>
    public const byte WholeNode = 255;

    public uint Epoch { get; set; }

    /// <summary>The layout in force; names the meters that <see cref="Channels"/> mean.</summary>
    public uint LayoutId { get; set; }

    public uint FirstSequence { get; set; }

    public int Count { get; set; }

    public uint[] UtcSeconds { get; } = new uint[Limits.EventsPerBlockMax];

    /// <summary><see cref="EventCode"/>; a code this version does not know is kept as it is.</summary>
    public byte[] Codes { get; } = new byte[Limits.EventsPerBlockMax];

    /// <summary>Channel, or <see cref="WholeNode"/>.</summary>
    public byte[] Channels { get; } = new byte[Limits.EventsPerBlockMax];

    public long[] A { get; } = new long[Limits.EventsPerBlockMax];

    public long[] B { get; } = new long[Limits.EventsPerBlockMax];
}
