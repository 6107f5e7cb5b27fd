using EdgeMeters.Gateway.Core;
using EdgeMeters.Gateway.Core.Estimation;
using EdgeMeters.Gateway.Core.Registry;
using EdgeMeters.Wire;
using Microsoft.Data.Sqlite;

namespace EdgeMeters.Gateway.Store;

/// <summary>Tells what entries of the log changed of what was told before. One thread.</summary>
/// <remarks>Of consumption, that is: what is frozen or a spike is told by the days around, and may be found or not found there without a word.</remarks>
internal sealed class CorrectionReader(StoreFiles files, SqliteConnection views, ChannelCatalog catalog) : IDisposable
{
    /// <summary>Entries with corrections that one page looks at.</summary>
    private const int EntriesMax = 100;

    /// <summary>Points of one registry that are told one by one.</summary>
    private const int PointsOfRegistryMax = 1000;

    private readonly LogReader _log = new(files);
    private readonly SeriesReader _series = new(views, catalog);
    private readonly ReadingBlockReader _reader = new();
    private readonly ReadingBlock _readings = new(Limits.ReadingsPerBlockMax);

    public void Dispose()
    {
        _log.Dispose();
        _series.Dispose();
    }

    /// <param name="since">The last entry that is known.</param>
    public CorrectionPage Read(long since)
    {
        var entries = EntriesAfter(since);
        var corrections = new List<Correction>();
        foreach (long number in entries)
        {
            var entry = _log.ReadOne(number);
            corrections.AddRange(entry.Kind switch
            {
                LogEntryKind.Registry => OfRegistry(entry),
                LogEntryKind.Edit => OfEdit(entry),
                LogEntryKind.Layout => LateExplainedBy(number).SelectMany(waiting => OfReadings(_log.ReadOne(waiting), entry)),
                _ => OfReadings(entry, entry),
            });
        }
        long reached = views.ScalarLong("SELECT entry FROM state");
        bool isLast = entries.Count < EntriesMax;
        return new CorrectionPage(corrections, isLast ? Math.Max(reached, since) : entries[^1], isLast);
    }

    private List<long> EntriesAfter(long since)
    {
        using var command = views.Prepare("""
            SELECT entry FROM late WHERE entry>$1 AND entry NOT IN (SELECT entry FROM waiting)
            UNION SELECT w.explained_by FROM waiting w JOIN late l ON l.entry=w.entry WHERE w.explained_by>$1
            UNION SELECT entry FROM edit WHERE entry>$1
            UNION SELECT from_entry FROM assignment WHERE from_entry>$1
            UNION SELECT to_entry FROM assignment WHERE to_entry>$1
            ORDER BY 1 LIMIT $2
            """, 2);
        using var rows = command.With(since, EntriesMax).ExecuteReader();
        var entries = new List<long>();
        while (rows.Read())
            entries.Add(rows.GetInt64(0));
        return entries;
    }

    private static IEnumerable<Correction> OfEdit(LogEntry entry)
    {
        var edit = EditDocument.Read(entry.Body);
        uint first = edit.Intervals.Min(i => i.EndUtcSeconds);
        yield return Of(entry, CorrectionReason.Edit, edit.Point, first - Math.Min(first, 1), edit.Intervals.Max(i => i.EndUtcSeconds));
    }

    private List<Correction> OfRegistry(LogEntry entry)
    {
        using var command = views.Prepare("""
            SELECT point, min(after_utc), max(through_utc) FROM assignment WHERE from_entry=$1 OR to_entry=$1 GROUP BY point ORDER BY point LIMIT $2
            """, 2);
        using var rows = command.With(entry.Number, PointsOfRegistryMax + 1).ExecuteReader();
        var corrections = new List<Correction>();
        while (rows.Read())
            corrections.Add(Of(entry, CorrectionReason.Registry, rows.GetString(0), (uint)rows.GetInt64(1), (uint)rows.GetInt64(2)));
        return corrections.Count <= PointsOfRegistryMax ? corrections : [Of(entry, CorrectionReason.Registry, null, 0, uint.MaxValue)];
    }

    // Readings that waited for their layout are told with it: their own entry may have been passed by then.
    private List<long> LateExplainedBy(long layout)
    {
        using var command = views.Prepare("SELECT w.entry FROM waiting w JOIN late l ON l.entry=w.entry WHERE w.explained_by=$1 ORDER BY w.entry", 1);
        using var rows = command.With(layout).ExecuteReader();
        var entries = new List<long>();
        while (rows.Read())
            entries.Add(rows.GetInt64(0));
        return entries;
    }

    /// <param name="entry">With readings.</param>
    /// <param name="at">The entry that brought them up.</param>
    private IEnumerable<Correction> OfReadings(LogEntry entry, LogEntry at)
    {
        if (_reader.TryRead(entry.Body, entry.Body.Length, _readings) != BlockError.None)
            throw new LogDamagedException(entry);
        foreach (var channel in catalog.OfLayout(views, null, entry.Node, _readings.LayoutId))
        {
            var stretches = Touched(channel.Series);
            using var command = Assignment.PrepareOfSeries(views);
            foreach (var assignment in Assignment.OfSeries(command, channel.Series).Where(a => a.ToEntry == long.MaxValue))
            {
                foreach (var (from, to) in stretches)
                {
                    var (after, through) = (Math.Max(from, assignment.Service.AfterUtcSeconds), Math.Min(to, assignment.Service.ThroughUtcSeconds));
                    if (after >= through)
                        continue;
                    yield return Of(at, CorrectionReason.LateReadings, assignment.Point.Id, after, through);
                    // Its gaps have the shape of what its check point measured.
                    if (ParentOfCheck(assignment.Point.Id) is { } parent)
                        yield return Of(at, CorrectionReason.LateReadings, parent, after, through);
                }
            }
        }
    }

    // From the reading before the block's first to the one after its last; and the long gaps of the weeks behind, which have the shape of these.
    private List<(uint From, uint To)> Touched(long series)
    {
        uint first = Math.Max(1, _readings.UtcSecondsOf(0));
        uint last = _readings.UtcSecondsOf(_readings.Rows - 1);
        var touched = _series.Intervals(series, first - 1, last);
        touched.AddRange(_series.ChangedAfter(series, _readings.Epoch, _readings.FirstSequence + (uint)_readings.Rows - 1, last));
        if (touched.Count == 0)
            return [];
        uint to = touched.Max(i => i.EndUtcSeconds);
        uint shapedUntil = (uint)Math.Min(to + GapEstimator.WeeksMax * 7L * 86_400, uint.MaxValue);
        return
        [
            ((uint)Math.Max(0, touched.Min(i => i.EndUtcSeconds - Math.Max(i.Seconds, 1))), to),
            .. _series.Intervals(series, to, shapedUntil).Where(i => i.Seconds > GapEstimator.StraightSecondsMax && (i.Quality & IntervalQuality.Gap) != 0)
                .Select(i => ((uint)Math.Max(to, i.EndUtcSeconds - i.Seconds), i.EndUtcSeconds)),
        ];
    }

    private string? ParentOfCheck(string point)
    {
        using var command = views.Prepare($"SELECT parent FROM point WHERE id=$1 AND kind={(int)PointKind.Check} AND is_gone=0 AND parent<>''", 1);
        return command.With(point).ExecuteScalar() as string;
    }

    private static Correction Of(LogEntry entry, CorrectionReason reason, string? point, uint from, uint to) =>
        new(entry.Number, entry.ReceivedUtcSeconds, reason, point, from, to);
}
