using EdgeMeters.Gateway.Api;
using EdgeMeters.Gateway.Core;
using EdgeMeters.Gateway.Core.Aggregation;
using EdgeMeters.Gateway.Core.LoadProfile;
using EdgeMeters.Gateway.Core.Validation;

namespace EdgeMeters.Gateway.Dashboard;

/// <summary>A day of a point's load profile, cut in the pages' own offset, as the API would tell it.</summary>
/// <param name="Day">The day.</param>
/// <param name="Intervals">Its intervals, oldest first.</param>
/// <param name="PeriodSeconds">Their usual length.</param>
/// <param name="Total">What they add up to.</param>
/// <param name="Edits">What people set of it and nobody took back, oldest interval first.</param>
internal sealed record ProfileDay(
    DateOnly Day, IReadOnlyList<ProfileInterval> Intervals, int PeriodSeconds, PeriodTotal Total, IReadOnlyList<KeptEdit> Edits)
{
    public const int DaySeconds = 86_400;

    /// <summary>The first day of which anything can be told.</summary>
    public static readonly DateOnly First = new(1970, 1, 2);

    /// <summary>The day on which an instant falls.</summary>
    public static DateOnly DayOf(DateTimeOffset time) => DateOnly.FromDateTime(time.ToOffset(Display.Offset).DateTime);

    public long BeginUtcSeconds => BeginOf(Day);

    /// <summary>Height that the tallest bar has in the chart: consumption of one usual period.</summary>
    public long Tallest => Intervals.Count == 0 ? 0 : Intervals.Max(HeightOf);

    public static ProfileDay Read(IProfileQueries profiles, string id, DateOnly day, DateTimeOffset nowUtc)
    {
        var period = new Period(BeginOf(day), BeginOf(day) + DaySeconds);
        var profile = profiles.Profile(id, (uint)period.BeginUtcSeconds, (uint)period.EndUtcSeconds);
        var total = PeriodAggregator.Sum(profile.Intervals, [period], ProfileApi.ExpectedOf(profiles, id, nowUtc))[0];
        // Of several edits of one interval the last counts, and one without a consumption takes back.
        var edits = profiles.Edits(id, (uint)period.BeginUtcSeconds, (uint)period.EndUtcSeconds)
            .GroupBy(e => e.Interval.EndUtcSeconds).Select(g => g.MaxBy(e => e.Entry)!).Where(e => e.Interval.Consumption != null);
        return new ProfileDay(day, profile.Intervals, profile.PeriodSeconds, total, [.. edits.OrderBy(e => e.Interval.EndUtcSeconds)]);
    }

    /// <summary>Consumption of an interval as if it were as long as the usual one, so that areas stay comparable; 0 where nothing was consumed or it flowed back.</summary>
    public long HeightOf(ProfileInterval interval) =>
        Math.Max(0, (long)((Int128)(interval.Consumption ?? 0) * Math.Max(PeriodSeconds, 1) / Math.Max(interval.Seconds, 1)));

    /// <summary>Class of a bar and of its legend.</summary>
    public static string ClassOf(ProfileInterval interval) => interval switch
    {
        { Consumption: null } => "missing",
        { Source: ProfileSource.Edited } => "edited",
        { Source: not ProfileSource.Measured } => "estimated",
        // What is passed over as well as what is explained does no harm to the consumption.
        _ when (interval.Findings & ~(Findings.Momentary | Findings.RegisterUnknown)) != 0 => "doubt",
        _ => "valid",
    };

    private static long BeginOf(DateOnly day) => new DateTimeOffset(day.ToDateTime(TimeOnly.MinValue), Display.Offset).ToUnixTimeSeconds();
}
