using EdgeMeters.Gateway.Core.Validation;

namespace EdgeMeters.Gateway.Core.LoadProfile;

/// <summary>One interval of a metering point's load profile, labelled by its end: what is billed, planned and added up from.</summary>
/// <remarks>It lies beside what the meter said and never over it: the judged readings that it was made from stay as they are.</remarks>
/// <param name="EndUtcSeconds">End of the interval, UTC.</param>
/// <param name="Seconds">How much of it is covered; above 0. Less than the profile's period where the point began or ended within it.</param>
/// <param name="Consumption">In base units (Wh, varh, litre), multiplier included; null where none can be stated.</param>
/// <param name="Quality">What was judged of the readings that it is made from.</param>
/// <param name="Findings">What the checks found.</param>
/// <param name="Source">Where the consumption comes from.</param>
public sealed record ProfileInterval(uint EndUtcSeconds, int Seconds, long? Consumption, IntervalQuality Quality, Findings Findings, ProfileSource Source);
