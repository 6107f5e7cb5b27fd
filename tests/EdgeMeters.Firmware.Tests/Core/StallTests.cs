
namespace EdgeMeters.Firmware.Tests.Core;

/// <summary>On the ESP32 a TLS handshake stops all managed threads for seconds; the chip's counters and the meter's answer do not wait.</summary>
public sealed class StallTests(ITestOutputHelper output)
{
    private const int StallMs = 8000;
    private const int Intervals = 30;

    [Fact]
    public void No_interval_is_missed_and_no_pulse_lost_whenever_a_stall_comes()
    {
        int late = 0;
        for (int phaseMs = 0; phaseMs < 60_000; phaseMs += 500)
            late += RunWithStallEach(60_000 * 3 + phaseMs);
        output.WriteLine($"{60_000 / 500} runs of {Intervals} intervals, a stall of {StallMs} ms every third minute at another moment: {late} intervals closed late");
        Assert.True(late > 0, "no stall fell upon an interval's end");
    }

    [Fact]
    public void A_stall_in_the_middle_of_a_poll_costs_no_reading()
    {
        VirtualNode node = new();
        node.Uplink.Connect();
        node.Run(50);
        Action<byte[]>? answer = node.Line.Asked;
        int polls = 0;
        node.Line.Asked = frame =>
        {
            answer?.Invoke(frame);
            polls++;
            node.Clock.Advance(StallMs);
        };
        node.Run(120);
        Assert.True(polls >= 2);
        Assert.DoesNotContain(EdgeMeters.Wire.EventCode.MeterSilent, node.Gateway.ToldEvents.Select(e => e.Code));
        Assert.True(node.Gateway.Rows.Count >= 2);
    }

    private static int RunWithStallEach(int everyMs)
    {
        VirtualNode node = new();
        node.Uplink.Connect();
        long nextStallMs = everyMs;
        long started = node.Clock.UtcMs / 60_000;
        int late = 0;
        while (node.Clock.UtcMs / 60_000 < started + Intervals)
        {
            node.Run(1, () => node.Counter.Total += 2);
            if (node.Clock.MonotonicMs < nextStallMs)
                continue;
            nextStallMs += everyMs;
            late += node.Clock.UtcMs / 60_000 != (node.Clock.UtcMs + StallMs) / 60_000 ? 1 : 0;
            node.Clock.Advance(StallMs);
            node.Counter.Total += 2 * StallMs / 1000;
        }
        node.Run(5);
        Assert.Equal(Enumerable.Range(1, Intervals).Select(i => (uint)i), node.Gateway.Rows.Keys.Order());
        Assert.InRange(node.Gateway.Rows[Intervals], 700 + node.Counter.Total - 20, 700 + node.Counter.Total);
        node.Core.Stop(EdgeMeters.Wire.RestartReason.Host);
        long counted = node.Counter.Total;
        node.Start();
        Assert.Equal(700 + counted, node.Core.StartRegisters[VirtualNode.PulseChannel]);
        return late;
    }
}
