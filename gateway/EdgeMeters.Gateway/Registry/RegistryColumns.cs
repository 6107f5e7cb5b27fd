using EdgeMeters.Gateway.Core.Registry;

namespace EdgeMeters.Gateway.Registry;

/// <summary>The columns of the three tables, in the order in which they are written.</summary>
internal static class RegistryColumns
{
    public static readonly string[] Points = ["point", "name", "carrier", "kind", "utility", "place", "parent", "class"];

    public static readonly string[] Meters = ["meter", "register", "unit", "digits", "modulus"];

    public static readonly string[] Services =
        ["point", "meter", "register", "node", "channel", "from", "until", "start_register", "end_register", "multiplier", "pulse_constant"];

    private static readonly string[][] All = [Points, Meters, Services];

    private static readonly HashSet<string> Names = [.. All.SelectMany(columns => columns)];

    // What no row can do without. The rest may be left out, and is then empty throughout.
    private static readonly string[][] Needed = [["point", "name", "carrier"], ["meter", "register", "unit"], ["point", "meter", "register", "from", "until"]];

    /// <summary>True for a row that names columns. No row of a table does: it has a carrier, a unit or a register's code where these have names.</summary>
    public static bool IsHeader(List<string> cells)
    {
        int named = 0;
        foreach (string cell in cells)
        {
            if (cell.Length == 0)
                continue;
            if (!Names.Contains(cell))
                return false;
            named++;
        }
        return named >= 3;
    }

    /// <summary>Finds out whose columns these are, and where each of the table's stands; -1 for one that is left out.</summary>
    /// <returns>What is wrong with them; null when nothing is.</returns>
    public static string? Read(IReadOnlyList<string> cells, out RegistryTable table, out int[] places)
    {
        places = [];
        table = cells.Contains("carrier", StringComparer.Ordinal) ? RegistryTable.Points
            : cells.Contains("unit", StringComparer.Ordinal) ? RegistryTable.Meters : RegistryTable.Services;
        string[] columns = Of(table);
        var named = cells.Where(c => c.Length > 0).ToList();
        if (named.GroupBy(c => c, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1) is { } twice)
            return $"the column {twice.Key} is there twice";
        if (named.Find(c => !columns.Contains(c, StringComparer.Ordinal)) is { } unknown)
            return $"the column {unknown} does not belong to the {Word(table)}";
        if (Needed[(int)table].FirstOrDefault(c => !named.Contains(c, StringComparer.Ordinal)) is { } missing)
            return $"the {Word(table)} have no column {missing}";
        places = [.. columns.Select(c => cells.ToList().IndexOf(c))];
        return null;
    }

    public static string[] Of(RegistryTable table) => All[(int)table];

    public static string Word(RegistryTable table) => table switch
    {
        RegistryTable.Points => "points",
        RegistryTable.Meters => "meters",
        _ => "services",
    };
}
