using EdgeMeters.Benchmarks.Ingest;

namespace EdgeMeters.Benchmarks.Plan;

/// <summary>What one round of one contender gave.</summary>
/// <param name="Load">Readings, waits and processor time of the door's process.</param>
/// <param name="PeakRssBytes">The most memory that its process had at once.</param>
/// <param name="KeptBytesPerReading">On disk.</param>
internal sealed record GatewayFigures(LoadFigures Load, long PeakRssBytes, double KeptBytesPerReading);
