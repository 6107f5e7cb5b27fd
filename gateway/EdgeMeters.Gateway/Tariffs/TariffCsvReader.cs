using System.Globalization;
using System.Text;
using CsvHelper;
using CsvHelper.Configuration;
using EdgeMeters.Gateway.Core.Aggregation;
using EdgeMeters.Gateway.Registry;

namespace EdgeMeters.Gateway.Tariffs;

/// <summary>Reads a tariff from CSV (RFC 4180, UTF-8): a table of tariff periods and, if it has holidays, one of dates, in one file.</summary>
/// <remarks>All or nothing: with one fault there is no tariff.</remarks>
/// <param name="name">Name of the file in messages.</param>
/// <param name="faults">Told everything that is wrong.</param>
internal sealed class TariffCsvReader(string name, RegistryFaults faults)
{
    public const int FileBytesMax = 1 << 20;

    private const int CellCharsMax = 256;

    private static readonly string[] RowColumns = ["period", "months", "days", "time"];
    private static readonly string[] DateColumns = ["date", "counts_as"];

    private readonly List<TariffRow> _rows = [];
    private readonly List<TariffDate> _dates = [];
    private readonly List<int>[] _lines = [[], []];

    /// <summary>Reads the file.</summary>
    /// <param name="zone">By whose clocks the tariff goes.</param>
    /// <returns>Null when anything is wrong with it.</returns>
    public TariffCalendar? Read(Stream file, TimeZoneInfo zone)
    {
        if (file.CanSeek && file.Length > FileBytesMax)
        {
            faults.Add(name, 0, $"the file is larger than {FileBytesMax >> 20} MiB", "is this a tariff?");
            return null;
        }
        bool isRead = ReadTables(file);
        if (!isRead || faults.Count > 0)
            return null;
        return TariffCalendar.TryMake(_rows, _dates, zone, Tell, out var calendar) ? calendar : null;
    }

    private bool ReadTables(Stream file)
    {
        using var text = new StreamReader(file, new UTF8Encoding(false), true, 1 << 12, true);
        bool isBad = false;
        int line = 1;
        var format = new CsvConfiguration(CultureInfo.InvariantCulture)
        {
            IgnoreBlankLines = false,
            TrimOptions = TrimOptions.Trim,
            MaxFieldSize = CellCharsMax,
            LineBreakInQuotedFieldIsBadData = true,
            BadDataFound = _ => isBad = true,
        };
        using var parser = new CsvParser(text, format);
        try
        {
            string[]? columns = null;
            for (; parser.Read(); line = parser.RawRow + 1)
            {
                if (isBad)
                {
                    faults.Add(name, line, "quotation marks are out of place", "a tariff needs none");
                    return false;
                }
                string[] cells = CellsOf(parser);
                if (cells.Length == 0)
                    continue;
                if (cells.SequenceEqual(RowColumns) || cells.SequenceEqual(DateColumns))
                    columns = cells.Length == RowColumns.Length ? RowColumns : DateColumns;
                else if (columns == null)
                {
                    faults.Add(name, line, "the first row does not name the columns of a table", $"begin with {string.Join(',', RowColumns)}");
                    return false;
                }
                else if (cells.Length != columns.Length)
                    faults.Add(name, line, $"the row has {cells.Length} cells and the table {columns.Length} columns", $"its columns are {string.Join(',', columns)}");
                else if (columns == RowColumns)
                    ReadRow(line, cells);
                else
                    ReadDate(line, cells);
            }
            return true;
        }
        catch (MaxFieldSizeException)
        {
            faults.Add(name, line, "a cell does not end", "look for a quotation mark: a tariff needs none");
            return false;
        }
    }

    private void ReadRow(int line, string[] cells)
    {
        if (TariffText.Months(cells[1]) is not { } months)
            faults.Add(name, line, $"months '{cells[1]}' are none", "write 1-12, 7-8, 12-1 or 7");
        else if (TariffText.Days(cells[2]) is not { } days)
            faults.Add(name, line, $"days '{cells[2]}' are none", $"write {TariffText.DayWords}, several with spaces between");
        else if (TariffText.Minutes(cells[3]) is not { } minutes)
            faults.Add(name, line, $"time '{cells[3]}' is none", "write 07:00-10:00, 23:00-07:00 or 00:00-24:00");
        else
        {
            _lines[(int)TariffTable.Rows].Add(line);
            _rows.Add(new TariffRow(cells[0], months.First, months.Last, days, minutes.From, minutes.Until));
        }
    }

    private void ReadDate(int line, string[] cells)
    {
        if (!DateOnly.TryParseExact(cells[0], "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date))
            faults.Add(name, line, $"date '{cells[0]}' is none", "write 2026-10-01");
        else if (TariffText.Days(cells[1]) is not { } kind)
            faults.Add(name, line, $"'{cells[1]}' is no kind of day", "write holiday, or the weekday that it counts as");
        else
        {
            _lines[(int)TariffTable.Dates].Add(line);
            _dates.Add(new TariffDate(date, kind));
        }
    }

    private void Tell(TariffFault fault)
    {
        string text = fault.Text;
        if (fault.OtherRow >= 0)
            text += string.Create(CultureInfo.InvariantCulture, $" (see {name}:{_lines[(int)fault.Table][fault.OtherRow]})");
        faults.Add(name, fault.Row < 0 ? 0 : _lines[(int)fault.Table][fault.Row], text, fault.Remedy);
    }

    // Without the empty cells at the end, which a spreadsheet adds up to its broadest row.
    private static string[] CellsOf(CsvParser parser)
    {
        var cells = Enumerable.Range(0, parser.Count).Select(i => parser[i]).ToList();
        while (cells.Count > 0 && cells[^1].Length == 0)
            cells.RemoveAt(cells.Count - 1);
        return [.. cells];
    }
}
