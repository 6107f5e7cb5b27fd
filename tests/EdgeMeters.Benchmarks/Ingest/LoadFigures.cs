namespace EdgeMeters.Benchmarks.Ingest;

/// <summary>What one round of one contender gave.</summary>
internal sealed record LoadFigures(double ReadingsPerSecond, double PubackMedianMs, double PubackP99Ms, double ProcessorUsPerReading);
