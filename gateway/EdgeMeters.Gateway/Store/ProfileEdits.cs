using EdgeMeters.Gateway.Core.LoadProfile;
using EdgeMeters.Gateway.Core.Validation;
using EdgeMeters.Gateway.Core;
using Microsoft.Data.Sqlite;

namespace EdgeMeters.Gateway.Store;

/// <summary>The edits of load profiles in the projections.</summary>
internal sealed class ProfileEdits(SqliteConnection connection, SqliteTransaction? transaction)
{
    /// <exception cref="LogDamagedException">The entry holds none.</exception>
    public void Apply(LogEntry entry)
    {
        ProfileEdit edit;
        try
        {
            edit = EditDocument.Read(entry.Body);
        }
        catch (InvalidDataException)
        {
            throw new LogDamagedException(entry);
        }
        using var insert = connection.Prepare(
            "INSERT INTO edit(point, end_utc, entry, received, consumption, replaced, who, why) VALUES($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING", 8);
        insert.Transaction = transaction;
        foreach (var interval in edit.Intervals)
        {
            insert.With(edit.Point, (long)interval.EndUtcSeconds, entry.Number, entry.ReceivedUtcSeconds, interval.Consumption, interval.Replaced,
                edit.Who, edit.Why).ExecuteNonQuery();
        }
    }

    /// <summary>All edits of a point's intervals that end after <paramref name="from"/> and not after <paramref name="to"/>, those taken back as well.</summary>
    public List<KeptEdit> Of(string point, uint from, uint to)
    {
        using var command = connection.Prepare(
            "SELECT entry, received, end_utc, consumption, replaced, who, why FROM edit WHERE point=$1 AND end_utc>$2 AND end_utc<=$3 ORDER BY end_utc, entry", 3);
        using var rows = command.With(point, (long)from, (long)to).ExecuteReader();
        var edits = new List<KeptEdit>();
        while (rows.Read())
        {
            var interval = new EditedInterval((uint)rows.GetInt64(2), rows.IsDBNull(3) ? null : rows.GetInt64(3), rows.IsDBNull(4) ? null : rows.GetInt64(4));
            edits.Add(new KeptEdit(rows.GetInt64(0), rows.GetInt64(1), interval, rows.GetString(5), rows.GetString(6)));
        }
        return edits;
    }

    /// <summary>Puts the latest edit of each interval in its place.</summary>
    public PointProfile Apply(string point, PointProfile profile, uint from, uint to)
    {
        var intervals = profile.Intervals;
        foreach (var last in Of(point, from, to).GroupBy(e => e.Interval.EndUtcSeconds).Select(g => g.Last().Interval).Where(e => e.Consumption != null))
            intervals = With(intervals, last, profile.PeriodSeconds);
        return profile with { Intervals = intervals };
    }

    private static List<ProfileInterval> With(IReadOnlyList<ProfileInterval> intervals, EditedInterval edit, int periodSeconds)
    {
        var list = intervals as List<ProfileInterval> ?? [.. intervals];
        int at = list.FindIndex(i => i.EndUtcSeconds >= edit.EndUtcSeconds);
        bool isThere = at >= 0 && list[at].EndUtcSeconds == edit.EndUtcSeconds;
        var before = isThere ? list[at] : new ProfileInterval(edit.EndUtcSeconds, periodSeconds, null, IntervalQuality.Valid, Findings.None, ProfileSource.Edited);
        var edited = before with
        {
            Consumption = edit.Consumption,
            Source = ProfileSource.Edited,
            Findings = before.Findings | (before.Consumption == edit.Replaced ? Findings.None : Findings.EditOutdated),
        };
        if (isThere)
            list[at] = edited;
        else
            list.Insert(at < 0 ? list.Count : at, edited);
        return list;
    }
}
