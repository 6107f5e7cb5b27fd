using EdgeMeters.Metering.Bus;
using EdgeMeters.Wire;

namespace EdgeMeters.Firmware.Tests.Core;

/// <summary>An interval has ended and its meters take their time: nothing else waits for them, and nothing of the row is lost.</summary>
public sealed class CollectingTests
{
    private const long StartPulses = 700;

    private readonly VirtualNode _node = new() { MeterWh = null };

    public CollectingTests()
    {
        _node.Core.StepAcquisition();
        _node.Clock.Advance(59_600);
        _node.Counter.Total = 5;
        _node.Core.StepAcquisition();
        Assert.True(_node.Core.Acquisition.IsBusy);
        Assert.Equal(0, _node.Core.Acquisition.RowsAppended);
    }

    [Fact]
    public void Pulses_are_taken_at_the_end_itself_and_later_ones_survive_a_restart_too()
    {
        _node.Counter.Total = 9;
        Finish();
        _node.Start();
        Assert.Equal(StartPulses + 9, _node.Core.StartRegisters[VirtualNode.PulseChannel]);
        _node.Uplink.Connect();
        _node.Run(3);
        Assert.Equal([StartPulses + 5], _node.Gateway.Rows.Values);
    }

    [Fact]
    public void A_supply_that_fails_meanwhile_keeps_what_was_counted_at_once()
    {
        _node.Counter.Total = 9;
        _node.IsSupplyFailing = true;
        _node.Core.StepAcquisition();
        Assert.True(_node.Core.Acquisition.IsBusy);
        _node.Start();
        Assert.Equal(StartPulses + 9, _node.Core.StartRegisters[VirtualNode.PulseChannel]);
    }

    [Fact]
    public void A_stop_that_is_foreseen_keeps_the_row_as_far_as_it_has_come()
    {
        _node.Counter.Total = 9;
        _node.Core.Stop(RestartReason.Host);
        _node.Start();
        Assert.Equal(StartPulses + 9, _node.Core.StartRegisters[VirtualNode.PulseChannel]);
        _node.Uplink.Connect();
        _node.Run(3);
        Assert.Equal([StartPulses + 5], _node.Gateway.Rows.Values);
        Assert.Equal((long)BusResult.NotAsked, Assert.Single(_node.Told(EventCode.MeterSilent)).A);
    }

    [Fact]
    public void A_line_that_never_falls_silent_does_not_keep_the_row_for_ever()
    {
        for (int ms = 0; ms < 130_000; ms += 3)
            _node.Line.Arrive(ms, 0x55);
        Finish();
        Assert.Equal(1, _node.Core.Acquisition.RowsAppended);
        Assert.Equal(1, _node.Core.Acquisition.SilentChannels);
        // Twice the tolerance, half a minute for intervals of a minute, and what was under way.
        Assert.InRange(_node.Clock.UtcMs % 60_000 + (_node.Clock.UtcMs / 60_000 - 30_000_001) * 60_000, 1000, 64_000);
    }

    [Fact]
    public void A_command_to_read_is_answered_when_the_meter_has_answered()
    {
        Finish();
        _node.Uplink.Connect();
        _node.Run(2);
        _node.MeterWh = 5000;
        _node.Send(CommandCode.ReadNow, 1, VirtualNode.ModbusChannel);
        _node.Run(12);
        ToldRead((5000, 0));
    }

    private void ToldRead(params (long A, long B)[] expected) => Assert.Equal(expected, _node.Told(EventCode.RegisterRead).Select(told => (told.A, told.B)));

    private void Finish()
    {
        while (_node.Core.Acquisition.IsBusy)
            _node.Core.StepAcquisition();
    }
}
