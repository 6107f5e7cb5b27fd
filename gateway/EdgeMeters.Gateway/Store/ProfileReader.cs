using EdgeMeters.Gateway.Core;
using EdgeMeters.Gateway.Core.Estimation;
using EdgeMeters.Gateway.Core.LoadProfile;
using EdgeMeters.Gateway.Core.Registry;
using EdgeMeters.Gateway.Core.Validation;
using Microsoft.Data.Sqlite;

namespace EdgeMeters.Gateway.Store;

/// <summary>Makes load profiles of what the projections hold. One thread.</summary>
internal sealed class ProfileReader(SqliteConnection connection, ChannelCatalog catalog, RuleBook book) : IDisposable
{
    /// <summary>Seconds of an interval, as the plan and the platforms that collect them have it. A register that is read less often has hours or days.</summary>
    private const int PeriodSeconds = 900;

    private const int HourSeconds = 3600;
    private const int DaySeconds = 86_400;

    private readonly SeriesReader _series = new(connection, catalog);

    public void Dispose() => _series.Dispose();

    /// <summary>
    /// The intervals of a point that end after <paramref name="from"/> and not after <paramref name="to"/>, as they are without any edit.
    /// </summary>
    public PointProfile Read(string point, uint from, uint to)
    {
        var rules = RulesOf(point);
        var services = ServicesOf(point, from, to, rules);
        int period = PeriodOf(point);
        var shapes = new GapShapes((f, t) => Build(point, period, rules, f, t), (f, t) => CheckMeterOf(point, period, f, t));
        return new PointProfile(period, ProfileBuilder.Build(services, period, rules, shapes, from, to));
    }

    private IReadOnlyList<ProfileInterval> Build(string point, int period, ValidationRules rules, uint from, uint to) =>
        ProfileBuilder.Build(ServicesOf(point, from, to, rules), period, rules, GapShapes.None, from, to);

    private IReadOnlyList<ProfileInterval> CheckMeterOf(string point, int period, uint from, uint to)
    {
        using var command = connection.Prepare($"SELECT id FROM point WHERE parent=$1 AND kind={(int)PointKind.Check} AND is_gone=0 ORDER BY id LIMIT 1", 1);
        return command.With(point).ExecuteScalar() is string check ? Build(check, period, RulesOf(check), from, to) : [];
    }

    private ValidationRules RulesOf(string point)
    {
        using var command = connection.Prepare("SELECT carrier, class FROM point WHERE id=$1 AND is_gone=0", 1);
        using var rows = command.With(point).ExecuteReader();
        return rows.Read() ? book.Of((Carrier)rows.GetInt64(0), (PointClass)rows.GetInt64(1)) : new ValidationRules();
    }

    private List<ServiceReadings> ServicesOf(string point, uint from, uint to, ValidationRules rules)
    {
        // Spikes are told by the days around, what is frozen by as long as it may be.
        int daysAround = Math.Max(1, (rules.FrozenSeconds + DaySeconds - 1) / DaySeconds);
        return
        [
            .. Assignment.OfPoint(connection, point)
                .Where(a => a.Service.AfterUtcSeconds < to && a.Service.ThroughUtcSeconds > from - Math.Min(from, PeriodSeconds))
                .Select(a => new ServiceReadings(a.Service, _series.Readings(a.Series, Math.Max(from, a.Service.AfterUtcSeconds), Math.Min(to, a.Service.ThroughUtcSeconds), daysAround))),
        ];
    }

    // The same in whatever range is asked for: by the latest days of the meter that came last.
    private int PeriodOf(string point)
    {
        using var lastEnd = connection.Prepare("SELECT last_end FROM series WHERE id=$1", 1);
        foreach (var assignment in Assignment.OfPoint(connection, point).AsEnumerable().Reverse())
        {
            if (lastEnd.With(assignment.Series).ExecuteScalar() is long end and > 0 && _series.ShortestPeriod(assignment.Series, (uint)end) is > 0 and var period)
                return period <= PeriodSeconds ? PeriodSeconds : period <= HourSeconds ? HourSeconds : DaySeconds;
        }
        return PeriodSeconds;
    }
}
