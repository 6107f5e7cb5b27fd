using EdgeMeters.Benchmarks.Ingest;
using EdgeMeters.Benchmarks.Start;
using EdgeMeters.Benchmarks.Support;
using EdgeMeters.Gateway.Core;
using EdgeMeters.Gateway.Store;

namespace EdgeMeters.Benchmarks.Plan;

/// <summary>The gateway's program as a process of its own: broker, log, projections, API and pages.</summary>
internal sealed class ProgramDoor : IProcessDoor
{
    private readonly string _folder;
    private readonly int _readingsPerBlock;
    private readonly bool _isProjected;
    private readonly GatewayProcess _gateway;

    /// <param name="isProjected">What is acknowledged shall also be projected before it counts; the projections are made in either case.</param>
    public ProgramDoor(string folder, int port, IReadOnlyList<NodeFeed> nodes, IEnumerable<MeteringPoint> points, int readingsPerBlock, bool isProjected)
    {
        _folder = folder;
        _readingsPerBlock = readingsPerBlock;
        _isProjected = isProjected;
        _gateway = GatewayProcess.StartOn(folder, nodes, points, port);
    }

    public TimeSpan ProcessorTime => _gateway.ProcessorTime;

    public long PeakRssBytes { get; private set; }

    public long KeptBytes { get; private set; }

    public Task StartAsync()
    {
        _gateway.WaitForDashboard();
        return Task.CompletedTask;
    }

    public Task SettleAsync() => _isProjected ? WaitForProjectionsAsync() : Task.CompletedTask;

    public async Task<long> CloseAndCountAsync()
    {
        await WaitForProjectionsAsync();
        PeakRssBytes = _gateway.PeakRssBytes;
        _gateway.Dispose();
        // The last connection of a database folds its WAL in when it closes.
        KeptBytes = new FileInfo(Path.Combine(_folder, "log.db")).Length;
        using var files = StoreFiles.OpenToRead(_folder);
        using var log = files.OpenLogReader();
        long kept = log.ScalarLong($"SELECT count(*) FROM entry WHERE kind={(int)LogEntryKind.Readings}") * _readingsPerBlock;
        using var views = files.OpenViewsReader();
        long projected = views.ScalarLong("SELECT readings FROM state");
        return projected == kept ? kept : throw new WrongResultException($"The log holds {kept} readings, the projections {projected}.");
    }

    private async Task WaitForProjectionsAsync()
    {
        using var files = StoreFiles.OpenToRead(_folder);
        using var log = files.OpenLogReader();
        long last = log.ScalarLong("SELECT max(id) FROM entry");
        using var views = files.OpenViewsReader();
        while (views.ScalarLong("SELECT entry FROM state") < last)
        {
            _gateway.RefuseEnded();
            await Task.Delay(5);
        }
    }
}
