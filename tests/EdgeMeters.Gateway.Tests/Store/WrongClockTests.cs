using CsCheck;
using EdgeMeters.Gateway.Core;

namespace EdgeMeters.Gateway.Tests.Store;

/// <summary>A clock that was wrong puts readings on other days than their neighbours; what was consumed follows their sequence all the same.</summary>
public sealed class WrongClockTests
{
    private const uint Hour = 3_600;
    private const uint Day = 86_400;
    private const uint Noon = NodeUnderTest.NewYear + 40 * Day + 12 * Hour;

    private readonly NodeUnderTest _node = new("node-1", 0xA1, NodeUnderTest.Power("M1"));

    private static readonly Gen<(NodeRow[] Rows, int Turn)> Histories = Gen.Select(
        Gen.Frequency((6, Gen.Const(0L)), (1, Gen.Long[-40, 40].Select(days => days * Day)), (1, Gen.Long[-30, 30].Select(hours => hours * Hour))).Array[2, 60],
        Gen.Frequency((4, Gen.Const(true)), (1, Gen.Const(false))).Array[60],
        Gen.Int[0, 59]).Select((shifts, read, turn) =>
        ((NodeRow[])[.. shifts.Select((shift, i) => new NodeRow((uint)i + 1, (uint)(Noon + i * Hour + shift), [read[i] ? 1_000 + 10 * i : null]))], turn % shifts.Length));

    [Fact]
    public async Task A_reading_that_lies_alone_on_another_day_is_the_begin_of_the_next_in_sequence()
    {
        // Row 3 is labelled a day early, row 4 has no register, row 5 lies on the next day: row 5 begins where row 3 ended, not where row 2 did.
        NodeRow[] rows =
        [
            new(1, Noon + 9 * Hour, [10]), new(2, Noon + 10 * Hour, [20]), new(3, Noon + 11 * Hour - Day, [30]),
            new(4, Noon + 12 * Hour, [null]), new(5, Noon + 13 * Hour, [50]), new(6, Noon + 14 * Hour, [60]),
        ];
        using var store = await StoreOfAsync(rows, 0);
        var intervals = (await store.ProjectedAsync()).Intervals("P", 0, uint.MaxValue);
        Assert.Equal([(1u, null), (2, 10), (3, 10), (4, null), (5, 20), (6, 10L)], intervals.OrderBy(i => i.Id.Sequence).Select(i => (i.Id.Sequence, i.Consumption)));
        Assert.Equal(50, intervals.Sum(i => i.Consumption));
        Assert.Equal(IntervalQuality.ClockDoubt, intervals.Single(i => i.Id.Sequence == 3).Quality);
        // When the block comes again nothing changes.
        await store.AppendAsync(_node.Block(rows[2]));
        Assert.Equal(intervals, (await store.ProjectedAsync()).Intervals("P", 0, uint.MaxValue));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(25)]
    public async Task A_reading_that_lies_weeks_away_is_found_wherever_that_is(int daysLate)
    {
        const int PerDay = 4;
        var rows = Enumerable.Range(0, 30 * PerDay)
            .Select(i => new NodeRow((uint)i + 1, NodeUnderTest.NewYear + 3_600 + (uint)(i * 86_400 / PerDay), [i * i])).ToArray();
        rows[9] = rows[9] with { EndUtcSeconds = rows[9].EndUtcSeconds + (uint)(daysLate * 86_400) + 60 };
        using var store = await StoreOfAsync(rows, 0);
        var intervals = (await store.ProjectedAsync()).Intervals("P", 0, uint.MaxValue).ToDictionary(i => i.Id.Sequence);
        for (int i = 1; i < rows.Length; i++)
            Assert.Equal(((uint)i, rows[i].Registers[0] - rows[i - 1].Registers[0]), (intervals[(uint)i + 1].Begin!.Value.Sequence, intervals[(uint)i + 1].Consumption));
    }

    [Fact]
    public void Whatever_days_the_readings_of_a_wrong_clock_lie_on_each_is_measured_from_the_one_before_it_in_sequence()
    {
        Histories.Sample(
            (rows, turn) =>
            {
                using var store = StoreOfAsync(rows, turn).GetAwaiter().GetResult();
                var intervals = store.ProjectedAsync().GetAwaiter().GetResult().Intervals("P", 0, uint.MaxValue).ToDictionary(i => i.Id.Sequence);
                Assert.Equal(rows.Length, intervals.Count);
                NodeRow? before = null;
                foreach (var row in rows)
                {
                    Assert.Equal(before?.Sequence, intervals[row.Sequence].Begin?.Sequence);
                    Assert.Equal(row.Registers[0] - before?.Registers[0], intervals[row.Sequence].Consumption);
                    before = row.Registers[0] == null ? before : row;
                }
            },
            iter: 80);
    }

    /// <param name="turn">The first of the rows to arrive; those before it come after all others.</param>
    private async Task<StoreUnderTest> StoreOfAsync(NodeRow[] rows, int turn)
    {
        var store = new StoreUnderTest();
        await store.RegisterAsync(StoreUnderTest.PointOf("P", "M1"));
        await store.AppendAsync(_node.Layout());
        foreach (var row in rows[turn..].Concat(rows[..turn]))
            await store.AppendAsync(_node.Block(row));
        return store;
    }
}
