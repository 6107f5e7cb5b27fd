using EdgeMeters.Gateway.Core;
using EdgeMeters.Gateway.Core.Registry;
using EdgeMeters.Wire;
using Microsoft.Data.Sqlite;

namespace EdgeMeters.Gateway.Store;

/// <summary>Reads the readings of one series from the projections and has them judged. Remembers days until told to forget; one thread.</summary>
/// <remarks>
/// Readings lie by the day of their labels. An interval is judged from the reading before it by sequence, wherever that lies; only the first of a
/// journal's lifetime from the latest before it by label. So an interval is judged alike in whatever range it is asked for.
/// </remarks>
internal sealed class SeriesReader : IDisposable
{
    /// <summary>Days remembered, some kilobytes each.</summary>
    private const int DaysMax = 4096;

    /// <summary>Days around a range that are looked at for a reading, as long as a gap may be.</summary>
    private const int DaysAroundMax = 400;

    /// <summary>Days behind one that are looked at for sequences among its own, before it is asked whether any day has such.</summary>
    private const int DaysPassedMax = 8;

    private readonly SqliteConnection _connection;
    private readonly ChannelCatalog _catalog;
    private readonly SqliteCommand _body;
    private readonly SqliteCommand _dayBefore;
    private readonly SqliteCommand _dayFrom;
    private readonly SqliteCommand _daysAmong;
    private readonly SqliteCommand _areInterleaved;
    private readonly SqliteCommand _daysBelow;
    private readonly SqliteCommand _daysAbove;
    private readonly SqliteCommand _isPruned;
    private readonly Dictionary<(long Series, long Day), Day> _days = [];
    private readonly Dictionary<(long Series, uint Epoch), bool> _interleaved = [];
    private bool? _isAnyPruned;

    public SeriesReader(SqliteConnection connection, ChannelCatalog catalog)
    {
        _connection = connection;
        _catalog = catalog;
        _body = connection.Prepare("SELECT body FROM reading_day WHERE series=$1 AND day=$2", 2);
        _dayBefore = connection.Prepare("SELECT max(day) FROM reading_day WHERE series=$1 AND day<$2", 2);
        _dayFrom = connection.Prepare("SELECT min(day) FROM reading_day WHERE series=$1 AND day>=$2", 2);
        _daysAmong = connection.Prepare("SELECT day, first FROM span WHERE series=$1 AND epoch=$2 AND last>$3 ORDER BY last", 3);
        _areInterleaved = connection.Prepare(
            "SELECT EXISTS(SELECT 1 FROM (SELECT first, lag(last) OVER (ORDER BY last) AS before FROM span WHERE series=$1 AND epoch=$2) WHERE first<=before)", 2);
        _daysBelow = connection.Prepare("SELECT day, last FROM span WHERE series=$1 AND epoch=$2 AND day<>$3 AND last<$4 ORDER BY last DESC", 4);
        _daysAbove = connection.Prepare("SELECT day, first FROM span WHERE series=$1 AND epoch=$2 AND last>$3 ORDER BY first", 3);
        _isPruned = connection.Prepare("SELECT 1 FROM pruned WHERE node=$1 AND epoch=$2 AND last=$3", 3);
    }

    /// <summary>The projections may have changed.</summary>
    public void Forget()
    {
        _days.Clear();
        _interleaved.Clear();
        _isAnyPruned = null;
    }

    /// <summary>Intervals that end after <paramref name="from"/> and not after <paramref name="to"/>, in the order of their labels.</summary>
    public List<IntervalReading> Intervals(long series, uint from, uint to)
    {
        var intervals = new List<IntervalReading>();
        if (to <= from)
            return intervals;
        long lastDay = DayRuns.DayOf(to);
        long firstDay = DayRuns.DayOf(from + 1);
        // Most who ask know that the one day is there.
        for (long? day = firstDay == lastDay ? firstDay : DayFrom(series, firstDay); day <= lastDay; day = day < lastDay ? DayFrom(series, day.Value + 1) : null)
        {
            var judged = Judged(series, day.Value);
            for (int i = FirstAfter(judged, from); i < judged.Count && judged[i].EndUtcSeconds <= to; i++)
                intervals.Add(judged[i]);
        }
        return intervals;
    }

    /// <summary>
    /// Readings as the nodes made them, with what lies around the range as far as it takes to judge it: whole days, and before and after them the nearest
    /// day with a reading whose clock was in order.
    /// </summary>
    /// <param name="daysAround">Whole days around the range.</param>
    public List<RegisterReading> Readings(long series, uint from, uint to, int daysAround)
    {
        long first = DayRuns.DayOf(from) - daysAround;
        long last = DayRuns.DayOf(to) + daysAround;
        var readings = new List<RegisterReading>();
        long? day = _dayBefore.With(series, first).ExecuteScalar() as long?;
        for (int tries = 0; day != null && tries < DaysAroundMax; day = Read(series, day.Value).Before, tries++)
        {
            readings.AddRange(DayOf(series, day.Value).Readings);
            if (HasTrusted(series, day.Value))
                break;
        }
        bool isBehind = false;
        for (day = DayFrom(series, first); day != null && !isBehind && day <= last + DaysAroundMax; day = DayFrom(series, day.Value + 1))
        {
            readings.AddRange(DayOf(series, day.Value).Readings);
            isBehind = day > last && HasTrusted(series, day.Value);
        }
        return readings;
    }

    /// <summary>The shortest distance between readings of the days up to a label; 0 when there are no two readings.</summary>
    public int ShortestPeriod(long series, uint through)
    {
        const int DaysLookedAt = 8;
        int shortest = 0;
        long? day = _dayBefore.With(series, DayRuns.DayOf(through) + 1).ExecuteScalar() as long?;
        for (int i = 0; day != null && i < DaysLookedAt; day = Read(series, day.Value).Before, i++)
        {
            int distance = Read(series, day.Value).ShortestDistance;
            if (distance > 0 && (shortest == 0 || distance < shortest))
                shortest = distance;
        }
        return shortest;
    }

    /// <summary>
    /// The intervals that a reading has a part in: those after it up to the first that is measured from it. A missing one before that is among
    /// them, since its length is counted from there as well.
    /// </summary>
    /// <param name="epoch">Of the reading.</param>
    /// <param name="sequence">Of the reading.</param>
    /// <param name="end">Its label.</param>
    public List<IntervalReading> ChangedAfter(long series, uint epoch, uint sequence, uint end)
    {
        var after = new List<IntervalReading>();
        uint measured = uint.MaxValue;
        foreach (var (day, first) in DaysWith(_daysAbove.With(series, (long)epoch, (long)sequence)))
        {
            if (first > measured)
                break;
            after.AddRange(Judged(series, day).Where(i => i.Id.Epoch == epoch && i.Id.Sequence > sequence));
            measured = after.Where(IsMeasured).Select(i => i.Id.Sequence).DefaultIfEmpty(uint.MaxValue).Min();
        }
        if (measured == uint.MaxValue)
            after.AddRange(FirstsAfter(series, epoch, end));
        return [.. after.Where(i => i.Id.Epoch != epoch || i.Id.Sequence <= measured).OrderBy(i => i.Id.Sequence)];
    }

    /// <summary>The latest interval that a service holds, and the length of its day's period.</summary>
    /// <param name="lastEnd">Label of the series' newest reading; 0 for none.</param>
    public (IntervalReading? Interval, int PeriodSeconds) Latest(long series, Service service, uint lastEnd)
    {
        uint through = Math.Min(lastEnd, service.ThroughUtcSeconds);
        if (through <= service.AfterUtcSeconds)
            return (null, 0);
        long first = DayRuns.DayOf(service.AfterUtcSeconds + 1);
        for (long? day = DayRuns.DayOf(through); day >= first; day = _dayBefore.With(series, day.Value).ExecuteScalar() as long?)
        {
            if (Judged(series, day.Value).FindLast(service.Holds) is not { } last)
                continue;
            int period = DayOf(series, day.Value).Readings[0].PeriodSeconds;
            return (last, period > 0 ? period : (int)Math.Clamp(last.Seconds, 0, Limits.PeriodSecondsMax));
        }
        return (null, 0);
    }

    public void Dispose()
    {
        foreach (var command in new[] { _body, _dayBefore, _dayFrom, _daysAmong, _areInterleaved, _daysBelow, _daysAbove, _isPruned })
            command.Dispose();
    }

    private bool HasTrusted(long series, long number) =>
        Read(series, number).Readings.Exists(r => r.Quality != Quality.Missing && r.Clock == ClockQuality.Synchronised);

    // A measured interval states a consumption, or says why not; what comes after it is measured from its own reading.
    private static bool IsMeasured(IntervalReading interval) =>
        interval.Consumption != null || (interval.Quality & (IntervalQuality.Decreased | IntervalQuality.First)) != 0;

    // They are in the order of their ends.
    private static int FirstAfter(List<IntervalReading> intervals, uint end)
    {
        int low = 0;
        int high = intervals.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (intervals[middle].EndUtcSeconds > end)
                high = middle;
            else
                low = middle + 1;
        }
        return low;
    }

    private List<IntervalReading> Judged(long series, long number)
    {
        var day = DayOf(series, number);
        if (day.Intervals != null)
            return day.Intervals;
        var judged = new List<IntervalReading>(day.Readings.Count);
        foreach (uint epoch in day.Epochs)
            JudgeEpoch(series, number, day, epoch, judged);
        // Most days come out in the order of their labels.
        if (day.Epochs.Count > 1 || !day.IsInSequence)
            judged = [.. judged.OrderBy(i => i.EndUtcSeconds).ThenBy(i => i.Id.Sequence).ThenBy(i => i.Id.Epoch)];
        return day.Intervals = judged;
    }

    private void JudgeEpoch(long series, long number, Day day, uint epoch, List<IntervalReading> judged)
    {
        var own = day.Epochs.Count == 1 && day.IsInSequence ? day.Readings : InOrder(day.Readings, epoch);
        uint first = own[0].Id.Sequence;
        uint last = own[^1].Id.Sequence;
        var all = own;
        // A clock that was wrong has put these among those of another day, or others among these.
        foreach (long other in DaysAmong(series, number, epoch, first, last))
            all = InOrder([.. all, .. DayOf(series, other).Readings], epoch);
        var previous = LatestBelow(series, number, epoch, first);
        uint known = previous?.Id.Sequence ?? 0;
        foreach (var reading in all)
        {
            if (reading.Id.Sequence < known)
                continue;
            if (reading.Id.Sequence == first && previous == null)
                previous = LatestBefore(series, day, reading);
            if (reading.Id.Sequence >= first && reading.Id.Sequence <= last && DayRuns.DayOf(reading.EndUtcSeconds) == number)
                judged.Add(IntervalJudge.Judge(previous, reading));
            if (reading.Quality != Quality.Missing)
                previous = reading;
        }
    }

    private RegisterReading? LatestBelow(long series, long number, uint epoch, uint sequence)
    {
        RegisterReading? latest = null;
        foreach (var (day, last) in DaysWith(_daysBelow.With(series, (long)epoch, number, (long)sequence)))
        {
            // Of two days that a wrong clock put into each other the one that ends later may lack the latest.
            if (last < latest?.Id.Sequence)
                break;
            var found = InOrder(DayOf(series, day).Readings, epoch).FindLast(r => r.Quality != Quality.Missing);
            if (found.Id.Node != null && (latest == null || found.Id.Sequence > latest.Value.Id.Sequence))
                latest = found;
        }
        return latest;
    }

    // By label: of another lifetime, or of another node.
    private RegisterReading? LatestBefore(long series, Day day, RegisterReading reading)
    {
        int at = day.Readings.FindLastIndex(r => r.EndUtcSeconds < reading.EndUtcSeconds && r.Id.Epoch != reading.Id.Epoch && r.Quality != Quality.Missing);
        if (at >= 0)
            return day.Readings[at];
        for (long? before = day.Before; before != null; before = Read(series, before.Value).Before)
        {
            var earlier = DayOf(series, before.Value).Readings;
            at = earlier.FindLastIndex(r => r.Id.Epoch != reading.Id.Epoch && r.Quality != Quality.Missing);
            if (at >= 0)
                return earlier[at];
        }
        return null;
    }

    // First readings of other lifetimes, which are judged from what lies before them by label.
    private IEnumerable<IntervalReading> FirstsAfter(long series, uint epoch, uint end)
    {
        if (end == uint.MaxValue)
            yield break;
        for (long? day = DayFrom(series, DayRuns.DayOf(end + 1)); day != null; day = DayFrom(series, day.Value + 1))
        {
            var judged = Judged(series, day.Value);
            for (int i = FirstAfter(judged, end); i < judged.Count; i++)
            {
                if (judged[i].Id.Epoch == epoch)
                    continue;
                // What begins in its own journal begins there whatever came between by its label.
                if (judged[i].Begin?.Epoch != judged[i].Id.Epoch)
                    yield return judged[i];
                if (IsMeasured(judged[i]))
                    yield break;
            }
        }
    }

    private static List<RegisterReading> InOrder(List<RegisterReading> readings, uint epoch)
    {
        var own = readings.FindAll(r => r.Id.Epoch == epoch);
        for (int i = 1; i < own.Count; i++)
        {
            if (own[i].Id.Sequence < own[i - 1].Id.Sequence)
                return [.. own.OrderBy(r => r.Id.Sequence)];
        }
        return own;
    }

    private Day DayOf(long series, long number)
    {
        var day = Read(series, number);
        if (day.Readings.Count == 0 || day.HasPeriod)
            return day;
        // A node that sends row by row states no period, and one that was off states the length of the gap: what tells is the shortest distance
        // within two days. Both are days of the readings' labels, so that a reading has the same period in whatever range it is asked for.
        int period = day.ShortestDistance;
        int periodBefore = day.Before == null ? 0 : Read(series, day.Before.Value).ShortestDistance;
        if (period == 0 || periodBefore > 0 && periodBefore < period)
            period = periodBefore;
        for (int i = 0; i < day.Readings.Count; i++)
            day.Readings[i] = day.Readings[i] with { PeriodSeconds = period };
        day.HasPeriod = true;
        return day;
    }

    private Day Read(long series, long number)
    {
        if (_days.TryGetValue((series, number), out var day))
            return day;
        if (_days.Count >= DaysMax)
            _days.Clear();
        var readings = _body.With(series, number).ExecuteScalar() is byte[] body ? Decode(body) : [];
        day = new Day(readings, _dayBefore.With(series, number).ExecuteScalar() as long?);
        _days.Add((series, number), day);
        return day;
    }

    private long? DayFrom(long series, long number) => _dayFrom.With(series, number).ExecuteScalar() as long?;

    // Other days that have sequences between two. Most journals have none on any day, and that is looked up once and not with each of a thousand days.
    private List<long> DaysAmong(long series, long number, uint epoch, uint first, uint last)
    {
        var days = new List<long>();
        int passed = 0;
        foreach (var (day, from) in DaysWith(_daysAmong.With(series, (long)epoch, (long)first)))
        {
            if (day != number && from < last)
                days.Add(day);
            else if (++passed > DaysPassedMax && !AreInterleaved(series, epoch))
                break;
        }
        return days;
    }

    private bool AreInterleaved(long series, uint epoch)
    {
        if (_interleaved.TryGetValue((series, epoch), out bool areInterleaved))
            return areInterleaved;
        if (_interleaved.Count >= DaysMax)
            _interleaved.Clear();
        _interleaved.Add((series, epoch), areInterleaved = (long)_areInterleaved.With(series, (long)epoch).ExecuteScalar()! != 0);
        return areInterleaved;
    }

    // One after the other: most who ask need the first of them, and a series has as many as it has days.
    private static IEnumerable<(long Day, long Sequence)> DaysWith(SqliteCommand command)
    {
        using var rows = command.ExecuteReader();
        while (rows.Read())
            yield return (rows.GetInt64(0), rows.GetInt64(1));
    }

    private List<RegisterReading> Decode(byte[] body)
    {
        var readings = new List<RegisterReading>();
        foreach (var run in DayRuns.Decode(body).Runs)
        {
            var channel = _catalog.Find(_connection, run.Channel);
            // Within a run nothing was pruned.
            bool isBehindPruned = IsPruned(channel.Node, run.Epoch, run.FirstSequence - 1);
            for (int i = 0; i < run.Count; i++)
            {
                readings.Add(new RegisterReading(
                    new ReadingId(channel.Node, run.Epoch, run.FirstSequence + (uint)i, channel.Channel),
                    run.EndUtcSecondsOf(i), run.RegisterOf(i), run.QualityOf(i), run.Clock, 0, channel.Layout) { IsBehindPruned = isBehindPruned && i == 0 });
            }
        }
        // By what they say themselves, so that the order in which they came makes no difference.
        return IsSorted(readings) ? readings : [.. readings.OrderBy(r => r.EndUtcSeconds).ThenBy(r => r.Id.Sequence).ThenBy(r => r.Id.Epoch)];
    }

    private bool IsPruned(string node, uint epoch, uint sequence)
    {
        _isAnyPruned ??= _connection.ScalarLong("SELECT pruned FROM state") > 0;
        return _isAnyPruned.Value && _isPruned.With(node, (long)epoch, (long)sequence).ExecuteScalar() != null;
    }

    private static bool IsSorted(List<RegisterReading> readings)
    {
        for (int i = 1; i < readings.Count; i++)
        {
            if (readings[i].EndUtcSeconds <= readings[i - 1].EndUtcSeconds)
                return false;
        }
        return true;
    }

    /// <summary>A day of readings, sorted by their labels.</summary>
    /// <param name="before">The latest day before it that has readings.</param>
    private sealed class Day(List<RegisterReading> readings, long? before)
    {
        public List<RegisterReading> Readings => readings;

        public long? Before => before;

        public IReadOnlyList<uint> Epochs { get; } = EpochsOf(readings);

        /// <summary>True when the order of labels is that of sequences.</summary>
        public bool IsInSequence { get; } = IsSortedBySequence(readings);

        public bool HasPeriod { get; set; }

        public int ShortestDistance { get; } = ShortestOf(readings);

        /// <summary>Judged; null until asked for.</summary>
        public List<IntervalReading>? Intervals { get; set; }

        private static List<uint> EpochsOf(List<RegisterReading> readings)
        {
            var epochs = new List<uint>();
            foreach (var reading in readings)
            {
                if (!epochs.Contains(reading.Id.Epoch))
                    epochs.Add(reading.Id.Epoch);
            }
            return epochs;
        }

        private static bool IsSortedBySequence(List<RegisterReading> readings)
        {
            for (int i = 1; i < readings.Count; i++)
            {
                if (readings[i].Id.Sequence <= readings[i - 1].Id.Sequence)
                    return false;
            }
            return true;
        }

        private static int ShortestOf(List<RegisterReading> readings)
        {
            long shortest = 0;
            for (int i = 1; i < readings.Count; i++)
            {
                long distance = (long)readings[i].EndUtcSeconds - readings[i - 1].EndUtcSeconds;
                if (distance > 0 && (shortest == 0 || distance < shortest))
                    shortest = distance;
            }
            return (int)shortest;
        }
    }
}
