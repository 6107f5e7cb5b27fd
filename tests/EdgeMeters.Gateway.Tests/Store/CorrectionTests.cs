using EdgeMeters.Gateway.Core;
using EdgeMeters.Gateway.Core.LoadProfile;

namespace EdgeMeters.Gateway.Tests.Store;

/// <summary>Who follows the corrections knows every stretch of a profile that became another.</summary>
public sealed class CorrectionTests : IDisposable
{
    private const uint Begin = NodeUnderTest.NewYear;

    private readonly StoreUnderTest _store = new();
    private readonly NodeUnderTest _node = new("node-1", 0xA1, NodeUnderTest.Power("M1"));

    public void Dispose() => _store.Dispose();

    [Fact]
    public async Task Readings_in_their_order_correct_nothing_and_late_ones_what_lies_between_their_neighbours()
    {
        long known = await FillAsync();
        await _store.AppendAsync([Rows(1, 10, 20), Rows(8, 80, 90)]);
        Assert.Empty((await CorrectionsAsync(known)).Corrections);
        await _store.AppendAsync(Rows(4, 41, 52));
        var page = await CorrectionsAsync(known);
        var correction = Assert.Single(page.Corrections);
        Assert.Equal((CorrectionReason.LateReadings, "P", Begin + 900 * 2, Begin + 900 * 8), (correction.Reason, correction.Point, correction.FromUtcSeconds, correction.ToUtcSeconds));
        Assert.True(page.IsLast);
        Assert.Empty((await CorrectionsAsync(page.NextEntry)).Corrections);
    }

    [Fact]
    public async Task An_edit_and_a_registry_are_corrections_of_the_points_they_touch()
    {
        long known = await FillAsync();
        await _store.AppendAsync(Rows(1, 10, 20, 30));
        var edit = new ProfileEdit("P", [new EditedInterval(Begin + 1800, 5, 10), new EditedInterval(Begin + 2700, 15, 10)], "Li Lei", "protocol 17");
        await _store.Log.AppendEditAsync(edit, CancellationToken.None);
        await _store.RegisterAsync(StoreUnderTest.PointOf("P", "M2"));
        var corrections = (await CorrectionsAsync(known)).Corrections;
        Assert.Equal([CorrectionReason.Edit, CorrectionReason.Registry], corrections.Select(c => c.Reason));
        Assert.Equal(("P", Begin + 1799, Begin + 2700), (corrections[0].Point, corrections[0].FromUtcSeconds, corrections[0].ToUtcSeconds));
        Assert.Equal("P", corrections[1].Point);
    }

    [Fact]
    public async Task Late_readings_that_waited_for_their_layout_are_told_when_it_came()
    {
        await _store.RegisterAsync(StoreUnderTest.PointOf("P", "M1"));
        var other = new NodeUnderTest("node-1", 0xA1, NodeUnderTest.Power("M1"), NodeUnderTest.Power("M2"));
        await _store.AppendAsync([_node.Layout(), Rows(1, 10), Rows(4, 40)]);
        await _store.AppendAsync(other.Block(new NodeRow(2, Begin + 900 * 2, [12, 7]), new NodeRow(3, Begin + 900 * 3, [25, 8])));
        long known = (await CorrectionsAsync(0)).NextEntry;
        await _store.AppendAsync(other.Layout());
        var correction = Assert.Single((await CorrectionsAsync(known)).Corrections);
        Assert.Equal(("P", Begin + 900, Begin + 900 * 4), (correction.Point, correction.FromUtcSeconds, correction.ToUtcSeconds));
        Assert.Equal(known + 1, correction.Entry);
    }

    [Fact]
    public async Task Late_readings_correct_the_shape_of_a_gap_in_the_weeks_behind_them()
    {
        await FillAsync();
        const uint Week = 7 * 96;
        await _store.AppendAsync([Rows(1, [.. Enumerable.Range(1, 8).Select(i => (long?)(i * 10))]), Rows(Week + 1, 5_000), Rows(Week + 9, 5_800, 5_900)]);
        long known = (await CorrectionsAsync(0)).NextEntry;
        var before = _store.Profiles.Profile("P", Begin + 900 * (Week + 1), Begin + 900 * (Week + 9)).Intervals;
        await _store.AppendAsync(Rows(9, 120, 121));
        var corrections = (await CorrectionsAsync(known)).Corrections;
        var after = _store.Profiles.Profile("P", Begin + 900 * (Week + 1), Begin + 900 * (Week + 9)).Intervals;
        Assert.NotEqual(before, after);
        Assert.Equal(800, after.Sum(i => i.Consumption));
        Assert.Contains(corrections, c => c.FromUtcSeconds <= Begin + 900 * (Week + 1) && c.ToUtcSeconds == Begin + 900 * (Week + 9));
    }

    [Fact]
    public async Task Whatever_changes_a_profile_is_told_as_a_correction_of_it()
    {
        await FillAsync();
        var order = new Random(20261123);
        uint[] blocks = [.. Enumerable.Range(0, 24).Select(i => (uint)(1 + 4 * i))];
        order.Shuffle(blocks);
        long known = 0;
        var before = new Dictionary<uint, ProfileInterval>();
        foreach (uint first in blocks)
        {
            await _store.AppendAsync(Rows(first, [.. Enumerable.Range(0, 4).Select(i => (long?)((first + i) * (first + i)))]));
            var page = await CorrectionsAsync(known);
            var after = _store.Profiles.Profile("P", Begin, Begin + 86_400 * 2).Intervals.ToDictionary(i => i.EndUtcSeconds);
            var changed = before.Where(b => !b.Value.Equals(after.GetValueOrDefault(b.Key))).Select(b => b.Key);
            Assert.All(changed, end => Assert.Contains(page.Corrections, c => end > c.FromUtcSeconds && end <= c.ToUtcSeconds));
            (known, before) = (page.NextEntry, after);
        }
    }

    private IncomingBlock Rows(uint first, params long?[] registers) => _node.Block(NodeUnderTest.QuarterHours(first, Begin + 900 * first, registers));

    private async Task<long> FillAsync()
    {
        await _store.RegisterAsync(StoreUnderTest.PointOf("P", "M1"));
        await _store.AppendAsync(_node.Layout());
        return (await CorrectionsAsync(0)).NextEntry;
    }

    private async Task<CorrectionPage> CorrectionsAsync(long since)
    {
        await _store.ProjectedAsync();
        return _store.Profiles.Corrections(since);
    }
}
