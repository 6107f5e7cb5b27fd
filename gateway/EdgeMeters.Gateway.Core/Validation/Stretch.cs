namespace EdgeMeters.Gateway.Core.Validation;

/// <summary>The way of a register from one reading that counts to the next.</summary>
/// <param name="BeginUtcSeconds">When the register was read at its begin …</param>
/// <param name="EndUtcSeconds">… and at its end; later.</param>
/// <param name="BeginRegister">What it showed, in base units …</param>
/// <param name="EndRegister">… and at the end.</param>
/// <param name="Consumption">Between them, in base units, a rollover counted through; null where it cannot be stated.</param>
/// <param name="Quality">What was judged of the reading at its end, and of the way.</param>
/// <param name="Findings">What the checks found.</param>
public sealed record Stretch(
    uint BeginUtcSeconds, uint EndUtcSeconds, long BeginRegister, long EndRegister, long? Consumption, IntervalQuality Quality, Findings Findings)
{
    public long Seconds => (long)EndUtcSeconds - BeginUtcSeconds;
}
