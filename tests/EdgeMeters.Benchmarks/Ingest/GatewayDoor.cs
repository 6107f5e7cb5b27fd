using EdgeMeters.Benchmarks.Support;
using EdgeMeters.Gateway.Configuration;
using EdgeMeters.Gateway.Downlink;
using EdgeMeters.Gateway.Ingest;
using EdgeMeters.Gateway.Store;
using EdgeMeters.HostNode;
using EdgeMeters.Wire;
using Microsoft.Extensions.Logging.Abstractions;
using Prometheus;

namespace EdgeMeters.Benchmarks.Ingest;

/// <summary>The gateway's own door: MqttIngest over LogStore, with the projector behind it or without.</summary>
internal sealed class GatewayDoor : IDoor
{
    private static readonly TimeSpan SettleMax = TimeSpan.FromMinutes(5);

    private readonly StoreFiles _files;
    private readonly LogStore _log;
    private readonly Projector? _projector;
    private readonly MqttIngest _ingest;
    private readonly Dialogues _dialogues;
    private readonly int _readingsPerBlock;

    public GatewayDoor(string folder, int port, IReadOnlyList<NodeFeed> nodes, int readingsPerBlock, bool isProjected)
    {
        _readingsPerBlock = readingsPerBlock;
        _files = StoreFiles.Open(folder);
        _log = new LogStore(_files, TimeProvider.System);
        _projector = isProjected ? new Projector(_files, _log, NullLogger<Projector>.Instance) : null;
        // No node says hello here, so nothing goes down.
        _dialogues = new Dialogues(Macs(nodes), folder, TimeProvider.System, new HostClock(TimeProvider.System, true),
            new DownlinkMetrics(Metrics.NewCustomRegistry()), NullLogger<Dialogues>.Instance);
        _ingest = new MqttIngest(new MqttSettings("127.0.0.1", port, null), Macs(nodes), _log, _dialogues,
            new IngestMetrics(Metrics.NewCustomRegistry()), NullLogger<MqttIngest>.Instance);
    }

    public Task StartAsync() => _ingest.StartAsync();

    public async Task SettleAsync()
    {
        if (_projector == null)
            return;
        using var deadline = new CancellationTokenSource(SettleMax);
        while (_projector.Entry < _log.LastEntry)
            await Task.Delay(1, deadline.Token);
    }

    public async Task<long> CloseAndCountAsync()
    {
        await _ingest.DisposeAsync();
        _dialogues.Dispose();
        _projector?.Dispose();
        _log.Dispose();
        long kept;
        using (var log = _files.OpenLogReader())
            kept = log.ScalarLong($"SELECT count(*) FROM entry WHERE kind={(int)LogEntryKind.Readings}") * _readingsPerBlock;
        if (_projector != null)
        {
            using var views = _files.OpenViewsReader();
            long projected = views.ScalarLong("SELECT readings FROM state");
            if (projected != kept)
                throw new WrongResultException($"The log holds {kept} readings, the projections {projected}.");
        }
        _files.Dispose();
        return kept;
    }

    private static Dictionary<string, IBlockMac> Macs(IReadOnlyList<NodeFeed> nodes) =>
        nodes.ToDictionary(n => n.Name, n => (IBlockMac)new HmacBlockMac(n.Name, n.Key), StringComparer.Ordinal);
}
