using EdgeMeters.Gateway.Core;
using EdgeMeters.Gateway.Core.LoadProfile;
using EdgeMeters.Gateway.Core.Registry;
using EdgeMeters.Gateway.Core.Validation;
using EdgeMeters.Gateway.Registry;
using EdgeMeters.Gateway.Store;
using EdgeMeters.Gateway.Tests.Store;

namespace EdgeMeters.Gateway.Tests.LoadProfile;

/// <summary>Load profiles out of the store: whatever came in whatever order, and what people set.</summary>
public sealed class StoredProfileTests
{
    private const string Code = "1-0:1.8.0";
    private const uint Begin = NodeUnderTest.NewYear;

    private readonly NodeUnderTest _node = new("node-1", 0xA1, NodeUnderTest.Power("M1"));

    [Fact]
    public async Task Late_readings_take_the_place_of_estimates_and_the_profile_made_anew_is_the_same()
    {
        using var store = await FilledAsync();
        await store.AppendAsync([Rows(1, 100, 200), Rows(5, 600)]);
        Assert.Equal([(100L, ProfileSource.Measured), (133, ProfileSource.Interpolated), (133, ProfileSource.Interpolated), (134, ProfileSource.Interpolated)],
            await ProfileAsync(store));
        await store.AppendAsync(Rows(3, 201, 599));
        var truth = await ProfileAsync(store);
        Assert.Equal([100L, 1, 398, 1], truth.Select(i => i.Consumption));
        store.Reopen(removeViews: true);
        Assert.Equal(truth, await ProfileAsync(store));
    }

    [Fact]
    public async Task An_exchange_of_meters_has_one_profile_over_both_with_the_registers_that_the_technician_noted()
    {
        using var store = new StoreUnderTest();
        uint at = Begin + 900 * 2 + 300;
        await RegisterAsync(store, ServiceOf("M1") with { ThroughUtcSeconds = at, EndRegister = 230, MultiplierMillionths = 2 * Service.One },
            ServiceOf("M2") with { AfterUtcSeconds = at, StartRegister = 5, MultiplierMillionths = 3 * Service.One });
        var young = new NodeUnderTest("node-2", 0xB2, NodeUnderTest.Power("M2"));
        await store.AppendAsync([_node.Layout(), Rows(1, 100, 200), young.Layout(), young.Block(NodeUnderTest.QuarterHours(1, Begin + 900 * 3, 45, 50))]);
        Assert.Equal([200L, 30 * 2 + 40 * 3, 15], (await ProfileAsync(store)).Select(i => i.Consumption));
    }

    [Fact]
    public async Task An_edit_stands_beside_what_was_read_says_who_and_why_and_can_be_taken_back()
    {
        using var store = await FilledAsync();
        await store.AppendAsync(Rows(1, 5_000_000, 5_000_100, 60, 160));
        await store.ProjectedAsync();
        Assert.Equal([100L, null, 100], (await ProfileAsync(store)).Select(i => i.Consumption));
        await EditAsync(store, Begin + 900 * 3, 130, null);
        await store.ProjectedAsync();
        Assert.Equal([(100L, ProfileSource.Measured), (130, ProfileSource.Edited), (100, ProfileSource.Measured)], await ProfileAsync(store));
        Assert.Equal([100L, null, 100], store.Profiles.Profile("P", Begin, Begin + 86_400, withEdits: false).Intervals.Select(i => i.Consumption));
        Assert.Equal((Findings.Reset, 130, "Li Lei", "protocol 17"), await LatestAsync(store));
        await EditAsync(store, Begin + 900 * 3, null, null);
        Assert.Equal([100L, null, 100], (await ProfileAsync(store)).Select(i => i.Consumption));
        Assert.Equal([130, null], store.Profiles.Edits("P", Begin, Begin + 86_400).Select(e => e.Interval.Consumption));
        store.Reopen(removeViews: true);
        Assert.Equal([130, null], (await ProjectedAsync(store)).Edits("P", Begin, Begin + 86_400).Select(e => e.Interval.Consumption));
    }

    [Fact]
    public async Task An_edit_over_what_a_late_reading_changes_stays_and_is_told_to_be_outdated()
    {
        using var store = await FilledAsync();
        await store.AppendAsync([Rows(1, 100), Rows(3, 300, 400)]);
        await store.ProjectedAsync();
        await EditAsync(store, Begin + 900 * 2, 90, 100);
        Assert.Equal(Findings.None, (await ProjectedAsync(store)).Profile("P", Begin, Begin + 86_400).Intervals[0].Findings);
        await store.AppendAsync(Rows(2, 290));
        var edited = (await ProjectedAsync(store)).Profile("P", Begin, Begin + 86_400).Intervals[0];
        Assert.Equal((90, ProfileSource.Edited, Findings.EditOutdated), (edited.Consumption, edited.Source, edited.Findings));
    }

    [Fact]
    public async Task A_point_that_is_not_there_has_no_profile_and_one_that_was_never_read_an_empty_one()
    {
        using var store = await FilledAsync();
        await store.ProjectedAsync();
        Assert.Empty(store.Profiles.Profile("P", Begin, Begin + 86_400).Intervals);
        Assert.Throws<KeyNotFoundException>(() => store.Profiles.Profile("Q", Begin, Begin + 86_400));
        Assert.Throws<KeyNotFoundException>(() => store.Profiles.Edits("Q", Begin, Begin + 86_400));
    }

    [Fact]
    public async Task A_range_within_a_long_gap_has_its_part_of_it()
    {
        using var store = await FilledAsync();
        await store.AppendAsync([Rows(1, 0), _node.Block(new NodeRow(2, Begin + 900 + 20 * 86_400, [192_000]))]);
        var day = (await ProjectedAsync(store)).Profile("P", Begin + 10 * 86_400, Begin + 11 * 86_400);
        Assert.Equal((96, 9_600L), (day.Intervals.Count, day.Intervals.Sum(i => i.Consumption)));
    }

    private static Service ServiceOf(string meter) => new("P", meter, Code, "", null, 0, Service.OpenEnd, null, null, Service.One, 0);

    private static Task RegisterAsync(StoreUnderTest store, params Service[] services)
    {
        var registers = services.Select(s => MeterRegister.OfDigits(s.Meter, Code, DialUnit.Find("kWh")!, 0, 0));
        var registry = new PointRegistry([new RegisteredPoint("P", "P", Carrier.Power, PointKind.Billing, "", "", "", PointClass.Household)], [.. registers], services);
        return store.Log.AppendRegistryAsync(RegistryDocument.Of(registry), CancellationToken.None);
    }

    private static Task EditAsync(StoreUnderTest store, uint end, long? consumption, long? replaced) =>
        store.Log.AppendEditAsync(new ProfileEdit("P", [new EditedInterval(end, consumption, replaced)], "Li Lei", "protocol 17"), CancellationToken.None);

    private static async Task<ProfileViews> ProjectedAsync(StoreUnderTest store)
    {
        await store.ProjectedAsync();
        return store.Profiles;
    }

    private static async Task<List<(long? Consumption, ProfileSource Source)>> ProfileAsync(StoreUnderTest store) =>
        [.. (await ProjectedAsync(store)).Profile("P", Begin, Begin + 86_400).Intervals.Select(i => (i.Consumption, i.Source))];

    private static async Task<(Findings, long?, string, string)> LatestAsync(StoreUnderTest store)
    {
        await store.ProjectedAsync();
        var edit = Assert.Single(store.Profiles.Edits("P", Begin, Begin + 86_400));
        var interval = store.Profiles.Profile("P", Begin, Begin + 86_400).Intervals.Single(i => i.EndUtcSeconds == edit.Interval.EndUtcSeconds);
        return (interval.Findings, interval.Consumption, edit.Who, edit.Why);
    }

    private IncomingBlock Rows(uint first, params long?[] registers) => _node.Block(NodeUnderTest.QuarterHours(first, Begin + 900 * first, registers));

    private async Task<StoreUnderTest> FilledAsync()
    {
        var store = new StoreUnderTest();
        await RegisterAsync(store, ServiceOf("M1"));
        await store.AppendAsync(_node.Layout());
        return store;
    }
}
