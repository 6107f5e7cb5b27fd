using System.Globalization;

namespace EdgeMeters.Gateway.Core.Aggregation;

/// <summary>Holds the rows of a tariff against each other: every minute of every kind of day has to be in exactly one of them.</summary>
internal sealed class TariffCheck(IReadOnlyList<TariffRow> rows, IReadOnlyList<TariffDate> dates, Action<TariffFault> told)
{
    public const int Months = 12;
    public const int DayKinds = 8;
    public const int DayMinutes = 1_440;

    private const short None = -1;

    // Which row has which minute, for each month and kind of day.
    private readonly short[] _rowOf = new short[Months * DayKinds * DayMinutes];
    private int _faults;

    /// <summary>The rows by minute of the day, month and kind of day; null when there is a fault, which was told.</summary>
    public short[]? Run()
    {
        if (rows.Count > TariffCalendar.RowsMax)
            Tell(new TariffFault(TariffTable.Rows, TariffCalendar.RowsMax, $"there are more than {TariffCalendar.RowsMax} rows", "put together what differs in nothing but months or days"));
        if (dates.Count > TariffCalendar.DatesMax)
            Tell(new TariffFault(TariffTable.Dates, TariffCalendar.DatesMax, $"there are more than {TariffCalendar.DatesMax} dates", "leave out the years that are over"));
        if (_faults > 0)
            return null;
        CheckDates();
        for (int row = 0; row < rows.Count; row++)
            CheckRow(row, rows[row]);
        if (_faults > 0)
            return null;
        Array.Fill(_rowOf, None);
        for (int row = 0; row < rows.Count; row++)
            Paint(row);
        TellHoles();
        return _faults == 0 ? _rowOf : null;
    }

    /// <summary>Where the minutes of a day of this kind begin in the table.</summary>
    public static int DayAt(int month, int kind) => ((month - 1) * DayKinds + kind) * DayMinutes;

    private void CheckDates()
    {
        var rowOf = new Dictionary<DateOnly, int>();
        for (int row = 0; row < dates.Count; row++)
        {
            var (date, kind) = dates[row];
            string day = date.ToString("O", CultureInfo.InvariantCulture);
            if (kind == 0 || (kind & TariffDays.All) != kind || (kind & (kind - 1)) != 0)
                Tell(new TariffFault(TariffTable.Dates, row, $"{day} has to count as one kind of day", "name one weekday, or Holiday"));
            if (!rowOf.TryAdd(date, row))
                Tell(new TariffFault(TariffTable.Dates, row, $"{day} is there twice", "leave one of them", rowOf[date]));
        }
    }

    private void CheckRow(int row, TariffRow tariff)
    {
        if (tariff.Name.Length is 0 or > 40 || tariff.Name.Any(char.IsControl))
            TellOf("the name of the tariff period is empty, longer than 40 characters or has control characters", "name it in a word, e.g. peak");
        if (tariff.FirstMonth is < 1 or > Months || tariff.LastMonth is < 1 or > Months)
            TellOf($"the months {tariff.FirstMonth} to {tariff.LastMonth} are none", "months go from 1 to 12");
        if (tariff.Days == 0 || (tariff.Days & TariffDays.All) != tariff.Days)
            TellOf("it names no days, or days that are none", "name weekdays, Holiday or All");
        if (tariff.FromMinute is < 0 or >= DayMinutes || tariff.UntilMinute is < 1 or > DayMinutes || tariff.FromMinute == tariff.UntilMinute)
            TellOf($"there is no time of day from minute {tariff.FromMinute} until minute {tariff.UntilMinute}", "the whole day is 00:00 to 24:00; midnight at the end is 24:00, at the begin 00:00");

        void TellOf(string text, string remedy) => Tell(new TariffFault(TariffTable.Rows, row, text, remedy));
    }

    private void Paint(int row)
    {
        var tariff = rows[row];
        var others = new HashSet<int>();
        int minutes = (tariff.UntilMinute - tariff.FromMinute + DayMinutes) % DayMinutes;
        if (minutes == 0)
            minutes = DayMinutes;
        int months = (tariff.LastMonth - tariff.FirstMonth + Months) % Months + 1;
        for (int m = 0; m < months; m++)
        {
            int month = (tariff.FirstMonth - 1 + m) % Months + 1;
            for (int kind = 0; kind < DayKinds; kind++)
            {
                if (((int)tariff.Days >> kind & 1) == 0)
                    continue;
                for (int i = 0; i < minutes; i++)
                {
                    int minute = (tariff.FromMinute + i) % DayMinutes;
                    ref short rowOf = ref _rowOf[DayAt(month, kind) + minute];
                    if (rowOf == None)
                        rowOf = (short)row;
                    else if (others.Add(rowOf))
                        TellOverlap(row, rowOf, month, kind, minute);
                }
            }
        }
    }

    private void TellOverlap(int row, int other, int month, int kind, int minute) => Tell(new TariffFault(
        TariffTable.Rows, row, $"{rows[row].Name} takes {Time(minute)} on {DayOf(kind)} in {MonthOf(month)}, which {rows[other].Name} has already",
        "every minute belongs to one tariff period: take it out of one of the two", other));

    // The same hole in every month is one fault, told of the first kind of day.
    private void TellHoles()
    {
        var holes = new Dictionary<(int From, int Until), (string First, int Days)>();
        for (int month = 1; month <= Months; month++)
        {
            for (int kind = 0; kind < DayKinds; kind++)
            {
                for (int minute = 0; minute < DayMinutes; minute++)
                {
                    if (_rowOf[DayAt(month, kind) + minute] != None)
                        continue;
                    int from = minute;
                    while (minute < DayMinutes && _rowOf[DayAt(month, kind) + minute] == None)
                        minute++;
                    var (first, days) = holes.GetValueOrDefault((from, minute), ($"{DayOf(kind)} in {MonthOf(month)}", 0));
                    holes[(from, minute)] = (first, days + 1);
                }
            }
        }
        foreach (var (time, (first, days)) in holes)
        {
            string others = days == 1 ? "" : $" and {days - 1} other kinds of days";
            Tell(new TariffFault(
                TariffTable.Rows, -1, $"{Time(time.From)} to {Time(time.Until)} on {first}{others} belongs to no tariff period",
                "add a row for it, or widen one: every minute belongs to one tariff period"));
        }
    }

    private void Tell(TariffFault fault)
    {
        _faults++;
        told(fault);
    }

    private static string Time(int minute) => string.Create(CultureInfo.InvariantCulture, $"{minute / 60:00}:{minute % 60:00}");

    private static string DayOf(int kind) => ((TariffDays)(1 << kind)).ToString();

    private static string MonthOf(int month) => CultureInfo.InvariantCulture.DateTimeFormat.GetMonthName(month);
}
