using EdgeMeters.Gateway.Core;
using EdgeMeters.Gateway.Core.Validation;
using EdgeMeters.Wire;

namespace EdgeMeters.Gateway.Store;

/// <summary>Tells which rows of a node nobody misses when they are pruned: those in the midst of a day in which nothing happened.</summary>
/// <remarks>
/// Kept are the last two rows of each day in +08:00, so that its total and its period stay; the row before and those of an hour behind everything that is not plain
/// (a gap of sequences or of time, a step of the clock, another layout, a silent meter, a doubt, a fall of a register, more than is plausible) and of every
/// begin and end of a service or an edit; all around the begin of a journal; and the first and last that are looked at. So whatever comes late between two
/// rows, or is judged anew, finds both
/// of them, and the interval over those that were pruned is exactly the sum of theirs.
/// </remarks>
/// <param name="channels">The channels of the layout that the rows were made by.</param>
/// <param name="limitOf">The most that a channel may count in so many seconds, in base units, whatever point it serves; null for no limit.</param>
/// <param name="edges">Labels, sorted, at which something begins or ends.</param>
/// <param name="begins">UTC days that are kept whole: those in which the lifetime of a journal begins, and those before them.</param>
internal sealed class PlainRows(
    IReadOnlyList<ChannelLayout> channels, Func<int, long, long?> limitOf, List<uint> edges, IReadOnlySet<long> begins)
{
    private const int DaySeconds = 86_400;
    private const int BeijingSeconds = 28_800;

    /// <summary>Those before and behind a row; and as many more before it as are looked at to tell a level of a moment from one that stays.</summary>
    private const int PlainStepsMin = 2 + RegisterChain.MomentaryMax;

    /// <param name="rows">Of one journal, in the order of their sequences, each once.</param>
    /// <returns>For each row, whether it is plain.</returns>
    public bool[] Among(IReadOnlyList<BlockRow> rows)
    {
        bool[] isPlain = new bool[rows.Count];
        int plainSteps = rows.Count > 1 && IsPlainStep(rows, 1) ? 1 : 0;
        for (int i = 1; i + 1 < rows.Count; i++)
        {
            plainSteps = IsPlainStep(rows, i + 1) ? plainSteps + 1 : 0;
            isPlain[i] = plainSteps >= PlainStepsMin
                && rows[i + 1].EndUtcSeconds - rows[i].EndUtcSeconds == rows[i].EndUtcSeconds - rows[i - 1].EndUtcSeconds
                && !EndsDay(rows, i) && !EndsDay(rows, i + 1) && !begins.Contains(DayRuns.DayOf(rows[i].EndUtcSeconds));
        }
        return isPlain;
    }

    private bool IsPlainStep(IReadOnlyList<BlockRow> rows, int at)
    {
        var (before, row) = (rows[at - 1], rows[at]);
        if (row.Sequence != before.Sequence + 1 || row.EndUtcSeconds <= before.EndUtcSeconds
            || row.Clock != ClockQuality.Synchronised || before.Clock != ClockQuality.Synchronised || IsEdgeWithin(before.EndUtcSeconds, row.EndUtcSeconds))
            return false;
        for (int channel = 0; channel < channels.Count; channel++)
        {
            if (!IsPlain(before, row, channel))
                return false;
        }
        return true;
    }

    private bool IsPlain(BlockRow before, BlockRow row, int channel)
    {
        var (qualityBefore, quality) = (before.QualityOf(channel), row.QualityOf(channel));
        if (quality == Quality.Missing || qualityBefore == Quality.Missing)
            return quality == qualityBefore;
        var judged = IntervalJudge.Judge(ReadingOf(before, channel), ReadingOf(row, channel));
        return qualityBefore == Quality.Measured && judged.Quality == IntervalQuality.Valid
            && (limitOf(channel, judged.Seconds) is not { } limit || judged.Consumption <= limit);
    }

    private RegisterReading ReadingOf(BlockRow row, int channel) => new(
        new ReadingId("", 0, row.Sequence, (byte)channel), row.EndUtcSeconds, row.RegisterOf(channel), row.QualityOf(channel), row.Clock, 0, channels[channel]);

    private bool IsEdgeWithin(uint after, uint through)
    {
        int at = edges.BinarySearch(after);
        if (at < 0)
            at = ~at;
        // An interval that touches an edge at either end is one that begins or ends there.
        return at < edges.Count && edges[at] <= through;
    }

    private static bool EndsDay(IReadOnlyList<BlockRow> rows, int at) => at + 1 >= rows.Count || DayOf(rows[at].EndUtcSeconds) != DayOf(rows[at + 1].EndUtcSeconds);

    private static long DayOf(uint endUtcSeconds) => ((long)endUtcSeconds - 1 + BeijingSeconds) / DaySeconds;
}
