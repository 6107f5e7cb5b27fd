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

    /// <summary>The first interval that ends after a time, or null.</summary>
    public IntervalReading? FirstAfter(long series, uint end)
    {
        using var command = connection.Prepare("SELECT day FROM reading_day WHERE series=$1 AND day>=$2 ORDER BY day", 2);
        using var days = command.With(series, DayRuns.DayOf(end + 1)).ExecuteReader();
        while (days.Read())
        {
            long dayEnd = (days.GetInt64(0) + 1) * DayRuns.SecondsPerDay;
            var intervals = Intervals(series, end, (uint)Math.Min(dayEnd, uint.MaxValue));
            if (intervals.Count > 0)
                return intervals[0];
        }
        return null;
    }

    /// <summary>The latest interval and the length of its run's period.</summary>
    public (IntervalReading? Interval, int PeriodSeconds) Latest(long series, uint lastEnd)
    {
        if (lastEnd == 0)
            return (null, 0);
        var readings = Between(series, lastEnd - 1, lastEnd);
        var intervals = Intervals(series, lastEnd - 1, lastEnd);
        return intervals.Count == 0 ? (null, 0) : (intervals[^1], readings[^1].PeriodSeconds);
    }

    // The reading that the first interval's difference is taken from: the latest before it that has a register.
    private List<RegisterReading> Before(long series, uint from)
    {
        using var command = connection.Prepare("SELECT body FROM reading_day WHERE series=$1 AND day<=$2 ORDER BY day DESC", 2);
        using var days = command.With(series, DayRuns.DayOf(Math.Max(from, 1))).ExecuteReader();
        while (days.Read())
        {
            var readings = Decode((byte[])days.GetValue(0));
            int last = readings.FindLastIndex(r => r.EndUtcSeconds <= from && r.Quality != Quality.Missing);
            if (last >= 0)
                return [readings[last]];
        }
        return [];
    }

    private List<RegisterReading> Between(long series, uint from, uint to)
    {
        using var command = connection.Prepare("SELECT body FROM reading_day WHERE series=$1 AND day BETWEEN $2 AND $3 ORDER BY day", 3);
        using var days = command.With(series, DayRuns.DayOf(from + 1), DayRuns.DayOf(to)).ExecuteReader();
        var readings = new List<RegisterReading>();
        while (days.Read())
        {
            foreach (var reading in Decode((byte[])days.GetValue(0)))
            {
                if (reading.EndUtcSeconds > from && reading.EndUtcSeconds <= to)
                    readings.Add(reading);
            }
        }
        return readings;
    }

    private List<RegisterReading> Decode(byte[] body)
    {
        var readings = new List<RegisterReading>();
        bool isSorted = true;
        foreach (var run in DayRuns.Decode(body).Runs)
        {
            var channel = catalog.Find(connection, run.Channel);
            for (int i = 0; i < run.Count; i++)
            {
                uint end = run.EndUtcSecondsOf(i);
                isSorted &= readings.Count == 0 || end >= readings[^1].EndUtcSeconds;
                readings.Add(new RegisterReading(
                    new ReadingId(channel.Node, run.Epoch, run.FirstSequence + (uint)i, channel.Channel),
                    end, run.RegisterOf(i), run.QualityOf(i), run.Clock, run.PeriodSeconds, channel.Layout));
            }
        }
        // Stable, so that readings of one label stay in the order in which they came.
        return isSorted ? readings : [.. readings.OrderBy(r => r.EndUtcSeconds)];
    }
}
