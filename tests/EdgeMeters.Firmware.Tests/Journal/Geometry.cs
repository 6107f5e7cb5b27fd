using EdgeMeters.Bench.Flash;

namespace EdgeMeters.Firmware.Tests.Journal;

/// <summary>Sizes of a flash, and of a node whose rows fill its sectors without making the tests long.</summary>
internal sealed record Geometry(int ProgramBytes, int SectorBytes, int SectorCount, int Channels) : FlashGeometry(ProgramBytes, SectorBytes, SectorCount)
{
    public static readonly Geometry Nor = new(1, 4096, 4, 12);

    /// <summary>Flash encryption programs 16 bytes at once.</summary>
    public static readonly Geometry Encrypted = new(16, 512, 6, 2);

    /// <summary>A page for every record.</summary>
    public static readonly Geometry Paged = new(256, 4096, 4, 3);

    public static TheoryData<string> All => [nameof(Nor), nameof(Encrypted), nameof(Paged)];

    public static Geometry Of(string name) => name switch
    {
        nameof(Nor) => Nor,
        nameof(Encrypted) => Encrypted,
        _ => Paged,
    };
}
