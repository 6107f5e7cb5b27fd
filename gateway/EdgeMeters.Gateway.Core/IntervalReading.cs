namespace EdgeMeters.Gateway.Core;

/// <summary>One interval of a metering point, labelled by its end.</summary>
/// <param name="Id">The reading at the interval's end.</param>
/// <param name="EndUtcSeconds">End of the interval, UTC.</param>
/// <param name="Seconds">Length: the time since the reading before; 0 for the first.</param>
/// <param name="Register">Register at the end, in base units (Wh, varh, litre); null if missing.</param>
/// <param name="Consumption">Difference of the registers at end and begin, in base units; null where it cannot be stated.</param>
/// <param name="Quality">What is judged of the interval.</param>
public sealed record IntervalReading(
    ReadingId Id, uint EndUtcSeconds, long Seconds, long? Register, long? Consumption, IntervalQuality Quality)
{
    /// <summary>The reading at the interval's begin, the latest before it that had a register; null for the first.</summary>
    public ReadingId? Begin { get; init; }
}
