namespace EdgeMeters.Bench.Flash;

/// <summary>What a <see cref="SimulatedFlash"/> stands for: it decides what a power cut leaves.</summary>
public enum FlashMedium
{
    /// <summary>NOR flash itself.</summary>
    Nor,

    /// <summary>A file on a disk: writes wait in the page cache until the fsync.</summary>
    DiskFile,

    /// <summary>A file a sector on littlefs: written whole when it is closed, or not at all.</summary>
    SegmentFiles,
}
