using EdgeMeters.Firmware.Tests.Wire;
using EdgeMeters.Wire;

namespace EdgeMeters.Firmware.Tests.Core;

public sealed class CommandTests
{
    private readonly VirtualNode _node = new();

    public CommandTests()
    {
        _node.Uplink.Connect();
        _node.Run(2);
        Assert.NotEqual(0u, _node.Hello.StartNumber);
    }

    [Fact]
    public void Read_now_tells_every_register_and_makes_no_reading()
    {
        _node.Counter.Total = 4;
        uint rows = _node.Core.Journal.NextRow;
        _node.Send(CommandCode.ReadNow, 1);
        _node.Run(3);
        Assert.Equal([(VirtualNode.PulseChannel, 704L, 0L), (VirtualNode.ModbusChannel, 5000L, 0L)], Registers());
        Assert.Equal(rows, _node.Core.Journal.NextRow);
        Assert.Equal([CommandOutcome.Done], Outcomes());
    }

    [Fact]
    public void Read_now_of_a_silent_meter_says_why_there_is_no_register()
    {
        _node.MeterWh = null;
        _node.Send(CommandCode.ReadNow, 1, VirtualNode.ModbusChannel);
        _node.Run(5);
        Assert.Equal([(VirtualNode.ModbusChannel, 0L, 1L)], Registers());
    }

    [Theory]
    [InlineData(CommandCode.ReadNow, 2, 0, 0, CommandOutcome.BadArgument)]
    [InlineData(CommandCode.Resend, 255, 0, 0, CommandOutcome.BadArgument)]
    [InlineData(CommandCode.Resend, 255, 5, 4, CommandOutcome.BadArgument)]
    [InlineData(CommandCode.Resend, 255, 5, -1, CommandOutcome.BadArgument)]
    [InlineData(CommandCode.ResendEvents, 255, 0, 3, CommandOutcome.BadArgument)]
    [InlineData(CommandCode.ResendEvents, 255, 1, 1L << 32, CommandOutcome.BadArgument)]
    [InlineData(CommandCode.SetClock, 255, 1000, 0, CommandOutcome.BadArgument)]
    [InlineData(CommandCode.AlignRegister, 2, 0, 0, CommandOutcome.BadArgument)]
    [InlineData(CommandCode.AlignRegister, 1, -1, 700, CommandOutcome.BadArgument)]
    [InlineData(CommandCode.AlignRegister, 0, 5, 700, CommandOutcome.NotPulses)]
    [InlineData(CommandCode.AlignRegister, 1, 5, 701, CommandOutcome.RegisterMoved)]
    [InlineData(CommandCode.Identify, 255, 0, 0, CommandOutcome.BadArgument)]
    [InlineData(CommandCode.Identify, 255, 3601, 0, CommandOutcome.BadArgument)]
    [InlineData((CommandCode)99, 255, 0, 0, CommandOutcome.Unknown)]
    public void What_cannot_be_done_is_answered_by_name_and_changes_nothing(CommandCode code, byte channel, long a, long b, CommandOutcome expected)
    {
        _node.Send(code, 1, channel, a, b);
        _node.Run(3);
        Assert.Equal([expected], Outcomes());
        Assert.Empty(Registers());
        Assert.Empty(_node.Told(EventCode.RegisterAligned));
        Assert.Empty(_node.Identified);
    }

    [Fact]
    public void A_command_is_carried_out_once_however_often_it_comes()
    {
        for (int i = 0; i < 3; i++)
        {
            _node.Send(CommandCode.Identify, 7, a: 60);
            _node.Run(3);
        }
        _node.Send(CommandCode.Identify, 6, a: 30);
        _node.Run(3);
        Assert.Equal([60], _node.Identified);
        Assert.Single(Outcomes());
    }

    [Fact]
    public void A_command_for_an_earlier_start_is_dropped()
    {
        Command old = new() { StartNumber = _node.Hello.StartNumber, Number = 1, Code = (byte)CommandCode.Identify, Channel = EventBlock.WholeNode, A = 60 };
        _node.Start();
        _node.Run(3);
        _node.Send(old);
        _node.Run(3);
        Assert.Empty(_node.Identified);
        Assert.Empty(Outcomes());
    }

    [Fact]
    public void A_command_under_another_key_or_for_another_node_is_dropped()
    {
        Command command = new() { StartNumber = _node.Hello.StartNumber, Number = 1, Code = (byte)CommandCode.Identify, Channel = EventBlock.WholeNode, A = 60 };
        _node.Send(command, new BlockEnvelope(new HmacBlockMac(new byte[32], "node2")));
        byte[] otherKey = new byte[32];
        otherKey[31] = 1;
        _node.Send(command, new BlockEnvelope(new HmacBlockMac(otherKey, "node")));
        _node.Run(3);
        Assert.Empty(_node.Identified);
        _node.Send(command);
        _node.Run(3);
        Assert.Equal([60], _node.Identified);
    }

    [Fact]
    public void An_aligned_register_goes_on_from_the_dial_also_after_a_restart()
    {
        _node.Counter.Total = 5;
        _node.Send(CommandCode.AlignRegister, 1, VirtualNode.PulseChannel, 900, 703);
        _node.Run(3, () => _node.Counter.Total++);
        Assert.Equal([CommandOutcome.Done], Outcomes());
        var aligned = Assert.Single(_node.Told(EventCode.RegisterAligned));
        // The wheel has turned on since dial and register were looked at.
        Assert.Equal(900 + aligned.A - 703, aligned.B);
        _node.Run(15);
        long register = _node.Core.Journal.IsRestored(VirtualNode.PulseChannel) ? 0 : 900 - 703 + 700 + _node.Counter.Total;
        _node.Start();
        Assert.Equal(register, _node.Core.StartRegisters[VirtualNode.PulseChannel]);
    }

    [Theory]
    [InlineData(900)]
    [InlineData(650)]
    public void An_order_that_was_made_before_an_alignment_does_not_align_a_second_time(long dial)
    {
        _node.Counter.Total = 5;
        _node.Send(CommandCode.AlignRegister, 1, VirtualNode.PulseChannel, dial, 705);
        _node.Run(3);
        _node.Send(CommandCode.AlignRegister, 2, VirtualNode.PulseChannel, dial, 705);
        _node.Run(3);
        Assert.Equal([CommandOutcome.Done, CommandOutcome.RegisterMoved], Outcomes());
        Assert.Equal(dial, Assert.Single(_node.Told(EventCode.RegisterAligned)).B);
    }

    [Fact]
    public void Resent_rows_come_again_and_are_the_same()
    {
        _node.Run(600);
        Assert.All(_node.Gateway.RowsTaken.Values, times => Assert.Equal(1, times));
        uint last = _node.Core.Journal.ReleasedRow;
        _node.Send(CommandCode.Resend, 1, a: 4);
        _node.Run(5);
        for (uint row = 1; row <= last; row++)
            Assert.Equal(row < 4 ? 1 : 2, _node.Gateway.RowsTaken[row]);
        _node.Run(60);
        Assert.Equal(1, _node.Gateway.RowsTaken[last + 1]);
        Assert.Equal([CommandOutcome.Done], Outcomes());
    }

    [Fact]
    public void Resent_rows_end_with_the_last_one_that_was_ordered_and_a_hello_says_that_it_is_over()
    {
        _node.Run(600);
        uint hellos = _node.Hello.Number;
        uint last = _node.Core.Journal.ReleasedRow;
        Assert.True(last >= 8, "too few rows to resend a part of them");
        _node.Send(CommandCode.Resend, 1, a: 3, b: 6);
        _node.Run(5);
        for (uint row = 1; row <= last; row++)
            Assert.Equal(row is >= 3 and <= 6 ? 2 : 1, _node.Gateway.RowsTaken[row]);
        Assert.Equal((hellos + 1, false), (_node.Hello.Number, _node.Hello.IsResending));
    }

    [Fact]
    public void Resent_events_come_again_and_are_the_same()
    {
        _node.Run(60);
        Assert.Equal(2u, _node.Core.Journal.ReleasedEvent);
        _node.Send(CommandCode.ResendEvents, 1, a: 2, b: 2);
        _node.Run(5);
        // The answer to an order is an event too.
        Assert.Equal([1, 2, 1], new uint[] { 1, 2, 3 }.Select(sequence => _node.Gateway.EventsTaken[sequence]));
        _node.Send(CommandCode.ResendEvents, 2, a: 1);
        _node.Run(5);
        Assert.Equal([2, 3, 2], new uint[] { 1, 2, 3 }.Select(sequence => _node.Gateway.EventsTaken[sequence]));
        Assert.Equal([CommandOutcome.Done, CommandOutcome.Done], Outcomes());
    }

    [Fact]
    public void A_hello_tells_what_the_journal_holds_and_what_was_released()
    {
        _node.Run(200);
        _node.Uplink.Connect();
        _node.Run(2);
        Assert.Equal((_node.Core.Journal.Epoch, 1u, 1u), (_node.Hello.Epoch, _node.Hello.OldestRow, _node.Hello.OldestEvent));
        Assert.Equal((_node.Core.Journal.NextRow - 1, _node.Core.Journal.NextEvent - 1), (_node.Hello.ReleasedRow, _node.Hello.ReleasedEvent));
    }

    [Fact]
    public void Resend_of_rows_that_are_not_released_sends_nothing_twice()
    {
        _node.Send(CommandCode.Resend, 1, a: 1000);
        _node.Run(300);
        Assert.All(_node.Gateway.RowsTaken.Values, times => Assert.Equal(1, times));
    }

    [Fact]
    public void Reboot_is_answered_before_it_is_done()
    {
        _node.Send(CommandCode.Reboot, 1);
        _node.Core.StepUplink();
        _node.Core.StepAcquisition();
        Assert.Equal([RestartReason.Command], _node.Restarts);
        _node.Core.Stop(RestartReason.Command);
        _node.Start();
        _node.Run(3);
        Assert.Equal([CommandOutcome.Done], Outcomes());
        Assert.Equal((long)RestartReason.Command, Assert.Single(_node.Told(EventCode.Stopping)).A);
    }

    [Fact]
    public void The_self_test_says_how_many_lines_passed()
    {
        _node.Send(CommandCode.SelfTest, 1);
        _node.Run(3);
        var told = Assert.Single(_node.Told(EventCode.SelfTestDone));
        Assert.Equal((41, 1), (told.A, told.B));
    }

    [Fact]
    public void The_clock_is_set_on_command_and_it_is_told()
    {
        long utcMs = _node.Clock.UtcMs + 3_600_000;
        _node.Send(CommandCode.SetClock, 1, a: utcMs);
        _node.Run(3);
        Assert.Equal([CommandOutcome.Done], Outcomes());
        Assert.Equal(utcMs / 1000, Assert.Single(_node.Told(EventCode.ClockSet)).B);
        _node.IsClockSettable = false;
        _node.Send(CommandCode.SetClock, 2, a: utcMs);
        _node.Run(3);
        Assert.Equal([CommandOutcome.Done, CommandOutcome.NotSettable], Outcomes());
    }

    private IEnumerable<(byte, long, long)> Registers() => _node.Told(EventCode.RegisterRead).Select(e => (e.Channel, e.A, e.B));

    private IEnumerable<CommandOutcome> Outcomes() => _node.Told(EventCode.CommandDone).Select(e => (CommandOutcome)(e.B % 256));
}
