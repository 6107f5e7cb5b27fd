namespace EdgeMeters.Wire;

/// <summary>When, and how much at a time, a node may send in this session: the answer to one hello (FORMAT.md, "Admission").</summary>
public sealed class Admission
{
    /// <summary>Longest wait, in seconds.</summary>
    public const int WaitSecondsMax = 86400;

    /// <summary>Below it a block could not carry even its first row.</summary>
    public const int GrowthPercentMin = 100;

    public const int GrowthPercentMax = 10000;

    public uint StartNumber { get; set; }

    /// <summary>Number of the hello that it answers.</summary>
    public uint HelloNumber { get; set; }

    /// <summary>For so long the node sends nothing but hellos.</summary>
    public int WaitSeconds { get; set; }

    /// <summary>When in each interval the node sends its readings, in seconds from the interval's end.</summary>
    public int SlotSeconds { get; set; }

    /// <summary>A block of readings takes at most so many percent of what its first row alone takes, and there is one a slot; 0 for no such limit.</summary>
    public int GrowthPercent { get; set; }
}
