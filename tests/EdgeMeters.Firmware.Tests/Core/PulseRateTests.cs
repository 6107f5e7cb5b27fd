using EdgeMeters.Wire;

namespace EdgeMeters.Firmware.Tests.Core;

public sealed class PulseRateTests
{
    [Fact]
    public void Pulses_faster_than_the_contact_are_told_once_with_the_time_they_came_in()
    {
        VirtualNode node = new();
        node.Uplink.Connect();
        node.Run(5);
        node.Counter.Total = 30;
        node.Run(2);
        ToldRate(node, (30, 1000));
        node.Run(5);
        ToldRate(node, (30, 1000));
        Assert.Equal(node.Counter.Total + 700, Counted(node));
    }

    private static void ToldRate(VirtualNode node, params (long, long)[] expected) =>
        Assert.Equal(expected, node.Told(EventCode.PulseRateExceeded).Select(told => (told.A, told.B)));

    private static long Counted(VirtualNode node)
    {
        node.Core.Stop(RestartReason.Host);
        node.Start();
        return node.Core.StartRegisters[VirtualNode.PulseChannel];
    }
}
