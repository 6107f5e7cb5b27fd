using EdgeMeters.Wire;

namespace EdgeMeters.Gateway.Core;

/// <summary>A metering point and the last that is known of it.</summary>
/// <param name="Unit">Base unit of its register; null until its meter was heard of.</param>
/// <param name="PeriodSeconds">Length of its latest interval; 0 until there are two readings.</param>
/// <param name="Last">Its latest interval; null before the first reading.</param>
/// <param name="Node">The node that reads its meter; null until heard of.</param>
public sealed record PointStatus(MeteringPoint Point, Unit? Unit, int PeriodSeconds, IntervalReading? Last, string? Node);
