namespace EdgeMeters.SystemTests;

/// <summary>The programs under test, as the same build made them.</summary>
internal static class Programs
{
    public static string Gateway => Find("EdgeMeters.Gateway");

    public static string HostNode => Find("EdgeMeters.HostNode");

    public static string Simulation => Find("EdgeMeters.Simulation");

    // artifacts/bin/<project>/<configuration>/: what is beside this test's own folder was built together with it.
    private static string Find(string project)
    {
        var own = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        string path = Path.Combine(own.Parent!.Parent!.FullName, project, own.Name, project + ".dll");
        return File.Exists(path) ? path : throw new FileNotFoundException($"{path} was not built; build the solution.");
    }
}
