using EdgeMeters.Gateway.Core.LoadProfile;

namespace EdgeMeters.Gateway.Core.Aggregation;

/// <summary>A load profile by its labels, however it was given.</summary>
internal static class OrderedProfile
{
    /// <summary>The intervals by their ends.</summary>
    /// <exception cref="ArgumentException">One is there twice.</exception>
    public static IReadOnlyList<ProfileInterval> Of(IReadOnlyList<ProfileInterval> intervals)
    {
        if (IsAscending(intervals))
            return intervals;
        var ordered = intervals.ToArray();
        Array.Sort(ordered, Compare);
        for (int i = 1; i < ordered.Length; i++)
        {
            // Two intervals whose labels are in doubt may be alike and yet two.
            if (ordered[i] == ordered[i - 1] && !ordered[i].Quality.HasFlag(IntervalQuality.ClockDoubt))
                throw new ArgumentException($"The interval that ends at {ordered[i].EndUtcSeconds} is there twice: it would be billed twice.", nameof(intervals));
        }
        return ordered;
    }

    /// <summary>For each of the ordered intervals whether another claims some of the same time.</summary>
    public static bool[] Overlapping(IReadOnlyList<ProfileInterval> ordered)
    {
        bool[] isOverlapping = new bool[ordered.Count];
        long beginOfLater = long.MaxValue;
        for (int i = ordered.Count - 1; i >= 0; i--)
        {
            isOverlapping[i] = beginOfLater < ordered[i].EndUtcSeconds || i > 0 && BeginOf(ordered[i]) < ordered[i - 1].EndUtcSeconds;
            beginOfLater = Math.Min(beginOfLater, BeginOf(ordered[i]));
        }
        return isOverlapping;
    }

    public static long BeginOf(ProfileInterval interval) => interval.EndUtcSeconds - Math.Max(interval.Seconds, 0L);

    private static bool IsAscending(IReadOnlyList<ProfileInterval> intervals)
    {
        for (int i = 1; i < intervals.Count; i++)
        {
            if (intervals[i].EndUtcSeconds <= intervals[i - 1].EndUtcSeconds)
                return false;
        }
        return true;
    }

    // By everything, so that what is alike comes together.
    private static int Compare(ProfileInterval a, ProfileInterval b)
    {
        int order = a.EndUtcSeconds.CompareTo(b.EndUtcSeconds);
        if (order == 0)
            order = a.Seconds.CompareTo(b.Seconds);
        if (order == 0)
            order = Nullable.Compare(a.Consumption, b.Consumption);
        if (order == 0)
            order = a.Quality.CompareTo(b.Quality);
        return order == 0 ? a.Source.CompareTo(b.Source) : order;
    }
}
