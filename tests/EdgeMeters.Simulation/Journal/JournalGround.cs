using EdgeMeters.Bench.Flash;

namespace EdgeMeters.Simulation.Journal;

/// <summary>A flash and a node whose rows fill it.</summary>
internal sealed record JournalGround(string Name, FlashGeometry Flash, int Channels)
{
    public static readonly JournalGround[] All =
    [
        new("program 1, sector 4096", new(1, 4096, 4), 12),
        new("program 256, sector 4096", new(256, 4096, 3), 3),
        new("program 16, sector 512", new(16, 512, 6), 2),
        new("file on a disk", new(1, 4096, 3) { Medium = FlashMedium.DiskFile }, 12),
        new("file a sector", new(1, 4096, 4) { Medium = FlashMedium.SegmentFiles }, 12),
    ];

    /// <summary>Small ones, on which little has to be read after each of a million torn writes.</summary>
    public static readonly JournalGround[] Small =
    [
        new("program 1, sector 512", new(1, 512, 3), 2),
        new("program 16, sector 512", new(16, 512, 3), 2),
    ];
}
