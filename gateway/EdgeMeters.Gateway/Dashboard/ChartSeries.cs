using EdgeMeters.Gateway.Api;
using EdgeMeters.Gateway.Core;
using Microsoft.AspNetCore.Http.HttpResults;

namespace EdgeMeters.Gateway.Dashboard;

/// <summary>
/// A point's intervals, hours or days in columns for the chart: a year of 15-minute intervals is a sixth of what it is
/// as the API's objects. All arrays are of one length, oldest first. Made for the chart alone and not part of the API.
/// </summary>
/// <param name="CoveredSeconds">How much of each hour or day its intervals cover; of an interval, its length.</param>
/// <param name="Register">Register at each interval's end, base units; empty for hours and days.</param>
/// <param name="Quality">Flags of <see cref="IntervalQuality"/>.</param>
/// <param name="Truncated">The range holds more than <see cref="ApiLimits.IntervalsMax"/>; these are the newest.</param>
internal sealed record ChartSeries(
    uint[] EndUtcSeconds, long[] Seconds, long[] CoveredSeconds, long?[] Consumption, long?[] Register, int[] Quality, bool Truncated)
{
    public const string Route = "/dashboard/series/{id}";

    public static Results<Ok<ChartSeries>, NotFound, BadRequest<string>> Read(
        IReadingQueries queries, string id, uint from, uint to, int step)
    {
        if (from >= to || to - from > ApiLimits.RangeDaysMax * 86_400L || step is not (0 or 3600 or 86_400))
            return TypedResults.BadRequest("from < to in UTC seconds, at most 366 days apart; step 0, 3600 or 86400.");
        if (queries.Point(id) is null)
            return TypedResults.NotFound();
        return TypedResults.Ok(step == 0
            ? OfIntervals(queries.Intervals(id, from, to))
            : OfPeriods(queries.Consumption(id, from, to, step, (int)Display.Offset.TotalSeconds)));
    }

    private static ChartSeries OfIntervals(IReadOnlyList<IntervalReading> all)
    {
        int skipped = Math.Max(0, all.Count - ApiLimits.IntervalsMax);
        int count = all.Count - skipped;
        var series = new ChartSeries(
            new uint[count], new long[count], new long[count], new long?[count], new long?[count], new int[count], skipped > 0);
        for (int at = 0; at < count; at++)
        {
            var interval = all[at + skipped];
            series.EndUtcSeconds[at] = interval.EndUtcSeconds;
            series.Seconds[at] = interval.Seconds;
            series.CoveredSeconds[at] = interval.Seconds;
            series.Consumption[at] = interval.Consumption;
            series.Register[at] = interval.Register;
            series.Quality[at] = (int)interval.Quality;
        }
        return series;
    }

    private static ChartSeries OfPeriods(IReadOnlyList<ConsumptionPeriod> periods) => new(
        [.. periods.Select(period => period.EndUtcSeconds)],
        [.. periods.Select(period => (long)period.Seconds)],
        [.. periods.Select(period => (long)period.CoveredSeconds)],
        [.. periods.Select(period => period.Consumption)],
        [],
        [.. periods.Select(period => (int)period.Quality)],
        false);
}
