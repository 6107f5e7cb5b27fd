using EdgeMeters.Gateway.Audit;
using EdgeMeters.Gateway.Configuration;
using EdgeMeters.Gateway.Core;
using EdgeMeters.Gateway.Downlink;
using EdgeMeters.Gateway.Forward;
using EdgeMeters.Gateway.Forward.CsvFiles;
using EdgeMeters.Gateway.Forward.MqttJson;
using EdgeMeters.Gateway.Ingest;
using EdgeMeters.Gateway.Registry;
using EdgeMeters.Gateway.Store;
using EdgeMeters.HostNode;
using EdgeMeters.Wire;
using Prometheus;

namespace EdgeMeters.Gateway;

/// <summary>Everything of the gateway but its pages: opened in the order in which a reading passes through, closed in the reverse.</summary>
public sealed class GatewayService : IHostedService, IAsyncDisposable
{
    private readonly MqttIngest _ingest;
    private readonly IReadOnlyList<IForwarder> _forwarders;
    private readonly ForwarderProgress _progress;
    private readonly TimeProvider _time;
    private readonly ILoggerFactory _loggers;
    private readonly StoreFiles _files;
    private readonly LogStore _log;
    private readonly IntegrityCheck _integrity;
    private readonly Projector _projector;
    private readonly HeldRanges _held;
    private readonly CancellationTokenSource _stopping = new();
    private readonly byte[]? _points;
    private readonly RegistryWatch? _registry;
    private readonly Pruner? _pruner;
    private Task _pumps = Task.CompletedTask;
    private bool _isDisposed;

    /// <exception cref="StartException">Something of it cannot start; the message says what and what to do.</exception>
    public GatewayService(GatewaySettings settings, TimeProvider time, CollectorRegistry metrics, ILoggerFactory loggers)
    {
        _time = time;
        _loggers = loggers;
        _forwarders =
        [
            .. settings.Forwarders.MqttJson.Select(o => new MqttJsonForwarder(o, time, Random.Shared)),
            .. settings.Forwarders.CsvFiles.Select(o => new CsvFilesForwarder(o)),
        ];
        _progress = new ForwarderProgress([.. _forwarders.Select(f => f.Name)]);
        string registry = RegistryFile.PathIn(settings.DataFolder);
        if (settings.Points != null && File.Exists(registry))
            throw new StartException($"The metering points stand in the configuration and in {registry}. Take points out of the configuration, or move the file away.");
        try
        {
            _files = StoreFiles.Open(settings.DataFolder);
            _log = new LogStore(_files, time);
            // Before anything is made of the log or sent from it.
            _integrity = new IntegrityCheck(_files, _log, time, loggers.CreateLogger<IntegrityCheck>());
            _integrity.CheckEnd();
            _projector = new Projector(_files, _log, loggers.CreateLogger<Projector>());
            _held = new HeldRanges(_files);
            if (settings.Points != null)
                _points = RegistryDocument.Of(settings.Points);
            else
                _registry = new RegistryWatch(registry, _files, _log, time, metrics, loggers.CreateLogger<RegistryWatch>());
            var clock = new HostClock(time, settings.IsClockTrusted);
            if (settings.Retention is { } keep)
                _pruner = new Pruner(_files, () => _progress.ReachedByAll(_projector.Entry), settings.Rules, time, () => clock.Quality == ClockQuality.Synchronised, keep);
            var downlink = new DownlinkMetrics(metrics);
            var stations = settings.Network is { } network
                ? new Stations(network.Stations, network.BurstPercent, clock, () => _log.Error == null, downlink) : null;
            Dialogues = new Dialogues(
                MacsOf(settings), Path.Combine(settings.DataFolder, "downlink"), time, clock, downlink, loggers.CreateLogger<Dialogues>(), _held, stations);
            _ingest = new MqttIngest(settings.Mqtt, MacsOf(settings), _log, Dialogues, new IngestMetrics(metrics), loggers.CreateLogger<MqttIngest>());
        }
        catch (Exception e)
        {
            Dialogues?.Dispose();
            _held?.Dispose();
            _projector?.Dispose();
            _integrity?.Dispose();
            _log?.Dispose();
            _files?.Dispose();
            if (e is StoreUnavailableException or StoreDamagedException or NotSupportedException)
                throw new StartException(e.Message, e);
            throw;
        }
        Profiles = new ProfileViews(_files, settings.Rules);
        Queries = new ViewQueries(_files, _progress, () => _log.Error ?? _projector.Error, time, () => _integrity.Status);
    }

    /// <summary>What pages and API ask.</summary>
    public ViewQueries Queries { get; }

    /// <summary>Load profiles of what the store holds.</summary>
    public IProfileQueries Profiles { get; }

    /// <summary>Where what people set is kept.</summary>
    public IEditStore Edits => _log;

    /// <summary>What is said to nodes.</summary>
    public Dialogues Dialogues { get; }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (_points != null)
                await _log.AppendRegistryAsync(_points, cancellationToken);
        }
        catch (StoreUnavailableException e)
        {
            throw new StartException(e.Message, e);
        }
        _pumps = Task.WhenAll(_forwarders.Select(f => new ForwardPump(
            f, _files, _log, _projector, _progress, _time, _loggers.CreateLogger<ForwardPump>()).RunAsync(_stopping.Token))
            .Append(_registry?.RunAsync(_stopping.Token) ?? Task.CompletedTask)
            .Append(_pruner?.RunAsync(_log, _loggers.CreateLogger<Pruner>(), _stopping.Token) ?? Task.CompletedTask));
        await _ingest.StartAsync();
        _integrity.Start();
    }

    public Task StopAsync(CancellationToken cancellationToken) => DisposeAsync().AsTask();

    public async ValueTask DisposeAsync()
    {
        if (_isDisposed)
            return;
        _isDisposed = true;
        await _ingest.DisposeAsync();
        Dialogues.Dispose();
        _held.Dispose();
        await _stopping.CancelAsync();
        await _pumps;
        _projector.Dispose();
        _integrity.Dispose();
        _log.Dispose();
        _files.Dispose();
        _stopping.Dispose();
    }

    // An instance is not shared by threads: who checks what comes up and who signs what goes down have their own.
    private static Dictionary<string, IBlockMac> MacsOf(GatewaySettings settings) =>
        settings.NodeKeys.ToDictionary(n => n.Key, n => (IBlockMac)new HmacBlockMac(n.Key, n.Value), StringComparer.Ordinal);
}
