using EdgeMeters.Metering.Ports;
using EdgeMeters.Metering.Pulse;

namespace EdgeMeters.Metering.SelfTest;

/// <summary>From edges to pulses, and from a counter that wraps to a register that does not.</summary>
internal static class PulseChecks
{
    public static void Run(SelfTestReport report)
    {
        Widths(report);
        Register(report);
    }

    // A hundred closures that bounce at both edges, and a glitch after each third that is too short to count.
    private static void Widths(SelfTestReport report)
    {
        PulseWidthFilter filter = new PulseWidthFilter(PulseWidthFilter.ReedMicrosecondsMin, PulseWidthFilter.S0MicrosecondsMin);
        SelfTestEntropy entropy = new SelfTestEntropy(3);
        long now = 4294967000;
        filter.Edge(false, now);
        for (int pulse = 0; pulse < 100; pulse++)
        {
            now = Bounce(filter, entropy, true, now + 60000);
            now = Bounce(filter, entropy, false, now + 60000);
            if (pulse % 3 != 0)
                continue;
            filter.Edge(true, now + 30000);
            filter.Edge(false, now + 30000 + 19999);
            now += 50000;
        }
        report.Number("pulses before settling", filter.Total, 100);
        filter.Edge(true, now + 60000);
        filter.Settle(now + 60000 + 19999);
        report.Number("pulse not yet wide", filter.Total, 100);
        filter.Settle(now + 60000 + 20000);
        report.Number("pulse wide enough", filter.Total, 101);
        report.Number("microseconds gone", now, 4309099210);
    }

    private static long Bounce(PulseWidthFilter filter, SelfTestEntropy entropy, bool active, long now)
    {
        int edges = (int)(entropy.NextUInt32() % 4) * 2 + 1;
        for (int i = 0; i < edges; i++)
        {
            filter.Edge(active == (i % 2 == 0), now);
            now += entropy.NextUInt32() % 1000;
        }
        return now;
    }

    private static void Register(SelfTestReport report)
    {
        SelfTestCounter counter = new SelfTestCounter();
        PulseAccumulator pulses = new PulseAccumulator(counter, 4294967290, PulseAccumulator.PulsesPerSecondMax, 0);
        string told = "";
        long[] totals = new long[] { 3, 22, 22, 10000, 10000, 5, 6, 7, 8 };
        for (int i = 0; i < totals.Length; i++)
        {
            counter.Total = totals[i];
            counter.IsHighOnce = i == 1;
            told = SelfTestReport.And(told, pulses.Advance(1000 * (i + 1)).ToString() + (pulses.WasCleared ? "c" : ""));
        }
        report.Text("pulses added", told, "3 19 0 -1 -1 0 0 7c 1");
        counter.IsGone = true;
        told = pulses.Advance(700000).ToString() + " " + ((int)pulses.Result).ToString() + " " + (pulses.IsGone ? "none" : "read");
        report.Text("counter gone", told, "0 16 none");
        counter.IsGone = false;
        counter.Total = 4;
        pulses.Advance(701000);
        report.Number("register goes on", pulses.Register, 4294967324);
        report.Number("clearing is told", pulses.WasCleared ? 1 : 0, 1);
    }

    private sealed class SelfTestCounter : IPulseCounter
    {
        public long Total;
        public bool IsHighOnce;
        public bool IsGone;

        public long ReadTotal()
        {
            if (IsGone)
                throw new DeviceException("gone");
            bool isHigh = IsHighOnce;
            IsHighOnce = false;
            return isHigh ? Total + 32767 : Total;
        }
    }
}
