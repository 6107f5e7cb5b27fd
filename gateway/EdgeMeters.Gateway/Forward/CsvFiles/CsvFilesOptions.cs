namespace EdgeMeters.Gateway.Forward.CsvFiles;

/// <summary>Where the files go, and where a day begins.</summary>
public sealed record CsvFilesOptions
{
    /// <summary>Name of the destination; see <see cref="Core.IForwarder.Name"/>.</summary>
    public required string Name { get; init; }

    /// <summary>Directory of the files; made if missing. One forwarder alone writes to it.</summary>
    public required string Directory { get; init; }

    /// <summary>Seconds east of UTC at which days are cut. China: 28,800, and no summer time.</summary>
    public int OffsetSeconds { get; init; } = 28_800;

    /// <exception cref="ArgumentException">An option is out of its range; the message names it.</exception>
    internal void Check()
    {
        if (Name.Length is 0 or > 40)
            throw new ArgumentException($"Forwarder '{Name}': {nameof(Name)} must have 1 to 40 characters.", nameof(Name));
        if (Directory.Length == 0)
            throw new ArgumentException($"Forwarder '{Name}': {nameof(Directory)} is empty.", nameof(Directory));
        // No place on earth is further than 14 hours from UTC.
        if (OffsetSeconds is < -50_400 or > 50_400)
            throw new ArgumentException($"Forwarder '{Name}': {nameof(OffsetSeconds)} must be -50400 to 50400.", nameof(OffsetSeconds));
    }
}
