using System.Diagnostics.CodeAnalysis;

namespace EdgeMeters.Gateway.Core.Aggregation;

/// <summary>Which tariff period is in force when. Every moment has exactly one, or there is no such calendar.</summary>
public sealed class TariffCalendar
{
    public const int RowsMax = 1_000;
    public const int DatesMax = 10_000;

    // By month, kind of day and minute: which tariff period is in force, and until which minute of the day.
    private readonly short[] _nameOf;
    private readonly short[] _untilOf;
    private readonly Dictionary<DateOnly, int> _kindOf;
    private readonly LocalClock _clock;

    private TariffCalendar(IReadOnlyList<string> names, short[] nameOf, Dictionary<DateOnly, int> kindOf, TimeZoneInfo zone)
    {
        Names = names;
        _nameOf = nameOf;
        _untilOf = new short[nameOf.Length];
        for (int i = nameOf.Length - 1; i >= 0; i--)
        {
            int next = i % TariffCheck.DayMinutes + 1;
            _untilOf[i] = next < TariffCheck.DayMinutes && nameOf[i + 1] == nameOf[i] ? _untilOf[i + 1] : (short)next;
        }
        _kindOf = kindOf;
        _clock = new LocalClock(zone);
    }

    /// <summary>The names of the tariff periods, in the order in which the rows name them.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>Makes a calendar of a tariff, if there is no fault in it.</summary>
    /// <param name="rows">When which tariff period is in force. Together they take every minute of every kind of day in every month once.</param>
    /// <param name="dates">Days that are another kind of day than their weekday says.</param>
    /// <param name="zone">The zone by whose clocks it goes.</param>
    /// <param name="tell">Told of every fault.</param>
    public static bool TryMake(
        IReadOnlyList<TariffRow> rows, IReadOnlyList<TariffDate> dates, TimeZoneInfo zone, Action<TariffFault> tell,
        [NotNullWhen(true)] out TariffCalendar? calendar)
    {
        calendar = null;
        if (new TariffCheck(rows, dates, tell).Run() is not { } rowOf)
            return false;
        var names = rows.Select(r => r.Name).Distinct(StringComparer.Ordinal).ToList();
        short[] nameOfRow = [.. rows.Select(r => (short)names.IndexOf(r.Name))];
        var kindOf = dates.ToDictionary(d => d.Date, d => int.Log2((int)d.CountsAs));
        calendar = new TariffCalendar(names, Array.ConvertAll(rowOf, row => nameOfRow[row]), kindOf, zone);
        return true;
    }

    /// <summary>The tariff period to which an interval with this label belongs: the one of its last second.</summary>
    public string NameAt(long endUtcSeconds) => Names[AtSecond(endUtcSeconds - 1).Name];

    /// <summary>The tariff period of an interval, as a place in <see cref="Names"/>, and whether another is in force anywhere in it.</summary>
    internal (int Name, bool IsCrossing) Of(Period interval)
    {
        int name = AtSecond(interval.EndUtcSeconds - 1).Name;
        long at = interval.BeginUtcSeconds;
        // With one tariff period there is nothing to cross, and an interval may be years long.
        while (Names.Count > 1 && at < interval.EndUtcSeconds)
        {
            var (other, end) = AtSecond(at);
            if (other != name)
                return (name, true);
            at = end;
        }
        return (name, false);
    }

    // The tariff period in force in a second, and until when at least.
    private (int Name, long EndUtcSeconds) AtSecond(long utcSeconds)
    {
        long local = _clock.LocalSeconds(utcSeconds);
        var date = LocalClock.DateOf(local);
        if (!_kindOf.TryGetValue(date, out int kind))
            kind = ((int)date.DayOfWeek + 6) % 7;
        long midnight = local - (local % LocalClock.DaySeconds + LocalClock.DaySeconds) % LocalClock.DaySeconds;
        int at = TariffCheck.DayAt(date.Month, kind) + (int)(local - midnight) / 60;
        long end = utcSeconds + (midnight + _untilOf[at] * 60L - local);
        return (_nameOf[at], _clock.Unchanged(utcSeconds, new Period(utcSeconds, end)).EndUtcSeconds);
    }
}
