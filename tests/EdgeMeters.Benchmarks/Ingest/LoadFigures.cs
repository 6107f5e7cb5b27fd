using EdgeMeters.Benchmarks.Support;

namespace EdgeMeters.Benchmarks.Ingest;

/// <summary>What one round of one contender gave.</summary>
/// <param name="Readings">That were acknowledged.</param>
internal sealed record LoadFigures(long Readings, double ReadingsPerSecond, double PubackMedianMs, double PubackP99Ms, double ProcessorUsPerReading)
{
    /// <summary>The median of each figure.</summary>
    public static LoadFigures Median(LoadFigures[] rounds) => new(
        (long)Statistics.Median(rounds.Select(f => (double)f.Readings)), Statistics.Median(rounds.Select(f => f.ReadingsPerSecond)),
        Statistics.Median(rounds.Select(f => f.PubackMedianMs)), Statistics.Median(rounds.Select(f => f.PubackP99Ms)),
        Statistics.Median(rounds.Select(f => f.ProcessorUsPerReading)));
}
