using EdgeMeters.Gateway.Core;
using EdgeMeters.Gateway.Core.Registry;
using EdgeMeters.Gateway.Registry;
using EdgeMeters.Gateway.Store;
using EdgeMeters.Gateway.Tests.Store;

namespace EdgeMeters.Gateway.Tests.Registry;

/// <summary>Readings go to the point that their meter served when they were made, whenever the registry says so and whenever they come.</summary>
public sealed class AssignmentByDateTests
{
    private const string Code = "1-0:1.8.0";
    private const uint Begin = NodeUnderTest.NewYear;

    private readonly NodeUnderTest _old = new("node-1", 0xA1, NodeUnderTest.Power("M1"));
    private readonly NodeUnderTest _new = new("node-1", 0xA1, NodeUnderTest.Power("M2"));

    [Fact]
    public async Task At_an_exchange_the_old_meter_has_its_readings_up_to_its_end_and_the_new_one_from_its_begin()
    {
        using var store = new StoreUnderTest();
        await RegisterAsync(store, Of("P", "M1") with { ThroughUtcSeconds = At(3) }, Of("P", "M2") with { AfterUtcSeconds = At(3) });
        // The node went on under the old serial number for two readings: they are nobody's.
        await store.AppendAsync([_old.Layout(), Readings(_old, 1, 5), _new.Layout(), Readings(_new, 6, 3)]);
        var queries = await store.ProjectedAsync();
        Assert.Equal([1, 2, 3, 6, 7, 8], Sequences(queries, "P"));
        Assert.Equal(("M2", 8L), (queries.Point("P")!.Point.MeterSerial, queries.Point("P")!.Last!.Register));
        Assert.Equal([new UnassignedMeter("M1", Code, "node-1", 5)], queries.UnassignedMeters(100));
        Assert.Equal(["P 1", "P 2", "P 3", "P 6", "P 7", "P 8"], await SentAsync(store));
    }

    [Fact]
    public async Task An_exchange_that_is_entered_days_late_brings_the_new_meters_readings_once_and_nothing_again()
    {
        using var store = new StoreUnderTest();
        await RegisterAsync(store, Of("P", "M1"));
        await store.AppendAsync([_old.Layout(), Readings(_old, 1, 3), _new.Layout(), Readings(_new, 4, 3)]);
        await store.ProjectedAsync();
        Assert.Equal(["P 1", "P 2", "P 3"], await SentAsync(store));
        Assert.Equal([new UnassignedMeter("M2", Code, "node-1", 3)], store.Queries.UnassignedMeters(100));
        await RegisterAsync(store, Of("P", "M1") with { ThroughUtcSeconds = At(3) }, Of("P", "M2") with { AfterUtcSeconds = At(3) });
        Assert.Equal([1, 2, 3, 4, 5, 6], Sequences(await store.ProjectedAsync(), "P"));
        Assert.Equal(["P 4", "P 5", "P 6"], await SentAsync(store));
        Assert.Empty(store.Queries.UnassignedMeters(100));
    }

    [Fact]
    public async Task A_change_from_today_on_leaves_what_was_measured_before_where_it_is_however_late_it_comes()
    {
        using var store = new StoreUnderTest();
        await RegisterAsync(store, Of("P", "M1"));
        await store.AppendAsync([_old.Layout(), Readings(_old, 1, 2)]);
        await RegisterAsync(store, Of("P", "M1") with { ThroughUtcSeconds = At(4) }, Of("Q", "M1") with { AfterUtcSeconds = At(4) });
        await store.AppendAsync(Readings(_old, 3, 4));
        var queries = await store.ProjectedAsync();
        Assert.Equal([1, 2, 3, 4], Sequences(queries, "P"));
        Assert.Equal([5, 6], Sequences(queries, "Q"));
        Assert.Equal(4, queries.Point("P")!.Last!.Register);
        Assert.Equal(["P 1", "P 2", "P 3", "P 4", "Q 5", "Q 6"], await SentAsync(store));
    }

    [Fact]
    public async Task A_multiplier_or_a_name_that_changes_sends_nothing_again()
    {
        using var store = new StoreUnderTest();
        await RegisterAsync(store, Of("P", "M1"));
        await store.AppendAsync([_old.Layout(), Readings(_old, 1, 4)]);
        Assert.Equal(4, (await SentAsync(store)).Length);
        await RegisterAsync(store, Of("P", "M1") with { ThroughUtcSeconds = At(2) },
            Of("P", "M1") with { AfterUtcSeconds = At(2), MultiplierMillionths = 30 * Service.One });
        Assert.Empty(await SentAsync(store));
        Assert.Equal([Service.One, 30 * Service.One], store.Profiles.Services("P").Select(s => s.MultiplierMillionths));
        Assert.Equal([1, 2, 3, 4], Sequences(store.Queries, "P"));
    }

    [Fact]
    public async Task Readings_of_another_node_or_channel_than_the_registrys_are_nobodys()
    {
        using var store = new StoreUnderTest();
        var twoChannels = new NodeUnderTest("node-2", 0xB2, NodeUnderTest.Power("M3"), NodeUnderTest.Power("M1"));
        await RegisterAsync(store, Of("P", "M1") with { Node = "node-1", Channel = 0 }, Of("Q", "M3") with { Node = "node-2", Channel = 1 });
        await store.AppendAsync([_old.Layout(), Readings(_old, 1, 2), twoChannels.Layout()]);
        await store.AppendAsync(twoChannels.Block(new NodeRow(1, At(3), [7, 8]), new NodeRow(2, At(4), [7, 9])));
        var queries = await store.ProjectedAsync();
        Assert.Equal(["node-1", "node-1"], queries.Intervals("P", 0, uint.MaxValue).Select(i => i.Id.Node));
        Assert.Empty(queries.Intervals("Q", 0, uint.MaxValue));
        Assert.Equal(["M1", "M3"], queries.UnassignedMeters(100).Select(m => m.MeterSerial));
        Assert.Equal(["P 1", "P 2"], await SentAsync(store));
        // Corrected, it brings what was kept.
        await RegisterAsync(store, Of("P", "M1") with { Node = "node-1", Channel = 0 }, Of("Q", "M3") with { Node = "node-2", Channel = 0 });
        Assert.Equal(["Q 1", "Q 2"], await SentAsync(store));
    }

    [Fact]
    public async Task A_destination_that_lags_behind_sends_by_the_registry_of_the_time_and_loses_nothing()
    {
        using var store = new StoreUnderTest();
        await RegisterAsync(store, Of("P", "M1"), Of("Q", "M2"));
        var both = new NodeUnderTest("node-1", 0xA1, NodeUnderTest.Power("M1"), NodeUnderTest.Power("M2"));
        await store.AppendAsync([both.Layout(), both.Block(new NodeRow(1, At(1), [1, 1]), new NodeRow(2, At(2), [2, 2]), new NodeRow(3, At(3), [3, 3]))]);
        await store.ProjectedAsync();
        using (var outbox = new Outbox("utility", store.Files))
        {
            var batch = outbox.Next(store.Projector.Entry);
            await store.Log.SettleAsync(new Settlement("utility", batch[3].Entry, batch[3].Items, 4, "", []), CancellationToken.None);
        }
        // While it is in the middle of an entry, one of the entry's points loses its meter from the beginning on.
        await RegisterAsync(store, Of("Q", "M2"));
        Assert.Equal(["Q 2", "Q 3"], await SentAsync(store));
    }

    [Fact]
    public async Task The_projections_are_the_same_when_they_are_made_again()
    {
        using var store = new StoreUnderTest();
        await store.RegisterAsync(StoreUnderTest.PointOf("P", "M1"));
        await store.AppendAsync([_old.Layout(), Readings(_old, 1, 3)]);
        store.Time.Advance(TimeSpan.FromHours(1));
        await store.RegisterAsync(StoreUnderTest.PointOf("P", "M2"));
        await RegisterAsync(store, Of("P", "M1") with { ThroughUtcSeconds = At(3) }, Of("P", "M2") with { AfterUtcSeconds = At(3) });
        await store.AppendAsync([_new.Layout(), Readings(_new, 4, 3)]);
        await RegisterAsync(store, Of("Q", "M2"));
        await store.ProjectedAsync();
        string[] before = store.DumpViews();
        store.Reopen(removeViews: true);
        await store.ProjectedAsync();
        Assert.Equal(before, store.DumpViews());
    }

    [Fact]
    public async Task A_configurations_history_can_be_exported_and_goes_on_as_a_file()
    {
        using var store = new StoreUnderTest();
        await store.RegisterAsync(StoreUnderTest.PointOf("P", "M1"), StoreUnderTest.PointOf("R", "M7"));
        await store.AppendAsync([_old.Layout(), Readings(_old, 1, 3)]);
        store.Time.Advance(TimeSpan.FromSeconds(900 * 3));
        await store.RegisterAsync(StoreUnderTest.PointOf("P", "M2"));
        await store.AppendAsync([_new.Layout(), Readings(_new, 4, 3)]);
        Assert.Equal(6, (await SentAsync(store)).Length);
        var dated = Tables.Right(Tables.Write(store.Queries.Registry().Dated()));
        Assert.Equal(["P"], dated.Points.Select(p => p.Id));
        Assert.Equal([("M1", 0u, Begin + 2_700), ("M2", Begin + 2_700, Service.OpenEnd)],
            dated.Services.Select(s => (s.Meter, s.AfterUtcSeconds, s.ThroughUtcSeconds)));
        await store.Log.AppendRegistryAsync(RegistryDocument.Of(dated), CancellationToken.None);
        Assert.Equal([1, 2, 3, 4, 5, 6], Sequences(await store.ProjectedAsync(), "P"));
        Assert.Empty(await SentAsync(store));
    }

    private static uint At(uint quarter) => Begin + 900 * quarter;

    private static Service Of(string point, string meter) => new(point, meter, Code, "", null, 0, Service.OpenEnd, null, null, Service.One, 0);

    // Register and sequence are the number of the quarter of an hour.
    private static IncomingBlock Readings(NodeUnderTest node, uint first, int count) =>
        node.Block(NodeUnderTest.QuarterHours(first, At(first), [.. Enumerable.Range((int)first, count).Select(i => (long?)i)]));

    private static Task RegisterAsync(StoreUnderTest store, params Service[] services)
    {
        var points = services.Select(s => s.Point).Distinct().Select(id => new RegisteredPoint(id, id, Carrier.Power, PointKind.Billing, "", "", ""));
        var registers = services.Select(s => s.Meter).Distinct().Select(meter => MeterRegister.OfDigits(meter, Code, DialUnit.All[0], 6, 2));
        return store.Log.AppendRegistryAsync(RegistryDocument.Of(new PointRegistry([.. points], [.. registers], services)), CancellationToken.None);
    }

    private static IEnumerable<int> Sequences(ViewQueries queries, string point) =>
        queries.Intervals(point, 0, uint.MaxValue).Select(i => (int)i.Id.Sequence);

    private static async Task<string[]> SentAsync(StoreUnderTest store)
    {
        await store.ProjectedAsync();
        using var outbox = new Outbox("utility", store.Files);
        var sent = new List<string>();
        while (outbox.Next(store.Projector.Entry) is { Count: > 0 } batch)
        {
            sent.AddRange(batch.Select(i => $"{i.Item.Point.Id} {i.Item.Interval.Id.Sequence}"));
            outbox.Settle(batch[^1], null);
            await store.Log.SettleAsync(new Settlement("utility", batch[^1].Entry, batch[^1].Items, batch.Count, "", []), CancellationToken.None);
        }
        return [.. sent];
    }
}
