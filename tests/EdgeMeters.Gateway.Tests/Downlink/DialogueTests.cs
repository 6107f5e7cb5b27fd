using EdgeMeters.Gateway.Downlink;
using EdgeMeters.Wire;

namespace EdgeMeters.Gateway.Tests.Downlink;

public sealed class DialogueTests : IDisposable
{
    private const string Node = DialogueUnderTest.Node;
    private const uint Start = 0xA1B2C3D4;

    private readonly DialogueUnderTest _one = new();

    public void Dispose() => _one.Dispose();

    [Fact]
    public void A_hello_is_answered_at_once_with_the_time_for_that_hello_of_that_start()
    {
        _one.Connect();
        _one.Say(Start, 7);
        var time = Assert.IsType<TimeAnswer>(Assert.Single(_one.Read()));
        Assert.Equal((Start, 7u, _one.UtcMs), (time.StartNumber, time.HelloNumber, time.UtcMs));
        _one.Time.Advance(TimeSpan.FromHours(4));
        _one.Say(Start, 8);
        time = Assert.IsType<TimeAnswer>(Assert.Single(_one.Read()));
        Assert.Equal((8u, _one.UtcMs), (time.HelloNumber, time.UtcMs));
    }

    [Theory]
    [InlineData(ClockQuality.Holdover)]
    [InlineData(ClockQuality.Unset)]
    public void No_time_is_told_while_nothing_keeps_the_gateways_clock_and_commands_go_all_the_same(ClockQuality quality)
    {
        _one.Quality = quality;
        _one.Connect();
        _one.Say(Start);
        Assert.Empty(_one.Read());
        Assert.Equal(1, _one.Metrics.TimeWithheld.Value);
        var order = _one.Give();
        Assert.Equal([order.Number], _one.ReadCommands());
    }

    [Fact]
    public void A_hello_before_the_subscription_gets_what_waits_but_no_time_that_would_be_late()
    {
        _one.Dialogues.Begin(Node, _one.Session);
        _one.Say(Start);
        var order = _one.Give();
        Assert.False(order.IsSent);
        _one.Dialogues.Open(Node, _one.Session, _one.Take);
        Assert.Equal(order.Number, Assert.IsType<Command>(Assert.Single(_one.Read())).Number);
        Assert.True(_one.OrderOf(order.Number).IsSent);
    }

    [Fact]
    public void A_command_names_the_nodes_start_and_carries_what_was_given()
    {
        _one.Connect();
        _one.Say(Start, lastCommand: 4);
        _one.Read();
        var order = _one.Give(new OrderRequest(CommandCode.AlignRegister, 3, 123456, 123000, 60));
        var sent = Assert.IsType<Command>(Assert.Single(_one.Read()));
        Assert.Equal((Start, order.Number, (byte)CommandCode.AlignRegister, (byte)3, 123456L, 123000L),
            (sent.StartNumber, sent.Number, sent.Code, sent.Channel, sent.A, sent.B));
        Assert.Equal((_one.Time.GetUtcNow(), _one.Time.GetUtcNow().AddSeconds(60)), (order.GivenUtc, order.ExpiresUtc));
    }

    [Fact]
    public void Commands_go_down_one_at_a_time_in_their_order_each_when_the_answer_to_the_one_before_is_in_the_log()
    {
        _one.Connect();
        _one.Say(Start);
        _one.Read();
        var orders = Enumerable.Range(1, 3).Select(i => _one.Give(DialogueUnderTest.Identify(i))).ToList();
        Assert.Equal([orders[0].Number], _one.ReadCommands());
        _one.TellDone(orders[0]);
        Assert.Equal([orders[1].Number], _one.ReadCommands());
        // Answers to others, and other events, move nothing.
        _one.Tell((EventCode.CommandDone, orders[1].Number, 256 * (long)CommandCode.Reboot), (EventCode.Started, orders[1].Number, 1));
        Assert.Empty(_one.Read());
        _one.TellDone(orders[1], CommandOutcome.BadArgument);
        Assert.Equal([orders[2].Number], _one.ReadCommands());
        Assert.Equal(
            [(OrderState.Done, (CommandOutcome?)CommandOutcome.Done), (OrderState.Done, CommandOutcome.BadArgument), (OrderState.Waiting, null)],
            _one.Dialogues.Orders(Node)!.Select(o => (o.State, o.Outcome)));
    }

    [Fact]
    public void A_command_is_sent_again_with_each_hello_until_the_node_has_taken_it()
    {
        _one.Connect();
        _one.Say(Start);
        var order = _one.Give();
        Assert.Equal([order.Number], _one.ReadCommands());
        _one.Say(Start, 2);
        Assert.Equal([order.Number], _one.ReadCommands());
        _one.Connect();
        Assert.Empty(_one.Read());
        _one.Say(Start, 3);
        Assert.Equal([order.Number], _one.ReadCommands());
        // Taken, and not answered yet.
        _one.Say(Start, 4, lastCommand: order.Number);
        Assert.Empty(_one.ReadCommands());
        Assert.Equal(OrderState.Waiting, _one.OrderOf(order.Number).State);
        _one.TellDone(order);
        _one.TellDone(order, CommandOutcome.Unknown);
        Assert.Equal((OrderState.Done, CommandOutcome.Done), (_one.OrderOf(order.Number).State, _one.OrderOf(order.Number).Outcome));
    }

    [Fact]
    public void What_the_session_does_not_take_is_sent_again_with_the_next_hello()
    {
        _one.Connect();
        _one.Say(Start);
        _one.IsDoorOpen = false;
        var order = _one.Give();
        Assert.False(order.IsSent);
        Assert.Equal(1, _one.Metrics.NotTaken.WithLabels(nameof(BlockKind.Command)).Value);
        _one.IsDoorOpen = true;
        _one.Read();
        _one.Say(Start, 2);
        Assert.Equal([order.Number], _one.ReadCommands());
    }

    [Fact]
    public void A_command_expires_by_itself_and_the_next_goes_down_then()
    {
        _one.Connect();
        _one.Say(Start);
        var first = _one.Give(DialogueUnderTest.Identify(expiresSeconds: 600));
        _one.Time.Advance(TimeSpan.FromSeconds(300));
        var second = _one.Give(DialogueUnderTest.Identify(expiresSeconds: 600));
        Assert.Equal([first.Number], _one.ReadCommands());
        _one.Time.Advance(TimeSpan.FromSeconds(299));
        Assert.Empty(_one.ReadCommands());
        Assert.Equal(OrderState.Waiting, _one.OrderOf(first.Number).State);
        // Nobody looks and nobody speaks: time alone does it.
        _one.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal([second.Number], _one.ReadCommands());
        Assert.Equal(OrderState.Expired, _one.OrderOf(first.Number).State);
        _one.Time.Advance(TimeSpan.FromSeconds(300));
        Assert.Equal(OrderState.Expired, _one.OrderOf(second.Number).State);
        _one.Say(Start, 2);
        Assert.Empty(_one.ReadCommands());
        // The link was slow, and the truth is what the node says.
        _one.TellDone(first);
        Assert.Equal(OrderState.Done, _one.OrderOf(first.Number).State);
    }

    [Fact]
    public void A_command_for_a_start_that_is_over_is_withdrawn_and_an_answer_that_was_on_its_way_still_counts()
    {
        _one.Connect();
        _one.Say(Start);
        var sent = _one.Give(new OrderRequest(CommandCode.Reboot, EventBlock.WholeNode, 0, 0, 600));
        var behind = _one.Give();
        _one.Connect();
        _one.Read();
        _one.Say(Start + 1);
        Assert.Empty(_one.ReadCommands());
        Assert.All(_one.Dialogues.Orders(Node)!, o => Assert.Equal(OrderState.Restarted, o.State));
        _one.TellDone(sent);
        Assert.Equal((OrderState.Done, OrderState.Restarted), (_one.OrderOf(sent.Number).State, _one.OrderOf(behind.Number).State));
        Assert.Empty(_one.ReadCommands());
    }

    [Fact]
    public void An_answer_from_an_earlier_start_is_never_taken_for_one_of_this_start()
    {
        _one.Connect();
        _one.Say(Start);
        var before = _one.Give();
        _one.Say(Start + 1);
        var now = _one.Give();
        Assert.True(now.Number > before.Number);
        _one.TellDone(before);
        Assert.Equal((OrderState.Done, OrderState.Waiting), (_one.OrderOf(before.Number).State, _one.OrderOf(now.Number).State));
    }

    [Fact]
    public void Numbers_of_a_gateway_that_was_started_again_are_above_those_of_before()
    {
        _one.Connect();
        _one.Say(Start);
        var before = _one.Give();
        using var again = new DialogueUnderTest();
        again.Time.SetUtcNow(_one.Time.GetUtcNow().AddSeconds(5));
        again.Connect();
        // The node has restarted too, so it does not tell what was taken.
        again.Say(Start + 1);
        Assert.True(again.Give().Number > before.Number);
    }

    [Fact]
    public void A_node_that_was_not_heard_or_is_not_configured_takes_no_commands()
    {
        _one.Connect();
        Assert.Equal((OrderRefusal.NotHeard, null), _one.Dialogues.Give(Node, DialogueUnderTest.Identify()));
        Assert.Equal((OrderRefusal.UnknownNode, null), _one.Dialogues.Give("node-3", DialogueUnderTest.Identify()));
        Assert.Null(_one.Dialogues.Node("node-3"));
        Assert.Null(_one.Dialogues.Orders("node-3"));
    }

    [Fact]
    public void A_node_that_took_the_highest_number_gets_none_until_it_starts_again()
    {
        _one.Connect();
        _one.Say(Start, lastCommand: uint.MaxValue);
        Assert.Equal(OrderRefusal.NumbersUsedUp, _one.Dialogues.Give(Node, DialogueUnderTest.Identify()).Refusal);
        _one.Say(Start + 1);
        _one.Give();
    }

    [Fact]
    public void A_clock_beyond_its_years_uses_up_no_numbers()
    {
        _one.Time.SetUtcNow(new DateTimeOffset(2105, 1, 1, 0, 0, 0, TimeSpan.Zero));
        _one.Connect();
        _one.Say(Start, lastCommand: 9);
        Assert.Equal(10u, _one.Give().Number);
    }

    [Fact]
    public void Sixteen_commands_may_wait_and_no_more_and_a_bounded_number_is_remembered()
    {
        _one.Connect();
        _one.Say(Start);
        for (int i = 0; i < 200; i++)
        {
            while (_one.Dialogues.Node(Node)!.WaitingOrders < DownlinkLimits.OrdersWaitingMax)
                _one.Give();
            Assert.Equal(OrderRefusal.TooMany, _one.Dialogues.Give(Node, DialogueUnderTest.Identify()).Refusal);
            _one.TellDone(_one.Dialogues.Orders(Node)!.First(o => o.State == OrderState.Waiting));
        }
        Assert.Equal(DownlinkLimits.OrdersKeptMax, _one.Dialogues.Orders(Node)!.Count);
        Assert.Equal(DownlinkLimits.OrdersWaitingMax - 1, _one.Dialogues.Orders(Node)!.Count(o => o.State == OrderState.Waiting));
        // The other node has room of its own.
        Assert.Equal(OrderRefusal.NotHeard, _one.Dialogues.Give(DialogueUnderTest.OtherNode, DialogueUnderTest.Identify()).Refusal);
    }

    [Fact]
    public void What_comes_of_a_session_that_is_over_is_not_heard_and_does_not_end_the_one_after_it()
    {
        _one.Connect();
        object former = _one.Session;
        _one.Connect();
        _one.Dialogues.End(Node, former);
        _one.Dialogues.Hear(Node, former, new Hello { StartNumber = 5, Number = 1 });
        _one.Dialogues.Open(Node, former, null);
        Assert.Empty(_one.Read());
        var state = _one.Dialogues.Node(Node)!;
        Assert.Equal((true, true, null), (state.IsConnected, state.IsListening, state.Hello));
        _one.Dialogues.End(Node, _one.Session);
        state = _one.Dialogues.Node(Node)!;
        Assert.Equal((false, false), (state.IsConnected, state.IsListening));
        _one.Say(Start);
        Assert.Empty(_one.Read());
    }

    [Fact]
    public void A_node_is_shown_as_it_said_it_is()
    {
        _one.Connect();
        _one.Say(Start, 1, 0, 12);
        _one.Give();
        var order = _one.Give();
        var state = _one.Dialogues.Node(Node)!;
        Assert.Equal((Node, true, _one.Time.GetUtcNow(), 2, order.Number), (state.Name, state.IsListening, state.HeardUtc, state.WaitingOrders, state.LastOrder!.Number));
        Assert.Equal((Start, 3u, 12u, (byte)1), (state.Hello!.StartNumber, state.Hello.ApplicationVersion, state.Hello.ConfigurationVersion, state.Hello.Board));
        Assert.Equal([Node, DialogueUnderTest.OtherNode], _one.Dialogues.Nodes().Select(n => n.Name));
        Assert.Null(_one.Dialogues.Nodes()[1].Hello);
    }

    [Fact]
    public async Task Commands_given_hellos_said_and_answers_told_at_once_neither_double_a_number_nor_lose_a_command()
    {
        _one.Connect();
        _one.Say(Start);
        _one.Read();
        // Documents are made under the node's lock, so none is mixed up with another; Take is called under it too.
        var given = await Task.WhenAll(Enumerable.Range(0, 8).Select(worker => Task.Run(() =>
        {
            var mine = new List<Order>();
            for (uint i = 0; i < 200; i++)
            {
                var (refusal, order) = _one.Dialogues.Give(Node, DialogueUnderTest.Identify());
                if (refusal == OrderRefusal.None)
                    mine.Add(order!);
                else
                    Assert.Equal(OrderRefusal.TooMany, refusal);
                if (worker == 0)
                    _one.Say(Start, i + 2);
                uint sequence = i;
                foreach (var waiting in _one.Dialogues.Orders(Node)!.Where(o => o.State == OrderState.Waiting && o.IsSent))
                    _one.Dialogues.Tell(DialogueUnderTest.EventsOf(Node, ref sequence, (EventCode.CommandDone, waiting.Number, 256 * (long)waiting.Code)));
            }
            return mine;
        })));
        var numbers = given.SelectMany(g => g).Select(o => o.Number).ToList();
        Assert.True(numbers.Count > DownlinkLimits.OrdersWaitingMax);
        Assert.Equal(numbers.Count, numbers.Distinct().Count());
        var sent = _one.ReadCommands();
        Assert.All(sent, number => Assert.Contains(number, numbers));
        // Whatever was sent again was sent at its place: the numbers never fall.
        Assert.Equal(sent.Order(), sent);
        var waitingNow = _one.Dialogues.Orders(Node)!.Where(o => !o.IsSent).Select(o => o.Number);
        Assert.Equal(numbers.Order(), sent.Distinct().Concat(waitingNow).Order());
    }
}
