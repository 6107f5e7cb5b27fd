using EdgeMeters.Gateway.Core;
using EdgeMeters.Wire;
using Microsoft.Data.Sqlite;

namespace EdgeMeters.Gateway.Store;

/// <summary>Tells what entries of the log changed of what was told before. One thread.</summary>
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
                _ => OfReadings(entry),
            });
        }
        long reached = views.ScalarLong("SELECT entry FROM state");
        bool isLast = entries.Count < EntriesMax;
        return new CorrectionPage(corrections, isLast ? Math.Max(reached, since) : entries[^1], isLast);
    }

    private List<long> EntriesAfter(long since)
    {
        using var command = views.Prepare("""
            SELECT entry FROM late WHERE entry>$1
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

    // From the reading before the block's first to the one after its last: between them shares are others now.
    private IEnumerable<Correction> OfReadings(LogEntry entry)
    {
        if (_reader.TryRead(entry.Body, entry.Body.Length, _readings) != BlockError.None)
            throw new LogDamagedException(entry);
        uint first = Math.Max(1, _readings.UtcSecondsOf(0));
        uint last = _readings.UtcSecondsOf(_readings.Rows - 1);
        uint lastSequence = _readings.FirstSequence + (uint)_readings.Rows - 1;
        foreach (var channel in catalog.OfLayout(views, null, entry.Node, _readings.LayoutId))
        {
            var touched = _series.Intervals(channel.Series, first - 1, last);
            touched.AddRange(_series.ChangedAfter(channel.Series, _readings.Epoch, lastSequence, last));
            if (touched.Count == 0)
                continue;
            uint from = (uint)Math.Max(0, touched.Min(i => i.EndUtcSeconds - Math.Max(i.Seconds, 1)));
            uint to = touched.Max(i => i.EndUtcSeconds);
            using var command = Assignment.PrepareOfSeries(views);
            foreach (var assignment in Assignment.OfSeries(command, channel.Series).Where(a => a.ToEntry == long.MaxValue))
            {
                var (after, through) = (Math.Max(from, assignment.Service.AfterUtcSeconds), Math.Min(to, assignment.Service.ThroughUtcSeconds));
                if (after < through)
                    yield return Of(entry, CorrectionReason.LateReadings, assignment.Point.Id, after, through);
            }
        }
    }

    private static Correction Of(LogEntry entry, CorrectionReason reason, string? point, uint from, uint to) =>
        new(entry.Number, entry.ReceivedUtcSeconds, reason, point, from, to);
}
