using EdgeMeters.Gateway.Core;

namespace EdgeMeters.Gateway.Tests.Store;

/// <summary>Points page by page and by what people remember of them, as if all had been looked through one by one.</summary>
public sealed class PointSearchTests
{
    private static readonly string[] Texts = ["", "p-1", "P-1", "street 3", "STREET", "100%", "%", "_", "a_b", @"\", "水", "M-12", "node-2", "node-", "no such thing", "'"];

    private static readonly MeteringPoint[] Points =
    [
        .. Enumerable.Range(0, 40).Select(n => new MeteringPoint(
            $"P-{n:d2}", n switch { 7 => "100% sure", 8 => "a_b", 9 => @"back\slash", 10 => "it's", 11 => "水表", _ => $"Street {n / 10} House {n}" },
            (Carrier)(n % 4 + 1), $"M-{n:d2}", "1-0:1.8.0")),
    ];

    [Fact]
    public async Task Every_search_finds_what_a_look_at_each_point_would_in_pages_of_any_size()
    {
        using var store = new StoreUnderTest();
        await FillAsync(store);
        var all = (await store.ProjectedAsync()).Points(PointSearch.All, "", int.MaxValue);
        Assert.Equal(Points.Select(p => p.Id), all.Select(s => s.Point.Id));
        Assert.Equal(Points.Length, store.Queries.PointCount());
        foreach (string text in Texts)
        {
            foreach (var carrier in new Carrier?[] { null, Carrier.Water, Carrier.Heat })
            {
                var search = new PointSearch(carrier, text);
                var expected = all.Where(s => Matches(s, search)).ToList();
                Assert.Equal(expected, store.Queries.Points(search, "", int.MaxValue));
                Assert.Equal(expected, Paged(store, search, 1));
                Assert.Equal(expected, Paged(store, search, 7));
            }
        }
    }

    [Fact]
    public async Task Points_that_left_the_registry_are_not_found_and_those_of_a_meter_that_was_taken_down_are()
    {
        using var store = new StoreUnderTest();
        await FillAsync(store);
        await store.RegisterAsync([.. Points.Where(p => p.Id is not "P-03"), new MeteringPoint("P-99", "New", Carrier.Power, "M-99", "1-0:1.8.0")]);
        var queries = await store.ProjectedAsync();
        Assert.Empty(queries.Points(new PointSearch(null, "P-03"), "", 10));
        Assert.Equal(["P-99"], queries.Points(new PointSearch(null, "m-99"), "", 10).Select(s => s.Point.Id));
        Assert.Equal(Points.Length, queries.PointCount());
        Assert.Null(queries.Point("P-03"));
    }

    [Fact]
    public async Task Unassigned_meters_are_as_many_as_were_asked_for()
    {
        using var store = new StoreUnderTest();
        var node = new NodeUnderTest("node-1", 0xA1, NodeUnderTest.Power("X-3"), NodeUnderTest.Power("X-1"), NodeUnderTest.Power("X-2"));
        await store.AppendAsync([node.Layout(), node.Block(new NodeRow(1, NodeUnderTest.NewYear, [1, 2, 3]))]);
        var queries = await store.ProjectedAsync();
        Assert.Equal(["X-1", "X-2"], queries.UnassignedMeters(2).Select(m => m.MeterSerial));
        Assert.Equal(["X-1", "X-2", "X-3"], queries.UnassignedMeters(4).Select(m => m.MeterSerial));
    }

    private static async Task FillAsync(StoreUnderTest store)
    {
        await store.RegisterAsync(Points);
        // Half of the meters were heard of, by two nodes.
        foreach (int number in new[] { 1, 2 })
        {
            var node = new NodeUnderTest($"node-{number}", (uint)number, [.. Points.Where((_, n) => n % 4 == number).Select(p => NodeUnderTest.Power(p.MeterSerial))]);
            await store.AppendAsync([node.Layout(), node.Block(new NodeRow(1, NodeUnderTest.NewYear, [.. Enumerable.Range(0, 10).Select(n => (long)n)]))]);
        }
    }

    private static List<PointStatus> Paged(StoreUnderTest store, PointSearch search, int max)
    {
        var found = new List<PointStatus>();
        for (var page = store.Queries.Points(search, "", max); page.Count > 0; page = store.Queries.Points(search, page[^1].Point.Id, max))
        {
            Assert.InRange(page.Count, 1, max);
            found.AddRange(page);
        }
        return found;
    }

    private static bool Matches(PointStatus status, PointSearch search) =>
        (search.Carrier == null || status.Point.Carrier == search.Carrier)
        && new[] { status.Point.Id, status.Point.Name, status.Point.MeterSerial, status.Node ?? "" }.Any(t => t.Contains(search.Text, StringComparison.OrdinalIgnoreCase));
}
