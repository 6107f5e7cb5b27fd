namespace EdgeMeters.Gateway.Core.LoadProfile;

/// <summary>One interval of a metering point's load profile, labelled by its end: what is billed, planned and added up from.</summary>
/// <remarks>It lies beside what the meter said and never over it: the judged reading that it was made from stays as it is.</remarks>
/// <param name="EndUtcSeconds">End of the interval, UTC.</param>
/// <param name="Seconds">Length; above 0.</param>
/// <param name="Consumption">In base units (Wh, varh, litre), multiplier included; null where none can be stated.</param>
/// <param name="Quality">What was judged of it.</param>
/// <param name="Source">Where the consumption comes from.</param>
public sealed record ProfileInterval(uint EndUtcSeconds, int Seconds, long? Consumption, IntervalQuality Quality, ProfileSource Source);
