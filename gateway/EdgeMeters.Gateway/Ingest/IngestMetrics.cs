using Prometheus;

namespace EdgeMeters.Gateway.Ingest;

/// <summary>What is counted at the gateway's door.</summary>
internal static class IngestMetrics
{
    public static readonly Counter Blocks = Metrics.CreateCounter(
        "edgemeters_ingest_blocks_total", "Blocks taken into custody, by kind and by whether they were held already.", "kind", "known");

    public static readonly Counter Refused = Metrics.CreateCounter(
        "edgemeters_ingest_refused_total", "Publishes and connections refused, by reason.", "reason");

    public static readonly Gauge Connections = Metrics.CreateGauge("edgemeters_ingest_connections", "Nodes connected now.");

    public static readonly Histogram CommitSeconds = Metrics.CreateHistogram(
        "edgemeters_ingest_commit_seconds", "From the arrival of a block to its commit on disk.",
        new HistogramConfiguration { Buckets = Histogram.ExponentialBuckets(0.0005, 2, 14) });
}
