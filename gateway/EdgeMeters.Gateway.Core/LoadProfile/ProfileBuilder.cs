using EdgeMeters.Gateway.Core.Estimation;
using EdgeMeters.Gateway.Core.Validation;

namespace EdgeMeters.Gateway.Core.LoadProfile;

/// <summary>Makes a metering point's load profile of what the meters that served it said.</summary>
/// <remarks>
/// Nothing is remembered from one time to the next: what comes late or is corrected changes what it touches when it is asked for again, and nothing else.
/// What a profile adds up to between two readings is the difference of their registers, however it is shared among the intervals.
/// </remarks>
public static class ProfileBuilder
{
    /// <summary>A longer gap is not shared among intervals: it is told as one, where it ends.</summary>
    public const int GapSecondsMax = 400 * 86_400;

    /// <summary>The intervals that end after <paramref name="fromUtcSeconds"/> and not after <paramref name="toUtcSeconds"/>.</summary>
    /// <param name="services">Of the point; those at least that touch the range.</param>
    /// <param name="periodSeconds">Length of an interval; divides a day.</param>
    /// <param name="shapes">Where the shape of a long gap is taken from.</param>
    /// <returns>In the order of time; none where nothing is known.</returns>
    public static IReadOnlyList<ProfileInterval> Build(
        IEnumerable<ServiceReadings> services, int periodSeconds, ValidationRules rules, GapShapes shapes, uint fromUtcSeconds, uint toUtcSeconds)
    {
        var slots = new SlotSums(periodSeconds, fromUtcSeconds, toUtcSeconds);
        foreach (var known in services)
        {
            foreach (var stretch in ServiceStretches.Of(known, rules))
            {
                if (stretch.EndUtcSeconds > fromUtcSeconds - Math.Min(fromUtcSeconds, (uint)periodSeconds) && stretch.BeginUtcSeconds < toUtcSeconds)
                    Add(stretch, slots, periodSeconds, shapes);
            }
        }
        return slots.Intervals();
    }

    private static void Add(Stretch stretch, SlotSums slots, int periodSeconds, GapShapes shapes)
    {
        var pieces = slots.Cut(stretch);
        if (pieces.Count == 1 || stretch.Seconds > GapSecondsMax)
        {
            slots.Add(pieces[^1], stretch.Consumption, stretch, ProfileSource.Measured);
            return;
        }
        var (shares, source) = stretch.Consumption is { } total ? GapEstimator.Share(total, pieces, periodSeconds, shapes) : ([], ProfileSource.Measured);
        for (int i = 0; i < pieces.Count; i++)
            slots.Add(pieces[i], stretch.Consumption == null ? null : shares[i], stretch, source);
    }
}
