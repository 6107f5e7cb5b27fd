using EdgeMeters.Gateway.Core.LoadProfile;

namespace EdgeMeters.Gateway.Core.Aggregation;

/// <summary>What of a total comes from one source.</summary>
/// <param name="Source">The source.</param>
/// <param name="Intervals">Intervals with a consumption.</param>
/// <param name="Seconds">How long they are, as far as they lie in the time that is added up.</param>
/// <param name="Consumption">Their consumption, in base units.</param>
public readonly record struct SourceShare(ProfileSource Source, int Intervals, long Seconds, long Consumption)
{
    /// <summary>Neither the difference of two readings nor set by a person.</summary>
    public bool IsEstimated => Source is not (ProfileSource.Measured or ProfileSource.Edited);
}
