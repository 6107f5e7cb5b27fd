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
    public long OfChanged(long entry) => At(entry) + 1;

    /// <summary>The revision of an interval that is sent for the first time.</summary>
    public long OfNew(IntervalReading interval, long entry)
    {
        var id = interval.Id;
        if (interval.Begin is not { } begin)
            return IsComplete(id, 1) ? ForwardItem.First : ForwardItem.BeginUnknown;
        // Whether a distance is a gap, and what a wrong label hides, is judged by the readings around, of which another gateway may know others.
        bool isReproducible = begin.Node == id.Node && begin.Epoch == id.Epoch && begin.Channel == id.Channel && begin.Sequence < id.Sequence
            && (interval.Quality & IntervalQuality.Gap) == 0 && interval.Seconds > 0
            && (begin.Sequence + 1 == id.Sequence || IsComplete(id, begin.Sequence));
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

    private bool IsComplete(ReadingId id, uint from) => _held.FirstGap(id.Node, BlockKind.Readings, id.Epoch, from, id.Sequence) == null;
}
