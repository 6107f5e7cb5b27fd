namespace EdgeMeters.Benchmarks.Ingest;

/// <summary>A door in a process of its own, so that what it takes of the machine is its own too.</summary>
internal interface IProcessDoor : IDoor
{
    /// <summary>Of the processor, so far.</summary>
    TimeSpan ProcessorTime { get; }

    /// <summary>The most memory that it had at once; known when it is closed.</summary>
    long PeakRssBytes { get; }

    /// <summary>Bytes on disk of what it keeps, without what is made from it; known when it is closed.</summary>
    long KeptBytes { get; }
}
