using EdgeMeters.Gateway.Core;

namespace EdgeMeters.Gateway.Dashboard;

/// <summary>What all metering points have in common, counted point by point.</summary>
/// <param name="ByCarrier">How many there are of each carrier.</param>
/// <param name="Overdue">Points whose latest interval is long past.</param>
/// <param name="Never">Points without a reading.</param>
/// <param name="Attention">How many need attention: these, and those whose latest interval is not valid.</param>
/// <param name="First">The first of them, in the order of their ids, up to <see cref="FirstMax"/>.</param>
/// <param name="Unassigned">Meters that serve no point, up to <see cref="UnassignedMax"/>.</param>
public sealed record BoardCounts(
    IReadOnlyDictionary<Carrier, int> ByCarrier, int Overdue, int Never, int Attention, IReadOnlyList<PointStatus> First, IReadOnlyList<UnassignedMeter> Unassigned)
{
    public const int FirstMax = 1_000;

    public const int UnassignedMax = 1_000;

    private const int PointsPerLook = 256;

    /// <summary>All points.</summary>
    public int Points { get; } = ByCarrier.Values.Sum();

    /// <summary>Counts all points: what is held at a time does not grow with their number.</summary>
    public static BoardCounts Of(IReadingQueries queries, DateTimeOffset nowUtc)
    {
        var byCarrier = new SortedDictionary<Carrier, int>();
        var first = new List<PointStatus>();
        int overdue = 0;
        int never = 0;
        int attention = 0;
        for (var page = queries.Points(PointSearch.All, "", PointsPerLook); page.Count > 0; page = queries.Points(PointSearch.All, page[^1].Point.Id, PointsPerLook))
        {
            foreach (var status in page)
            {
                byCarrier[status.Point.Carrier] = byCarrier.GetValueOrDefault(status.Point.Carrier) + 1;
                bool isOverdue = Display.IsOverdue(status, nowUtc);
                overdue += isOverdue ? 1 : 0;
                never += status.Last is null ? 1 : 0;
                if (!isOverdue && status.Last is { } last && Display.QualityClass(last.Quality) == "valid")
                    continue;
                attention++;
                if (first.Count < FirstMax)
                    first.Add(status);
            }
        }
        return new BoardCounts(byCarrier, overdue, never, attention, first, queries.UnassignedMeters(UnassignedMax));
    }
}
