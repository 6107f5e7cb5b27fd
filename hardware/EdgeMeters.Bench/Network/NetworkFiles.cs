namespace EdgeMeters.Bench.Network;

/// <summary>Finds hardware/network, beside the program or in the repository that it was built in.</summary>
internal static class NetworkFiles
{
    /// <exception cref="FileNotFoundException">It is nowhere above this program.</exception>
    public static string Find(string file)
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder != null; folder = folder.Parent)
        {
            string path = Path.Combine(folder.FullName, "hardware", "network", file);
            if (File.Exists(path))
                return path;
        }
        throw new FileNotFoundException($"hardware/network/{file} is nowhere above {AppContext.BaseDirectory}; name it.");
    }
}
