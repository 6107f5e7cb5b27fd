namespace EdgeMeters.Wire;

/// <summary>Bounds of everything that crosses the wire or lies in the journal. A bound that is hit is refused by name.</summary>
public static class Limits
{
    /// <summary>Channels (registers of meters) of one node. Sixteen meters with two registers each; sizes every node buffer.</summary>
    public const int ChannelsMax = 32;

    /// <summary>Characters of a meter's serial number, ASCII 33..126: the longest on the nameplates we read has 14.</summary>
    public const int MeterSerialCharsMax = 20;

    /// <summary>Bytes of an encoded layout, so that a journal sector can begin with it and one block can carry it.</summary>
    public const int LayoutBytesMax = 900;

    /// <summary>Readings in one block: a day of 15-minute readings of 32 channels is 3,072.</summary>
    public const int ReadingsPerBlockMax = 3072;

    /// <summary>Events in one block.</summary>
    public const int EventsPerBlockMax = 16;

    /// <summary>Bytes of one block. A narrow link's largest payload is 512 B; this is the reader's bound, the node's is configured.</summary>
    public const int BlockBytesMax = 16 * 1024;

    /// <summary>Shortest block a node may be configured for: the largest layout with its envelope must fit.</summary>
    public const int BlockBytesMin = 1024;

    /// <summary>Longest interval, in seconds: one day.</summary>
    public const int PeriodSecondsMax = 86400;

    /// <summary>Largest numerator or denominator of a pulse constant or multiplier; keeps register × numerator within 128 bits.</summary>
    public const long ScaleMax = 1000000000;
}
