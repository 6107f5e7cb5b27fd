using EdgeMeters.Gateway.Core;
using EdgeMeters.Gateway.Store;
using EdgeMeters.Wire;

namespace EdgeMeters.Gateway.Tests.Store;

public sealed class HeldRangesTests
{
    private readonly NodeUnderTest _node = new("node-1", 0xA1, NodeUnderTest.Power("M1"));

    [Fact]
    public async Task Whatever_blocks_came_and_in_which_order_it_is_asked_the_first_gap_is_the_first()
    {
        int seed = Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new Random(seed);
        using var store = new StoreUnderTest();
        using var held = new HeldRanges(store.Files);
        var rows = NodeUnderTest.QuarterHours(1, NodeUnderTest.NewYear + 900, [.. Enumerable.Range(1, 200).Select(i => (long?)i)]);
        var trueHeld = new HashSet<uint>();
        for (int i = 0; i < 30; i++)
        {
            int first = random.Next(0, 190);
            var block = _node.BlockFrom(rows, first, random.Next(1, 12));
            await store.AppendAsync(block);
            for (uint sequence = block.First; sequence <= block.Last; sequence++)
                trueHeld.Add(sequence);
            for (int ask = 0; ask < 10; ask++)
            {
                uint from = (uint)random.Next(1, 201);
                uint to = (uint)random.Next((int)from, 201);
                Assert.Equal(Expected(trueHeld, from, to), held.FirstGap("node-1", BlockKind.Readings, 0xA1, from, to));
            }
        }
    }

    [Fact]
    public async Task Events_and_readings_of_each_journal_and_node_count_apart()
    {
        using var store = new StoreUnderTest();
        using var held = new HeldRanges(store.Files);
        await store.AppendAsync(_node.Block(NodeUnderTest.QuarterHours(1, NodeUnderTest.NewYear + 900, 1, 2, 3)));
        Assert.Null(held.FirstGap("node-1", BlockKind.Readings, 0xA1, 1, 3));
        Assert.Equal(new SequenceRange(1, 3), held.FirstGap("node-1", BlockKind.Events, 0xA1, 1, 3));
        Assert.Equal(new SequenceRange(1, 3), held.FirstGap("node-1", BlockKind.Readings, 0xA2, 1, 3));
        Assert.Equal(new SequenceRange(1, 3), held.FirstGap("node-2", BlockKind.Readings, 0xA1, 1, 3));
        Assert.Equal(new SequenceRange(4, 9), held.FirstGap("node-1", BlockKind.Readings, 0xA1, 1, 9));
    }

    private static SequenceRange? Expected(HashSet<uint> held, uint from, uint to)
    {
        while (from <= to && held.Contains(from))
            from++;
        if (from > to)
            return null;
        uint last = from;
        while (last < to && !held.Contains(last + 1))
            last++;
        return new SequenceRange(from, last);
    }
}
