namespace EdgeMeters.Gateway.Tests;

/// <summary>Where the sources are: some tests read documents, not only assemblies.</summary>
internal static class Repository
{
    private static readonly string Root = FindRoot();

    public static string PathOf(params string[] parts) => Path.Combine([Root, .. parts]);

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
