using System.Globalization;
using System.Text;
using CsvHelper;
using CsvHelper.Configuration;
using EdgeMeters.Gateway.Core.Registry;

namespace EdgeMeters.Gateway.Registry;

/// <summary>Reads a registry from CSV (RFC 4180, UTF-8 with or without its mark): one file with the three tables, or any number of files, in any order.</summary>
/// <remarks>
/// A row that names columns begins a table, and it goes on to the next such row or the file's end; so a table may be shared out among files, one for
/// each district. Empty rows, and the empty cells that a spreadsheet adds to short rows, are passed over. All or nothing: with one fault there is no registry.
/// </remarks>
/// <param name="progress">Told the rows read, now and then.</param>
internal sealed class RegistryCsvReader(Action<long>? progress = null)
{
    public const long FileBytesMax = 1L << 30;

    /// <summary>A cell is at most a place; far beyond it a quotation mark was not closed, and the cell is the rest of the file.</summary>
    private const int CellCharsMax = 4096;

    private const int RowsPerTell = 100_000;

    private const string QuoteRemedy = "put text with commas or quotation marks into quotation marks, and double those within; a cell has one line";

    private readonly RegistryRows _rows = new();
    private readonly List<(int File, int Line)>[] _lines = [[], [], []];
    private readonly List<string> _files = [];
    private readonly HashSet<string> _pool = new(StringComparer.Ordinal);

    public RegistryFaults Faults { get; } = new();

    /// <summary>Rows read so far.</summary>
    public long Rows { get; private set; }

    /// <summary>Reads one file; what is wrong goes to <see cref="Faults"/>.</summary>
    /// <param name="name">Its name in messages.</param>
    public void Read(string name, Stream file)
    {
        _files.Add(name);
        if (file.CanSeek && file.Length > FileBytesMax)
        {
            Faults.Add(name, 0, $"the file is larger than {FileBytesMax >> 20} MiB", "is this a table of the registry?");
            return;
        }
        using var text = new StreamReader(file, new UTF8Encoding(false), true, 1 << 16, true);
        bool isBad = false;
        int line = 0;
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
            var table = new Table();
            // A row that goes on over the end of its line is one whose quotation mark is not closed: the fault is in the line where it began.
            for (line = 1; parser.Read(); line = parser.RawRow + 1)
            {
                var cells = CellsOf(parser);
                if (isBad)
                {
                    Faults.Add(name, line, "quotation marks are out of place", QuoteRemedy);
                    return;
                }
                if (cells.Count > 0 && !ReadRow(name, line, cells, table))
                    return;
            }
        }
        catch (MaxFieldSizeException)
        {
            Faults.Add(name, line, "a cell does not end", QuoteRemedy);
        }
    }

    /// <summary>The registry; null when anything is wrong with it.</summary>
    public PointRegistry? Finish()
    {
        var registry = _rows.Finish(Tell);
        if (Faults.Count == 0)
            new RegistryCheck(registry, Tell).Run();
        return Faults.Count == 0 ? registry : null;
    }

    /// <summary>Where a row was read, as <c>points.csv:12</c>.</summary>
    private (string File, int Line) PlaceOf(RegistryTable table, int row)
    {
        var (file, line) = _lines[(int)table][row];
        return (_files[file], line);
    }

    private void Tell(RegistryFault fault)
    {
        var (file, line) = PlaceOf(fault.Table, fault.Row);
        string text = fault.Text;
        if (fault.OtherRow >= 0)
        {
            var (otherFile, otherLine) = PlaceOf(fault.Table, fault.OtherRow);
            text += string.Create(CultureInfo.InvariantCulture, $" (see {otherFile}:{otherLine})");
        }
        Faults.Add(file, line, text, fault.Remedy);
    }

    /// <returns>False when there is no sense in reading on.</returns>
    private bool ReadRow(string name, int line, List<string> cells, Table table)
    {
        if (cells.Exists(c => c.Contains('\uFFFD', StringComparison.Ordinal)))
        {
            Faults.Add(name, line, "the text is not UTF-8", "save the table as \"CSV UTF-8\"");
            return false;
        }
        if (RegistryColumns.IsHeader(cells))
        {
            if (RegistryColumns.Read(cells, out table.Kind, out table.Places) is { } fault)
            {
                Faults.Add(name, line, fault, $"its columns are {string.Join(",", RegistryColumns.Of(table.Kind))}");
                return false;
            }
            table.Width = cells.Count;
            return true;
        }
        if (table.Places.Length == 0)
        {
            string known = string.Join(" or ", Enum.GetValues<RegistryTable>().Select(t => string.Join(",", RegistryColumns.Of(t))));
            Faults.Add(name, line, "the first row does not name the columns of a table", $"begin with {known}, separated by commas");
            return false;
        }
        if (++Rows % RowsPerTell == 0)
            progress?.Invoke(Rows);
        if (cells.Count > table.Width)
            Faults.Add(name, line, "the row has more cells than the table has columns", "put text with commas into quotation marks");
        _lines[(int)table.Kind].Add((_files.Count - 1, line));
        _rows.Add(new RegistryRow(table.Kind, cells, table.Places, _pool, (text, remedy) => Faults.Add(name, line, text, remedy)));
        return true;
    }

    // Without the empty cells at the end, which a spreadsheet adds up to its broadest row.
    private static List<string> CellsOf(CsvParser parser)
    {
        int count = parser.Count;
        var cells = new List<string>(count);
        for (int i = 0; i < count; i++)
            cells.Add(parser[i]);
        while (cells.Count > 0 && cells[^1].Length == 0)
            cells.RemoveAt(cells.Count - 1);
        return cells;
    }

    /// <summary>The table that is being read; none before the first row that names columns.</summary>
    private sealed class Table
    {
        public RegistryTable Kind;
        public int[] Places = [];

        public int Width { get; set; }
    }
}
