using System.Globalization;
using EdgeMeters.Benchmarks.Ingest;
using EdgeMeters.Benchmarks.Support;

namespace EdgeMeters.Benchmarks.Rival;

/// <summary>A rival's door as a process of its own: this program again.</summary>
internal sealed class RivalDoor : IProcessDoor
{
    private readonly string _path;
    private readonly int _port;
    private readonly int _readingsPerUnit;
    private readonly ServerProcess _process;

    /// <param name="what">As <see cref="RivalServer"/> names it.</param>
    /// <param name="path">Of its database.</param>
    /// <param name="port">On loopback.</param>
    /// <param name="messagesPerCommitMax">1 for a commit a message.</param>
    /// <param name="readingsPerUnit">Readings in one of what it counts: the broker that keeps nothing counts messages.</param>
    public RivalDoor(string what, string path, int port, int messagesPerCommitMax, int readingsPerUnit)
    {
        _path = path;
        _port = port;
        _readingsPerUnit = readingsPerUnit;
        string[] arguments = [typeof(RivalDoor).Assembly.Location, RivalServer.Verb, what, $"{port}", path, $"{messagesPerCommitMax}"];
        _process = new ServerProcess("dotnet", arguments, true);
    }

    public TimeSpan ProcessorTime => _process.ProcessorTime;

    public long PeakRssBytes { get; private set; }

    public long KeptBytes { get; private set; }

    public Task StartAsync()
    {
        _process.WaitForPort(_port);
        return Task.CompletedTask;
    }

    // What is committed can be queried at once.
    public Task SettleAsync() => Task.CompletedTask;

    public Task<long> CloseAndCountAsync()
    {
        PeakRssBytes = _process.PeakRssBytes;
        _process.Dispose();
        KeptBytes = File.Exists(_path) ? new FileInfo(_path).Length : 0;
        return Task.FromResult(_readingsPerUnit * long.Parse(File.ReadAllText(RivalServer.CountPath(_path)), CultureInfo.InvariantCulture));
    }
}
