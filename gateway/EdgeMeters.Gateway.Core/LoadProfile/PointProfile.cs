namespace EdgeMeters.Gateway.Core.LoadProfile;

/// <summary>The load profile of a metering point over a range.</summary>
/// <param name="PeriodSeconds">Length of an interval.</param>
/// <param name="Intervals">In the order of time; none where nothing is known.</param>
public sealed record PointProfile(int PeriodSeconds, IReadOnlyList<ProfileInterval> Intervals);
