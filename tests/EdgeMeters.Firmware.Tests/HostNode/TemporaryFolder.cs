namespace EdgeMeters.Firmware.Tests.HostNode;

internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("edgemeters-").FullName;

    public string Of(string name) => System.IO.Path.Combine(Path, name);

    public string Write(string name, string content)
    {
        File.WriteAllText(Of(name), content);
        return Of(name);
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
