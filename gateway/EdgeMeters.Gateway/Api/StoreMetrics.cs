using EdgeMeters.Gateway.Core;
using Prometheus;

namespace EdgeMeters.Gateway.Api;

/// <summary>Gauges for Prometheus, read from the store at scrape time. While the store can't be read only <c>edgemeters_store_up</c> 0 stands.</summary>
internal sealed class StoreMetrics
{
    private readonly IReadingQueries _queries;
    private readonly ILogger<StoreMetrics> _logger;
    private readonly Gauge _up;
    private readonly (Gauge Gauge, Func<StoreStatus, double> Read)[] _totals;
    private readonly (Gauge Gauge, Func<ForwarderStatus, double> Read)[] _byForwarder;
    private readonly Lock _scrape = new();

    public StoreMetrics(IReadingQueries queries, CollectorRegistry registry, ILogger<StoreMetrics> logger)
    {
        _queries = queries;
        _logger = logger;
        Registry = registry;
        DotNetStats.Register(Registry);
        var metrics = Metrics.WithCustomRegistry(Registry);
        _up = metrics.CreateGauge("edgemeters_store_up", "1 if the store could be read at this scrape.");
        _totals =
        [
            (metrics.CreateGauge("edgemeters_blocks", "Blocks in the log."), status => status.Blocks),
            (metrics.CreateGauge("edgemeters_readings", "Readings taken into the log, each counted once."), status => status.Readings),
            (metrics.CreateGauge("edgemeters_pruned_readings", "Readings among them of which the register was pruned."), status => status.Pruned),
            (metrics.CreateGauge("edgemeters_backlog_blocks", "Blocks in the log that the projections have not taken in yet."), status => status.BacklogBlocks),
            (metrics.CreateGauge("edgemeters_nodes", "Nodes heard of."), status => status.Nodes),
            (metrics.CreateGauge("edgemeters_store_troubled", "1 while something keeps the store from its work, e.g. a full disk."), status => status.Trouble is null ? 0 : 1),
            (metrics.CreateGauge("edgemeters_integrity_checked_entries", "Entries of the log that its check under way, or the latest one, has come through."), status => status.Integrity?.CheckedEntries ?? 0),
            (metrics.CreateGauge("edgemeters_integrity_faults", "Different faults of the log found since the start; anything but 0 calls for verify."), status => status.Integrity?.FaultCount ?? 0),
            (metrics.CreateGauge("edgemeters_integrity_finished_seconds", "When all of the log was checked last, in seconds since 1970; 0 before the first time."), status => status.Integrity?.FinishedUtc?.ToUnixTimeSeconds() ?? 0),
        ];
        _byForwarder =
        [
            (ForwarderGauge("backlog_blocks", "Blocks that the forwarder has still to send."), forwarder => forwarder.BacklogBlocks),
            (ForwarderGauge("settled_intervals", "Intervals that the head-end took."), forwarder => forwarder.Settled),
            (ForwarderGauge("rejected_intervals", "Intervals that the head-end refused for good: dead letters."), forwarder => forwarder.Rejected),
            (ForwarderGauge("stuck", "1 while the forwarder is not getting on."), forwarder => forwarder.Error is null ? 0 : 1),
        ];
        Registry.AddBeforeCollectCallback(Read);

        Gauge ForwarderGauge(string name, string help) => metrics.CreateGauge("edgemeters_forwarder_" + name, help, "forwarder");
    }

    public CollectorRegistry Registry { get; }

    private void Read()
    {
        lock (_scrape)
        {
            StoreStatus? status = null;
            try
            {
                status = _queries.Status();
            }
            catch (Exception failure)
            {
                _logger.LogError(failure, "The store's status can't be read for a scrape.");
            }
            _up.Set(status is null ? 0 : 1);
            foreach (var (gauge, read) in _totals)
            {
                if (status is null)
                    gauge.Unpublish();
                else
                    gauge.Set(read(status));
            }
            foreach (var (gauge, read) in _byForwarder)
                SetForwarders(gauge, read, status?.Forwarders ?? []);
        }
    }

    private static void SetForwarders(Gauge gauge, Func<ForwarderStatus, double> read, IReadOnlyList<ForwarderStatus> forwarders)
    {
        foreach (string[] gone in gauge.GetAllLabelValues().Where(labels => forwarders.All(forwarder => forwarder.Name != labels[0])))
            gauge.RemoveLabelled(gone);
        foreach (var forwarder in forwarders)
            gauge.WithLabels(forwarder.Name).Set(read(forwarder));
    }
}
