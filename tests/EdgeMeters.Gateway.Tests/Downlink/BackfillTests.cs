using EdgeMeters.Gateway.Core;
using EdgeMeters.Gateway.Downlink;
using EdgeMeters.Wire;

namespace EdgeMeters.Gateway.Tests.Downlink;

/// <summary>What the log lacks of a node's journal is ordered again: one order at a time, once a session, and nobody's command waits for it.</summary>
public sealed class BackfillTests : IDisposable
{
    private const string Node = DialogueUnderTest.Node;
    private const uint Start = 0xBEEF;
    private const uint Epoch = 0xE1;

    private readonly HeldSequences _held = new();
    private readonly DialogueUnderTest _one;
    private uint _number;

    public BackfillTests()
    {
        _one = new DialogueUnderTest(_held);
        _one.Connect();
    }

    public void Dispose() => _one.Dispose();

    [Fact]
    public void A_node_of_which_all_is_held_is_asked_for_nothing()
    {
        _held.Add(BlockKind.Readings, Epoch, 1, 100);
        _held.Add(BlockKind.Events, Epoch, 1, 7);
        Say(rows: (1, 100), events: (1, 7));
        Assert.Empty(Commands());
        // A journal that holds nothing that was released, and one that is new.
        Say(rows: (101, 100), events: (8, 7));
        Say(rows: (1, 0), events: (1, 0));
        Assert.Empty(Commands());
    }

    [Fact]
    public void A_blank_gateway_orders_the_events_and_then_the_rows_each_once_the_order_before_is_over()
    {
        Say(rows: (5, 100), events: (2, 7));
        var events = Assert.Single(Commands());
        Assert.Equal((CommandCode.ResendEvents, 2L, 7L), ((CommandCode)events.Code, events.A, events.B));
        Assert.Equal((BlockKind.Events, new SequenceRange(2, 7)), (State().Kind!.Value, State().Range!.Value));

        TellDone(events);
        Say(rows: (5, 100), events: (2, 8), isResending: true, lastCommand: events.Number);
        Assert.Empty(Commands());
        _held.Add(BlockKind.Events, Epoch, 2, 8);
        Say(rows: (5, 100), events: (2, 8), lastCommand: events.Number);
        var rows = Assert.Single(Commands());
        Assert.Equal((CommandCode.Resend, 5L, 100L), ((CommandCode)rows.Code, rows.A, rows.B));

        TellDone(rows);
        _held.Add(BlockKind.Readings, Epoch, 5, 100);
        Say(rows: (5, 110), events: (2, 8), lastCommand: rows.Number);
        Assert.Equal((101L, 110L), Range(Assert.Single(Commands())));
    }

    [Fact]
    public void Gaps_are_ordered_one_after_the_other_the_oldest_first()
    {
        _held.Add(BlockKind.Readings, Epoch, 1, 10);
        _held.Add(BlockKind.Readings, Epoch, 21, 30);
        _held.Add(BlockKind.Readings, Epoch, 41, 50);
        Say(rows: (1, 50));
        var first = Assert.Single(Commands());
        Assert.Equal((11L, 20L), Range(first));
        TellDone(first);
        _held.Add(BlockKind.Readings, Epoch, 11, 20);
        Say(rows: (1, 50), lastCommand: first.Number);
        Assert.Equal((31L, 40L), Range(Assert.Single(Commands())));
    }

    [Fact]
    public void What_a_node_cannot_give_is_counted_and_asked_for_once_a_session()
    {
        Say(rows: (1, 50));
        var order = Assert.Single(Commands());
        TellDone(order);
        // Row 20 is damaged in its journal.
        _held.Add(BlockKind.Readings, Epoch, 1, 19);
        _held.Add(BlockKind.Readings, Epoch, 21, 50);
        for (int i = 0; i < 3; i++)
            Say(rows: (1, 50), lastCommand: order.Number);
        Assert.Empty(Commands());
        Assert.Equal((null, 1L), (State().Range, State().ReadingsNotGiven));
        Assert.Equal(1, _one.Metrics.BackfillNotGiven.WithLabels(nameof(BlockKind.Readings)).Value);

        _one.Connect();
        Say(rows: (1, 50), lastCommand: order.Number);
        Assert.Equal((20L, 20L), Range(Assert.Single(Commands())));
    }

    [Fact]
    public void A_node_that_knows_no_such_command_is_not_asked_again()
    {
        Say(rows: (1, 50));
        var order = Assert.Single(Commands());
        TellDone(order, CommandOutcome.Unknown);
        Say(rows: (1, 50), lastCommand: order.Number);
        Assert.Empty(Commands());
        Assert.Equal(50, State().ReadingsNotGiven);
    }

    [Fact]
    public void An_order_goes_on_over_a_lost_session_and_is_not_given_twice()
    {
        Say(rows: (1, 50));
        var order = Assert.Single(Commands());
        TellDone(order);
        _one.Connect();
        Say(rows: (1, 50), lastCommand: order.Number, isResending: true);
        Assert.Empty(Commands());
        _held.Add(BlockKind.Readings, Epoch, 1, 50);
        Say(rows: (1, 50), lastCommand: order.Number);
        Assert.Empty(Commands());
        Assert.Equal((null, 0L), (State().Range, State().ReadingsNotGiven));
    }

    [Fact]
    public void An_order_that_a_restart_of_the_node_cut_short_is_given_to_the_next_start()
    {
        Say(rows: (1, 50));
        TellDone(Assert.Single(Commands()));
        _held.Add(BlockKind.Readings, Epoch, 1, 20);
        _one.Connect();
        Say(rows: (1, 50), start: Start + 1);
        Assert.Equal((21L, 50L), Range(Assert.Single(Commands())));
    }

    [Fact]
    public void A_command_that_somebody_gives_goes_down_while_rows_are_sent_again()
    {
        Say(rows: (1, 50));
        TellDone(Assert.Single(Commands()));
        var order = _one.Give();
        Assert.Equal([order.Number], _one.ReadCommands());
        Assert.Equal(1, _one.Dialogues.Node(Node)!.WaitingOrders);
        Assert.Equal(order.Number, _one.Dialogues.Node(Node)!.LastOrder!.Number);
    }

    [Fact]
    public void An_order_waits_for_the_commands_that_somebody_gave_before()
    {
        Say();
        Commands();
        var order = _one.Give();
        Say(rows: (1, 50));
        Assert.All(Commands(), command => Assert.Equal((byte)CommandCode.Identify, command.Code));
        _one.TellDone(order);
        Assert.Equal((1L, 50L), Range(Assert.Single(Commands())));
    }

    [Fact]
    public void While_a_node_sends_again_for_somebody_else_nothing_is_ordered()
    {
        Say(rows: (1, 50), isResending: true);
        Assert.Empty(Commands());
        Say(rows: (1, 50));
        Assert.Single(Commands());
    }

    [Fact]
    public void A_journal_that_was_made_anew_is_another_one()
    {
        Say(rows: (1, 50));
        var order = Assert.Single(Commands());
        TellDone(order);
        _held.Add(BlockKind.Readings, Epoch, 1, 50);
        _one.Say(HelloOf(Start + 1, 0, (1, 9), (1, 0), false, epoch: Epoch + 1));
        Assert.Equal((1L, 9L), Range(Assert.Single(Commands())));
    }

    [Fact]
    public void A_node_that_listens_only_after_its_hello_gets_the_order_then()
    {
        var session = new object();
        _one.Dialogues.Begin(Node, session);
        _one.Dialogues.Hear(Node, session, HelloOf(Start, 0, (1, 50), (1, 0), false));
        Assert.Empty(Commands());
        _one.Dialogues.Open(Node, session, _one.Take);
        Assert.Single(Commands());
    }

    private BackfillState State() => _one.Dialogues.Node(Node)!.Backfill;

    private void Say((uint Oldest, uint Released)? rows = null, (uint Oldest, uint Released)? events = null, bool isResending = false, uint lastCommand = 0, uint start = Start) =>
        _one.Say(HelloOf(start, lastCommand, rows ?? (1, 0), events ?? (1, 0), isResending));

    private Hello HelloOf(uint start, uint lastCommand, (uint Oldest, uint Released) rows, (uint Oldest, uint Released) events, bool isResending, uint epoch = Epoch) => new()
    {
        StartNumber = start, Number = ++_number, LastCommand = lastCommand, ApplicationVersion = 3, Epoch = epoch,
        OldestRow = rows.Oldest, ReleasedRow = rows.Released, OldestEvent = events.Oldest, ReleasedEvent = events.Released, IsResending = isResending,
    };

    private Command[] Commands() => [.. _one.Read().OfType<Command>()];

    private void TellDone(Command command, CommandOutcome outcome = CommandOutcome.Done) => _one.TellDone(_one.OrderOf(command.Number), outcome);

    private static (long, long) Range(Command command) => (command.A, command.B);
}
