namespace EdgeMeters.Benchmarks.Support;

/// <summary>A table in Markdown, so that a run can be pasted into a page as it is. First column to the left, figures to the right.</summary>
internal sealed class Table(params string[] headings)
{
    private readonly List<string[]> _rows = [];

    public void Add(params string[] cells)
    {
        if (cells.Length != headings.Length)
            throw new ArgumentException($"A row of {cells.Length} cells in a table of {headings.Length} columns.");
        _rows.Add(cells);
    }

    public void Print()
    {
        int[] widths = [.. headings.Select((heading, i) => _rows.Select(row => row[i].Length).Append(heading.Length).Max())];
        Console.Out.WriteLine();
        Print(headings, widths);
        Console.Out.WriteLine("|" + string.Join("|", widths.Select((w, i) => i == 0 ? new string('-', w + 2) : new string('-', w + 1) + ":")) + "|");
        foreach (string[] row in _rows)
            Print(row, widths);
        Console.Out.WriteLine();
    }

    private static void Print(string[] cells, int[] widths) =>
        Console.Out.WriteLine("| " + string.Join(" | ", cells.Select((c, i) => i == 0 ? c.PadRight(widths[i]) : c.PadLeft(widths[i]))) + " |");
}
