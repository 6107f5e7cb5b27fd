using EdgeMeters.Wire;

namespace EdgeMeters.Firmware.Tests.Core;

public sealed class NodeCoreTests
{
    private readonly VirtualNode _node = new();

    [Fact]
    public void A_start_says_what_runs()
    {
        _node.Uplink.Connect();
        _node.Run(2);
        var running = Assert.Single(_node.Told(EventCode.Running));
        Assert.Equal((100, 3), (running.A, running.B));
        Assert.Equal((100u, 3u), (_node.Hello.ApplicationVersion, _node.Hello.ConfigurationVersion));
    }

    [Fact]
    public void A_failing_supply_keeps_what_was_counted_at_once()
    {
        _node.Run(3);
        _node.Counter.Total = 9;
        _node.IsSupplyFailing = true;
        _node.Core.StepAcquisition();
        _node.Start();
        Assert.Equal(709, _node.Core.StartRegisters[VirtualNode.PulseChannel]);
    }

    [Fact]
    public void A_supply_that_comes_back_is_told_with_its_time()
    {
        _node.Uplink.Connect();
        _node.IsSupplyFailing = true;
        _node.Run(4);
        _node.IsSupplyFailing = false;
        _node.Run(2);
        Assert.Single(_node.Told(EventCode.SupplyFailing));
        Assert.Equal(4000, Assert.Single(_node.Told(EventCode.SupplyBack)).A);
    }

    [Fact]
    public void A_restart_states_at_most_what_the_contact_can_have_made_since_the_checkpoint()
    {
        _node.Uplink.Connect();
        _node.Run(30, () => _node.Counter.Total += 3);
        long counted = 700 + _node.Counter.Total;
        _node.Start();
        long missing = counted - _node.Core.StartRegisters[VirtualNode.PulseChannel];
        Assert.InRange(missing, 0, _node.Core.MissingPulsesMax(VirtualNode.PulseChannel));
        _node.Run(2);
        Assert.Equal(_node.Core.MissingPulsesMax(VirtualNode.PulseChannel), Assert.Single(_node.Told(EventCode.PulsesInDoubt)).A);
    }
}
