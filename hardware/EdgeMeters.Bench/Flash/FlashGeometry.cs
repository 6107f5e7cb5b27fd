namespace EdgeMeters.Bench.Flash;

/// <summary>Sizes of a flash.</summary>
/// <param name="ProgramBytes">Bytes that are programmed at once, and once only.</param>
public record FlashGeometry(int ProgramBytes, int SectorBytes, int SectorCount)
{
    public FlashMedium Medium { get; init; }

    public int Bytes => SectorBytes * SectorCount;
}
