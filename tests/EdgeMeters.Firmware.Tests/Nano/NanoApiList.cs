using EdgeMeters.Firmware.Tests.Support;

namespace EdgeMeters.Firmware.Tests.Nano;

/// <summary>Lists of API lines under the assembly that has them: "# assembly, Version=…" above, "## " before a remark.</summary>
internal static class NanoApiList
{
    /// <summary>Where the published API of the nanoFramework packages is, if not in shared/data/ beside the repository.</summary>
    public const string Variable = "EDGEMETERS_NANO_API";

    private const string FileName = "nanoframework-api.txt";

    public static Dictionary<string, List<string>> Read(string path)
    {
        var sections = new Dictionary<string, List<string>>();
        List<string>? section = null;
        foreach (string line in File.ReadLines(path))
        {
            if (line.StartsWith("# ", StringComparison.Ordinal))
                sections[line[2..]] = section = [];
            else if (line.Length > 0 && !line.StartsWith("##", StringComparison.Ordinal))
                (section ?? throw new FormatException($"{path}: a line stands above the first '# assembly': {line}")).Add(line);
        }
        return sections;
    }

    /// <summary>The published API, or null where it is not at hand.</summary>
    public static Dictionary<string, List<string>>? Published()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } stated)
            return Read(stated);
        for (string? folder = Path.GetDirectoryName(Repository.Root); folder != null; folder = Path.GetDirectoryName(folder))
        {
            string path = Path.Combine(folder, "shared", "data", FileName);
            if (File.Exists(path))
                return Read(path);
        }
        return null;
    }
}
