namespace EdgeMeters.Benchmarks.Support;

/// <summary>A folder of its own under the one given, removed at the end.</summary>
internal sealed class ScratchFolder : IDisposable
{
    public ScratchFolder(string parent, string name)
    {
        Directory.CreateDirectory(parent);
        Path = Directory.CreateDirectory(System.IO.Path.Combine(parent, $"edgemeters-{name}-{Guid.NewGuid():n}")).FullName;
    }

    public string Path { get; }

    public string File(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose() => Directory.Delete(Path, true);
}
