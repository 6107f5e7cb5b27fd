using Prometheus;

namespace EdgeMeters.Gateway.Downlink;

/// <summary>What is counted of the dialogue with nodes.</summary>
public sealed class DownlinkMetrics
{
    public DownlinkMetrics(CollectorRegistry registry)
    {
        var metrics = Metrics.WithCustomRegistry(registry);
        Hellos = metrics.CreateCounter("edgemeters_downlink_hellos_total", "Hellos of nodes.");
        Sent = metrics.CreateCounter("edgemeters_downlink_sent_total", "Documents handed to nodes, by kind; one that is sent again counts again.", "kind");
        NotTaken = metrics.CreateCounter("edgemeters_downlink_not_taken_total", "Documents that a session did not take: too much was under way, or it was over.", "kind");
        TimeWithheld = metrics.CreateCounter("edgemeters_downlink_time_withheld_total", "Hellos that got no time, because nothing keeps the gateway's own clock.");
        Orders = metrics.CreateCounter("edgemeters_downlink_orders_total", "Commands by what became of them.", "state");
        BackfillOrders = metrics.CreateCounter("edgemeters_backfill_orders_total", "Orders to nodes to send again what the log lacks, by kind.", "kind");
        BackfillNotGiven = metrics.CreateCounter(
            "edgemeters_backfill_not_given_total", "Rows of readings, or events, that the log lacks and a node turned out not to have, by kind.", "kind");
        Waits = metrics.CreateCounter("edgemeters_downlink_waits_total", "Hellos answered with: come back later.");
    }

    public Counter Hellos { get; }

    public Counter Sent { get; }

    public Counter NotTaken { get; }

    public Counter TimeWithheld { get; }

    public Counter Orders { get; }

    public Counter BackfillOrders { get; }

    public Counter BackfillNotGiven { get; }

    public Counter Waits { get; }
}
