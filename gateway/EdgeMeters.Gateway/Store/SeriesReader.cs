using EdgeMeters.Gateway.Core;
using EdgeMeters.Wire;
using Microsoft.Data.Sqlite;

namespace EdgeMeters.Gateway.Store;

/// <summary>Reads the readings of one series from the projections and has them judged. Remembers days until told to forget; one thread.</summary>
internal sealed class SeriesReader : IDisposable
{
    /// <summary>Days remembered, some kilobytes each.</summary>
    private const int DaysMax = 4096;

    private readonly SqliteConnection _connection;
    private readonly ChannelCatalog _catalog;
    private readonly SqliteCommand _body;
    private readonly SqliteCommand _dayBefore;
    private readonly SqliteCommand _dayFrom;
    private readonly Dictionary<(long Series, long Day), Day> _days = [];

    public SeriesReader(SqliteConnection connection, ChannelCatalog catalog)
    {
        _connection = connection;
        _catalog = catalog;
        _body = connection.Prepare("SELECT body FROM reading_day WHERE series=$1 AND day=$2", 2);
        _dayBefore = connection.Prepare("SELECT max(day) FROM reading_day WHERE series=$1 AND day<$2", 2);
        _dayFrom = connection.Prepare("SELECT min(day) FROM reading_day WHERE series=$1 AND day>=$2", 2);
    }

    /// <summary>The projections may have changed.</summary>
    public void Forget() => _days.Clear();

    /// <summary>Intervals that end after <paramref name="from"/> and not after <paramref name="to"/>, oldest first.</summary>
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
    /// The intervals that a reading at <paramref name="end"/> has a part in: those after it up to the first that is measured from it. A
    /// missing one before that is among them, since its length is counted from there as well.
    /// </summary>
    public List<IntervalReading> ChangedAfter(long series, uint end)
    {
        var changed = new List<IntervalReading>();
        if (end == uint.MaxValue)
            return changed;
        for (long? day = DayFrom(series, DayRuns.DayOf(end + 1)); day != null; day = DayFrom(series, day.Value + 1))
        {
            var judged = Judged(series, day.Value);
            for (int i = FirstAfter(judged, end); i < judged.Count; i++)
            {
                changed.Add(judged[i]);
                if (IsMeasured(judged[i]))
                    return changed;
            }
        }
        return changed;
    }

    /// <summary>The latest interval and the length of its run's period.</summary>
    public (IntervalReading? Interval, int PeriodSeconds) Latest(long series, uint lastEnd)
    {
        if (lastEnd == 0)
            return (null, 0);
        long day = DayRuns.DayOf(lastEnd);
        var last = Judged(series, day).LastOrDefault(i => i.EndUtcSeconds == lastEnd);
        if (last == null)
            return (null, 0);
        int period = DayOf(series, day).Readings[0].PeriodSeconds;
        return (last, period > 0 ? period : (int)Math.Clamp(last.Seconds, 0, Limits.PeriodSecondsMax));
    }

    public void Dispose()
    {
        _body.Dispose();
        _dayBefore.Dispose();
        _dayFrom.Dispose();
    }

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

    // A measured interval states a consumption, or says why not; what comes after it is measured from its own reading.
    private static bool IsMeasured(IntervalReading interval) =>
        interval.Consumption != null || (interval.Quality & (IntervalQuality.Decreased | IntervalQuality.First)) != 0;

    // A day is judged from the latest one before it that has a register, all of it, since a clock that was set back may have put older readings
    // last. So an interval is judged alike in whatever range it is asked for.
    private List<IntervalReading> Judged(long series, long number)
    {
        var day = DayOf(series, number);
        if (day.Intervals != null)
            return day.Intervals;
        var judge = new IntervalJudge();
        var before = day.Before;
        while (before != null && !DayOf(series, before.Value).HasRegister)
            before = DayOf(series, before.Value).Before;
        if (before != null)
        {
            foreach (var reading in DayOf(series, before.Value).Readings)
                judge.Next(reading);
        }
        day.Intervals = new List<IntervalReading>(day.Readings.Count);
        foreach (var reading in day.Readings)
            day.Intervals.Add(judge.Next(reading));
        return day.Intervals;
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

    private List<RegisterReading> Decode(byte[] body)
    {
        var readings = new List<RegisterReading>();
        foreach (var run in DayRuns.Decode(body).Runs)
        {
            var channel = _catalog.Find(_connection, run.Channel);
            for (int i = 0; i < run.Count; i++)
            {
                readings.Add(new RegisterReading(
                    new ReadingId(channel.Node, run.Epoch, run.FirstSequence + (uint)i, channel.Channel),
                    run.EndUtcSecondsOf(i), run.RegisterOf(i), run.QualityOf(i), run.Clock, 0, channel.Layout));
            }
        }
        // By what they say themselves, so that the order in which they came makes no difference.
        return IsSorted(readings) ? readings : [.. readings.OrderBy(r => r.EndUtcSeconds).ThenBy(r => r.Id.Sequence).ThenBy(r => r.Id.Epoch)];
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

        public bool HasPeriod { get; set; }

        public bool HasRegister { get; } = readings.Exists(r => r.Quality != Quality.Missing);

        public int ShortestDistance { get; } = ShortestOf(readings);

        /// <summary>Judged; null until asked for.</summary>
        public List<IntervalReading>? Intervals { get; set; }

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
