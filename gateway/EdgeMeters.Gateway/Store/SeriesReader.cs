using EdgeMeters.Gateway.Core;
using EdgeMeters.Wire;
using Microsoft.Data.Sqlite;

namespace EdgeMeters.Gateway.Store;

/// <summary>Reads the readings of one series from the projections and has them judged.</summary>
internal sealed class SeriesReader(SqliteConnection connection, ChannelCatalog catalog)
{
    /// <summary>Intervals that end after <paramref name="from"/> and not after <paramref name="to"/>, oldest first.</summary>
    public List<IntervalReading> Intervals(long series, uint from, uint to)
    {
        var judge = new IntervalJudge();
        var intervals = new List<IntervalReading>();
        if (to <= from)
            return intervals;
        foreach (var reading in Before(series, from))
            judge.Next(reading);
        foreach (var reading in Between(series, from, to))
            intervals.Add(judge.Next(reading));
        return intervals;
    }

    /// <summary>
    /// The intervals that a reading at <paramref name="end"/> has a part in: those after it up to the first that is measured from it. A
    /// missing one before that is among them, since its length is counted from there as well.
    /// </summary>
    public List<IntervalReading> ChangedAfter(long series, uint end)
    {
        var intervals = new List<IntervalReading>();
        if (end == uint.MaxValue)
            return intervals;
        using var command = connection.Prepare("SELECT day FROM reading_day WHERE series=$1 AND day>=$2 ORDER BY day", 2);
        using var days = command.With(series, DayRuns.DayOf(end + 1)).ExecuteReader();
        while (days.Read())
        {
            long dayEnd = (days.GetInt64(0) + 1) * DayRuns.SecondsPerDay;
            intervals = Intervals(series, end, (uint)Math.Min(dayEnd, uint.MaxValue));
            int first = intervals.FindIndex(IsMeasured);
            if (first >= 0)
                return intervals.GetRange(0, first + 1);
        }
        return intervals;
    }

    /// <summary>The latest interval and the length of its run's period.</summary>
    public (IntervalReading? Interval, int PeriodSeconds) Latest(long series, uint lastEnd)
    {
        if (lastEnd == 0)
            return (null, 0);
        var intervals = Intervals(series, lastEnd - 1, lastEnd);
        if (intervals.Count == 0)
            return (null, 0);
        var last = intervals[^1];
        int period = Between(series, lastEnd - 1, lastEnd)[^1].PeriodSeconds;
        return (last, period > 0 ? period : (int)Math.Clamp(last.Seconds, 0, Limits.PeriodSecondsMax));
    }

    // A measured interval states a consumption, or says why not; what comes after it is measured from its own reading.
    private static bool IsMeasured(IntervalReading interval) =>
        interval.Consumption != null || (interval.Quality & (IntervalQuality.Decreased | IntervalQuality.First)) != 0;

    // The readings that the first interval's difference is taken from: the latest before it that has a register, and what its day holds
    // before that, since a clock that was set back may have put older readings last.
    private List<RegisterReading> Before(long series, uint from)
    {
        using var command = connection.Prepare("SELECT body FROM reading_day WHERE series=$1 AND day<=$2 ORDER BY day DESC", 2);
        using var days = command.With(series, DayRuns.DayOf(Math.Max(from, 1))).ExecuteReader();
        while (days.Read())
        {
            var readings = Decode((byte[])days.GetValue(0));
            int last = readings.FindLastIndex(r => r.EndUtcSeconds <= from && r.Quality != Quality.Missing);
            if (last < 0)
                continue;
            SetPeriod(readings, days.Read() ? ShortestDistance(Decode((byte[])days.GetValue(0))) : 0);
            return readings.GetRange(0, last + 1);
        }
        return [];
    }

    private List<RegisterReading> Between(long series, uint from, uint to)
    {
        using var command = connection.Prepare("""
            SELECT body FROM reading_day WHERE series=$1 AND day<=$3
            AND day>=coalesce((SELECT max(day) FROM reading_day WHERE series=$1 AND day<$2), $2) ORDER BY day
            """, 3);
        using var days = command.With(series, DayRuns.DayOf(from + 1), DayRuns.DayOf(to)).ExecuteReader();
        var readings = new List<RegisterReading>();
        int periodBefore = 0;
        while (days.Read())
        {
            var day = Decode((byte[])days.GetValue(0));
            periodBefore = SetPeriod(day, periodBefore);
            readings.AddRange(day.Where(r => r.EndUtcSeconds > from && r.EndUtcSeconds <= to));
        }
        return readings;
    }

    private List<RegisterReading> Decode(byte[] body)
    {
        var readings = new List<RegisterReading>();
        foreach (var run in DayRuns.Decode(body).Runs)
        {
            var channel = catalog.Find(connection, run.Channel);
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

    // A node that sends row by row states no period, and one that was off states the length of the gap: what tells is the shortest distance
    // within two days. Both are days of the readings' labels, so that a reading has the same period in whatever range it is asked for.
    private static int SetPeriod(List<RegisterReading> day, int periodOfDayBefore)
    {
        int own = ShortestDistance(day);
        int period = own == 0 || periodOfDayBefore > 0 && periodOfDayBefore < own ? periodOfDayBefore : own;
        for (int i = 0; i < day.Count; i++)
            day[i] = day[i] with { PeriodSeconds = period };
        return own;
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

    private static int ShortestDistance(List<RegisterReading> readings)
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
