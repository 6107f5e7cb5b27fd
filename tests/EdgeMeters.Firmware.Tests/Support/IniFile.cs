namespace EdgeMeters.Firmware.Tests.Support;

/// <summary>An INI file as sections of keys; a line it does not understand, and a key or section said twice, is an error with its number.</summary>
internal static class IniFile
{
    public static Dictionary<string, Dictionary<string, string>> Read(string path)
    {
        var sections = new Dictionary<string, Dictionary<string, string>>();
        Dictionary<string, string>? section = null;
        foreach ((int index, string raw) in File.ReadLines(path).Index())
        {
            string line = raw.Trim();
            if (line.Length == 0 || line.StartsWith(';'))
                continue;
            bool taken;
            if (line.StartsWith('[') && line.EndsWith(']'))
            {
                section = [];
                taken = sections.TryAdd(line[1..^1], section);
            }
            else
            {
                string[] parts = line.Split('=', 2, StringSplitOptions.TrimEntries);
                taken = parts.Length == 2 && section != null && section.TryAdd(parts[0], parts[1]);
            }
            if (!taken)
                throw new FormatException($"{path}, line {index + 1}: neither a section nor a key of one, or said twice: {raw}");
        }
        return sections;
    }
}
