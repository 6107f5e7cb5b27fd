namespace EdgeMeters.Wire;

/// <summary>The gateway's time, in answer to one hello (FORMAT.md, "Time").</summary>
public sealed class TimeAnswer
{
    public uint StartNumber { get; set; }

    /// <summary>Number of the hello that it answers.</summary>
    public uint HelloNumber { get; set; }

    /// <summary>UTC in milliseconds since 1970, when the answer was made.</summary>
    public long UtcMs { get; set; }
}
