namespace EdgeMeters.Firmware.Tests.Support;

/// <summary>Where the sources are: several tests read documents and project files, not only assemblies.</summary>
internal static class Repository
{
    private static readonly string[] NotOurs = ["artifacts", "bin", "obj", "node_modules", "TestResults"];

    /// <summary>The folder of EdgeMeters.sln, looked for upward from the test program.</summary>
    public static string Root { get; } = FindRoot();

    public static string PathOf(params string[] parts) => Path.Combine([Root, .. parts]);

    /// <summary>Files under the root whose names match, without build outputs and hidden folders; paths relative, with slashes.</summary>
    public static IEnumerable<string> Files(string pattern)
    {
        return FilesUnder(Root, pattern).Select(path => Path.GetRelativePath(Root, path).Replace('\\', '/')).Order(StringComparer.Ordinal);
    }

    private static IEnumerable<string> FilesUnder(string folder, string pattern)
    {
        foreach (string file in Directory.EnumerateFiles(folder, pattern))
            yield return file;
        foreach (string child in Directory.EnumerateDirectories(folder))
        {
            string name = Path.GetFileName(child);
            if (NotOurs.Contains(name) || name.StartsWith('.'))
                continue;
            foreach (string file in FilesUnder(child, pattern))
                yield return file;
        }
    }

    private static string FindRoot()
    {
        for (string? folder = AppContext.BaseDirectory; folder != null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Combine(folder, "EdgeMeters.sln")))
                return folder;
        }
        throw new InvalidOperationException($"No EdgeMeters.sln above {AppContext.BaseDirectory}: run the tests from the repository's artifacts.");
    }
}
