using EdgeMeters.Gateway.Core;
using EdgeMeters.Wire;

namespace EdgeMeters.Gateway.Store;

/// <summary>Under which revision an interval goes to a head-end, so that what a gateway says under a key its replacement cannot contradict.</summary>
/// <remarks>
/// A gateway that lost its disk is replaced by a blank one, to which the nodes send again what their journals hold. It forwards that again, under the
/// same keys. Revision 0 is kept for what can only come out the same: registers, and what follows from them and the row right before. Whatever
/// depends on what else this gateway happens to hold goes under a number that no other gateway uses.
/// </remarks>
internal sealed class Revisions(StoreFiles files) : IDisposable
{
    private readonly LogReader _log = new(files);
    private readonly HeldRanges _held = new(files);
    private long _beganMs;

    /// <summary>The revision of an interval that was sent before and that an entry of the log changed.</summary>
    /// <remarks>
    /// Counted from the millisecond in which the log began: a log that takes its place begins so much later that its revisions are above, as long
    /// as entries come at less than five hundred a second, days and nights. The clock must be right when a log is begun.
    /// </remarks>
    public long OfChanged(IntervalReading interval, long entry) => At(entry) + 1 + (Lacks(interval) ? ForwardItem.Lacking : 0);

    /// <summary>The revision of an interval that is sent for the first time.</summary>
    public long OfNew(IntervalReading interval, long entry)
    {
        if (Lacks(interval))
            return interval.Begin == null ? ForwardItem.BeginUnknown : At(entry) + ForwardItem.Lacking;
        if (interval.Begin == null)
            return ForwardItem.First;
        // Whether a distance is a gap, and what a wrong label hides, is judged by the readings around, of which another gateway may know others, or have
        // some that are pruned here.
        bool isReproducible = IsOfOneJournal(interval) && (interval.Quality & (IntervalQuality.Gap | IntervalQuality.Pruned)) == 0 && interval.Seconds > 0;
        return isReproducible ? ForwardItem.First : At(entry);
    }

    public void Dispose()
    {
        _log.Dispose();
        _held.Dispose();
    }

    private long At(long entry)
    {
        if (_beganMs == 0)
            _beganMs = _log.BeganMs();
        return _beganMs + 2 * entry;
    }

    private static bool IsOfOneJournal(IntervalReading interval) =>
        interval.Begin is { } begin && begin.Node == interval.Id.Node && begin.Epoch == interval.Id.Epoch && begin.Channel == interval.Id.Channel
        && begin.Sequence < interval.Id.Sequence;

    // A gateway that had those rows said more, even if it is the one that this took the place of. What lacks nothing never lacks again.
    private bool Lacks(IntervalReading interval)
    {
        var id = interval.Id;
        uint from = IsOfOneJournal(interval) ? interval.Begin!.Value.Sequence : 1;
        return !(IsOfOneJournal(interval) && from + 1 == id.Sequence) && _held.FirstGap(id.Node, BlockKind.Readings, id.Epoch, from, id.Sequence) != null;
    }
}
