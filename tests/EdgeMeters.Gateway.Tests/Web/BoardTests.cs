using EdgeMeters.Gateway.Core;
using EdgeMeters.Gateway.Dashboard;
using EdgeMeters.Wire;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace EdgeMeters.Gateway.Tests.Web;

/// <summary>What the points page says of all points together, of few and of more than anybody waits for.</summary>
public sealed class BoardTests
{
    [Fact]
    public void Points_are_counted_by_what_they_are_and_by_what_is_wrong_with_them()
    {
        var counts = BoardCounts.Of(Street.Build(Street.End), Street.End.AddMinutes(10));
        Assert.Equal([(Carrier.Water, 1), (Carrier.Power, 1), (Carrier.Gas, 1), (Carrier.Heat, 1)], counts.ByCarrier.Select(c => (c.Key, c.Value)).OrderBy(c => c.Key));
        Assert.Equal((4, 0, 1, 2), (counts.Points, counts.Overdue, counts.Never, counts.Attention));
        Assert.Equal([Street.Gas, Street.NeverRead], counts.First.Select(s => s.Point.Id));
        Assert.Single(counts.Unassigned);
        var late = BoardCounts.Of(Street.Build(Street.End), Street.End.AddHours(1));
        Assert.Equal((3, 1, 4), (late.Overdue, late.Never, late.Attention));
    }

    [Fact]
    public void Of_very_many_that_need_attention_all_are_counted_and_the_first_are_kept()
    {
        var queries = Many(BoardCounts.FirstMax + 300);
        var counts = BoardCounts.Of(queries, Street.End);
        Assert.Equal((BoardCounts.FirstMax + 300, BoardCounts.FirstMax), (counts.Attention, counts.First.Count));
        Assert.Equal(queries.Points(PointSearch.All, "", BoardCounts.FirstMax), counts.First);
    }

    [Fact]
    public async Task A_count_that_takes_long_is_not_waited_for_and_comes_when_it_is_done()
    {
        var time = new FakeTimeProvider(Street.End);
        using var gate = new ManualResetEventSlim();
        var source = new BoardSource(new SlowQueries(Street.Build(Street.End), gate), time, NullLogger<BoardSource>.Instance);
        // The status is there at once; the first answer may come before it.
        Task<(BoardSnapshot? Snapshot, string? Failure)> asked = source.LatestAsync();
        // It waits for its second, and no longer.
        await Deadline.UntilAsync(() =>
        {
            time.Advance(TimeSpan.FromSeconds(1));
            if (asked is { IsCompletedSuccessfully: true, Result.Snapshot: null })
                asked = source.LatestAsync();
            return asked.IsCompleted;
        }, "an answer without the count");
        var (snapshot, failure) = await asked;
        Assert.Null(failure);
        Assert.Null(snapshot!.Counts);
        Assert.Equal(Street.Build(Street.End).Status().Readings, snapshot.Status.Readings);
        gate.Set();
        BoardCounts? counts = null;
        await Deadline.UntilAsync(() =>
        {
            time.Advance(TimeSpan.FromSeconds(2));
            counts = source.LatestAsync() is { IsCompletedSuccessfully: true } latest ? latest.Result.Snapshot?.Counts : null;
            return counts != null;
        }, "the count");
        Assert.Equal(4, counts!.Points);
    }

    /// <summary>Points none of which was ever read.</summary>
    internal static MemoryQueries Many(int count)
    {
        var queries = new MemoryQueries();
        for (int n = 0; n < count; n++)
            queries.Add(new MeteringPoint($"P-{n:d3}", $"Point {n}", Carrier.Power, $"{n}", "1-0:1.8.0"), Unit.Wh, Street.PeriodSeconds, []);
        return queries;
    }
}
