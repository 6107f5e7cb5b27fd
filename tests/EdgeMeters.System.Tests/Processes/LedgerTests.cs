using System.Globalization;
using EdgeMeters.Gateway.Forward.MqttJson;
using EdgeMeters.Simulation.Processes;
using EdgeMeters.Wire;

namespace EdgeMeters.SystemTests.Processes;

/// <summary>The count at the ends finds what is missing, altered or invented: a count that cannot would prove nothing.</summary>
public sealed class LedgerTests
{
    private const int Rows = 12;
    private const int Acknowledged = 10;

    private readonly LoadNode _node = new(1, 7);

    public LedgerTests()
    {
        _node.MakeRows(Rows);
        _node.Acknowledge(Acknowledged);
    }

    [Fact]
    public void A_log_with_all_that_has_a_receipt_is_right_with_or_without_the_rest()
    {
        Assert.True(InLog(Block(0, 10)).IsRight);
        Assert.True(InLog(Block(0, 6), Block(4, 8)).IsRight);
        Assert.Equal(Rows * LoadNode.Channels, InLog(Block(0, 6), Block(4, 8)).Readings);
    }

    [Fact]
    public void A_log_without_a_row_that_has_a_receipt_misses_its_readings()
    {
        Assert.Equal(LoadNode.Channels, InLog(Block(0, 4), Block(5, 7)).Missing);
    }

    [Fact]
    public void A_register_or_an_end_that_differs_is_altered()
    {
        var register = Block(0, 10);
        register.Registers[3]++;
        register.Qualities[3] = (byte)Quality.Measured;
        Assert.Equal(1, InLog(register).Altered);
        var end = Block(0, 10);
        end.StartUtcSeconds++;
        Assert.Equal(10 * LoadNode.Channels, InLog(end).Altered);
    }

    [Fact]
    public void What_no_node_made_is_invented()
    {
        var beyond = Block(0, 12);
        beyond.FirstSequence += 3;
        beyond.StartUtcSeconds = _node.EndUtcSecondsOf(3);
        Assert.Equal(3 * LoadNode.Channels, InLog(Block(0, 10), beyond).Invented);
        var epoch = Block(0, 2);
        epoch.Epoch++;
        Assert.Equal(2 * LoadNode.Channels, InLog(Block(0, 10), epoch).Invented);
        Assert.Equal(2 * LoadNode.Channels, Ledger.CountInLog([_node], [(_node.Name, Block(0, 10)), ("another", Block(0, 2))]).Invented);
    }

    [Fact]
    public void A_head_end_with_everything_is_right_and_repetitions_are_counted()
    {
        var ledger = new Ledger();
        for (int time = 0; time < 2; time++)
        {
            for (int row = 0; row < Acknowledged; row++)
                Receive(ledger, row);
        }
        Assert.True(ledger.CountAtHeadEnd([_node]).IsRight);
        Assert.Equal(Acknowledged * LoadNode.Channels, ledger.Arrived);
        Assert.Equal(Acknowledged * LoadNode.Channels, ledger.Repeated);
    }

    [Fact]
    public void A_head_end_that_misses_a_row_or_was_told_otherwise_is_not_right()
    {
        var missing = new Ledger();
        for (int row = 1; row < Acknowledged; row++)
            Receive(missing, row);
        Assert.Equal(LoadNode.Channels, missing.CountAtHeadEnd([_node]).Missing);

        var altered = new Ledger();
        for (int row = 0; row < Acknowledged; row++)
            Receive(altered, row, row == 4 ? 1 : 0);
        Assert.Equal(LoadNode.Channels, altered.CountAtHeadEnd([_node]).Altered);

        var contradicted = new Ledger();
        for (int row = 0; row < Acknowledged; row++)
            Receive(contradicted, row);
        Receive(contradicted, 4, 1);
        Assert.Equal(LoadNode.Channels, contradicted.CountAtHeadEnd([_node]).Altered);

        var invented = new Ledger();
        for (int row = 0; row < Acknowledged; row++)
            Receive(invented, row);
        invented.Receive(Message(0, 0, 0) with { Id = new IntervalMessageId(_node.Name, "00000001", 1, 0) });
        Assert.Equal(1, invented.CountAtHeadEnd([_node]).Invented);
    }

    private LedgerCount InLog(params ReadingBlock[] blocks) => Ledger.CountInLog([_node], blocks.Select(b => (_node.Name, b)));

    private ReadingBlock Block(int first, int rows)
    {
        byte[] bytes = _node.Encode(first, rows);
        var block = new ReadingBlock(Limits.ReadingsPerBlockMax);
        Assert.Equal(BlockError.None, new ReadingBlockReader().TryRead(bytes, bytes.Length, block));
        return block;
    }

    private void Receive(Ledger ledger, int row, long added = 0)
    {
        for (int channel = 0; channel < LoadNode.Channels; channel++)
            ledger.Receive(Message(row, channel, added));
    }

    private IntervalMessage Message(int row, int channel, long added)
    {
        long? register = _node.RegisterOf(row, channel);
        return new IntervalMessage(
            $"{row}/{channel}", "P", "P", "power", _node.MeterOf(channel), "1-0:1.8.0", _node.EndOf(row), 900,
            added == 0 ? register : (register ?? 0) + added, null, "Wh", [], [], 0,
            new IntervalMessageId(_node.Name, _node.Epoch.ToString("x8", CultureInfo.InvariantCulture), (uint)row + 1, channel));
    }
}
