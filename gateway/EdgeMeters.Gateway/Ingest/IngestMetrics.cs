using Prometheus;

namespace EdgeMeters.Gateway.Ingest;

/// <summary>What is counted at the gateway's door.</summary>
public sealed class IngestMetrics
{
    public IngestMetrics(CollectorRegistry registry)
    {
        var metrics = Metrics.WithCustomRegistry(registry);
        Blocks = metrics.CreateCounter(
            "edgemeters_ingest_blocks_total", "Blocks taken into custody, by kind and by whether they were held already.", "kind", "known");
        Refused = metrics.CreateCounter("edgemeters_ingest_refused_total", "Publishes and connections refused, by reason.", "reason");
        Connections = metrics.CreateGauge("edgemeters_ingest_connections", "Nodes connected now.");
        CommitSeconds = metrics.CreateHistogram(
            "edgemeters_ingest_commit_seconds", "From the arrival of a block to its commit on disk.",
            new HistogramConfiguration { Buckets = Histogram.ExponentialBuckets(0.0005, 2, 14) });
    }

    public Counter Blocks { get; }

    public Counter Refused { get; }

    public Gauge Connections { get; }

    public Histogram CommitSeconds { get; }
}
