using EdgeMeters.Gateway.Core.Registry;

namespace EdgeMeters.Gateway.Registry;

/// <summary>One row of a table, cell by column, and what is wrong with it.</summary>
/// <param name="Cells">The cells of the file's row.</param>
/// <param name="Places">Where each of the table's columns stands among them; -1 for one that is left out.</param>
/// <param name="Pool">Texts that occur more than once, each kept once: of a million rows they are most of the memory.</param>
/// <param name="Tell">Told what is wrong and what to do.</param>
internal readonly record struct RegistryRow(RegistryTable Table, IReadOnlyList<string> Cells, int[] Places, HashSet<string> Pool, Action<string, string> Tell)
{
    public string Cell(string column)
    {
        int place = Places[Array.IndexOf(RegistryColumns.Of(Table), column)];
        return place >= 0 && place < Cells.Count ? Cells[place] : "";
    }

    /// <summary>A cell with a name or a code, which other rows have too.</summary>
    public string Shared(string column)
    {
        string cell = Cell(column);
        if (Pool.TryGetValue(cell, out string? same))
            return same;
        Pool.Add(cell);
        return cell;
    }
}
