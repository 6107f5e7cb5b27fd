namespace EdgeMeters.Firmware.Tests.Boards;

/// <summary>A small CSV file with a header; a field may be quoted, a row with another number of fields is an error with its number.</summary>
internal static class CsvTable
{
    public static Dictionary<string, string>[] Read(string path)
    {
        string[] lines = File.ReadAllLines(path);
        string[] names = Fields(lines[0]);
        var rows = new List<Dictionary<string, string>>();
        for (int i = 1; i < lines.Length; i++)
        {
            string[] fields = Fields(lines[i]);
            if (fields.Length != names.Length)
                throw new FormatException($"{path}, line {i + 1}: {fields.Length} fields, the header has {names.Length}");
            rows.Add(names.Zip(fields).ToDictionary(pair => pair.First, pair => pair.Second));
        }
        return rows.ToArray();
    }

    private static string[] Fields(string line)
    {
        var fields = new List<string>();
        string field = "";
        bool isQuoted = false;
        foreach (char c in line)
        {
            if (c == '"')
                isQuoted = !isQuoted;
            else if (c == ',' && !isQuoted)
            {
                fields.Add(field);
                field = "";
            }
            else
                field += c;
        }
        if (isQuoted)
            throw new FormatException($"a quote is not closed: {line}");
        fields.Add(field);
        return fields.ToArray();
    }
}
