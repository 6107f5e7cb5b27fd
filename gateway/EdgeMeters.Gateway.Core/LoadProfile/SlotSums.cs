using EdgeMeters.Gateway.Core.Estimation;
using EdgeMeters.Gateway.Core.Validation;

namespace EdgeMeters.Gateway.Core.LoadProfile;

/// <summary>The intervals of a profile while they are added up. They are cut at midnight in China, which cuts hours and quarters as everywhere.</summary>
internal sealed class SlotSums(int periodSeconds, uint fromUtcSeconds, uint toUtcSeconds)
{
    private const int OffsetSeconds = 28_800;

    private readonly SortedDictionary<uint, ProfileInterval> _intervals = [];

    /// <summary>The parts of a stretch, one an interval; of a stretch that is too long to be cut only the last.</summary>
    public List<GapPiece> Cut(Stretch stretch)
    {
        var pieces = new List<GapPiece>();
        long begin = stretch.Seconds > ProfileBuilder.GapSecondsMax ? SlotEnd(stretch.EndUtcSeconds) - periodSeconds : stretch.BeginUtcSeconds;
        while (begin < stretch.EndUtcSeconds)
        {
            long slotEnd = SlotEnd(begin + 1);
            long end = Math.Min(slotEnd, stretch.EndUtcSeconds);
            pieces.Add(new GapPiece((uint)slotEnd, (int)(end - begin)));
            begin = end;
        }
        return pieces;
    }

    /// <param name="consumption">Of the piece; null where none can be stated, as then of its interval.</param>
    public void Add(GapPiece piece, long? consumption, Stretch stretch, ProfileSource source)
    {
        uint end = piece.SlotEndUtcSeconds;
        if (end <= fromUtcSeconds || end > toUtcSeconds)
            return;
        var part = new ProfileInterval(end, piece.Seconds, consumption, stretch.Quality, stretch.Findings, source);
        _intervals[end] = _intervals.TryGetValue(end, out var other) ? Sum(other, part) : part;
    }

    public IReadOnlyList<ProfileInterval> Intervals() => [.. _intervals.Values];

    private static ProfileInterval Sum(ProfileInterval a, ProfileInterval b) => new(
        a.EndUtcSeconds, a.Seconds + b.Seconds, a.Consumption + b.Consumption, a.Quality | b.Quality, a.Findings | b.Findings,
        (ProfileSource)Math.Max((int)a.Source, (int)b.Source));

    private long SlotEnd(long utcSeconds) => (utcSeconds + OffsetSeconds + periodSeconds - 1) / periodSeconds * periodSeconds - OffsetSeconds;
}
