using EdgeMeters.Gateway.Core.LoadProfile;

namespace EdgeMeters.Gateway.Core.Aggregation;

/// <summary>Adds up consumption by its source, and what was judged of it. Exact, or an <see cref="OverflowException"/>.</summary>
internal sealed class SourceTally
{
    private static readonly ProfileSource[] Sources = Enum.GetValues<ProfileSource>();

    private readonly SourceShare[] _shares = new SourceShare[Sources.Length];

    public int Intervals { get; private set; }

    public long? Consumption { get; private set; }

    public IntervalQuality Quality { get; private set; }

    /// <summary>Counts an interval.</summary>
    /// <param name="seconds">How much of it lies in the time that is added up.</param>
    public void Add(ProfileInterval interval, long seconds)
    {
        Intervals++;
        Quality |= interval.Quality;
        if (interval.Consumption is not { } consumption)
            return;
        Consumption = checked((Consumption ?? 0) + consumption);
        ref var share = ref _shares[Array.IndexOf(Sources, interval.Source)];
        share = new SourceShare(interval.Source, share.Intervals + 1, share.Seconds + seconds, checked(share.Consumption + consumption));
    }

    /// <summary>The sources that occurred, in their order.</summary>
    public IReadOnlyList<SourceShare> Shares() => Array.FindAll(_shares, s => s.Intervals > 0);
}
