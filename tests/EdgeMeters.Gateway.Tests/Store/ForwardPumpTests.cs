using System.Collections.Concurrent;
using EdgeMeters.Gateway.Core;
using EdgeMeters.Gateway.Forward;
using EdgeMeters.Gateway.Store;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeMeters.Gateway.Tests.Store;

public sealed class ForwardPumpTests
{
    private readonly NodeUnderTest _node = new("node-1", 0xA1, NodeUnderTest.Power("M1"));

    [Fact]
    public async Task What_was_there_and_what_comes_is_sent_in_order_and_settled()
    {
        using var store = await FilledAsync(10);
        var forwarder = new ScriptedForwarder("utility", ScriptedForwarder.Accept);
        await RunAsync(store, [forwarder], async () =>
        {
            await SettledAsync(store, 10);
            await store.AppendAsync(_node.Block(Quarters(11, 5)));
            await SettledAsync(store, 15);
        });
        Assert.Equal(Keys(1, 15), forwarder.Calls.SelectMany(c => c.Keys));
        Assert.True(forwarder.IsDisposed);
        Assert.Equal([new ForwarderStatus("utility", 15, 0, 0, null)], store.Queries.Status().Forwarders);
    }

    [Fact]
    public async Task Each_item_is_accepted_refused_or_sent_again_as_the_head_end_says()
    {
        using var store = await FilledAsync(20);
        var asked = new ConcurrentDictionary<string, int>();
        // Every fifth is refused; every seventh is to be sent again when it comes first.
        var forwarder = new ScriptedForwarder("utility", (items, position) => new ForwardResult(
            [.. items.Select(i => i.Interval.Id.Sequence % 7 == 0 && asked.AddOrUpdate(i.Key, 1, (_, n) => n + 1) == 1 ? ForwardVerdict.Retry
                : i.Interval.Id.Sequence % 5 == 0 ? ForwardVerdict.Rejected : ForwardVerdict.Accepted)], position, "5 is not welcome"));
        await RunAsync(store, [forwarder], () => SettledAsync(store, 16));
        Assert.Equal(Keys(1, 20).Order(), forwarder.Calls.SelectMany(c => c.Keys).Distinct().Order());
        Assert.Equal((16L, 4L), (store.Queries.Status().Forwarders[0].Settled, store.Queries.Status().Forwarders[0].Rejected));
        // What lies behind an item to be sent again comes again with it, so the order holds.
        Assert.Equal([.. Keys(1, 20), .. Keys(7, 14)], forwarder.Calls.SelectMany(c => c.Keys));
        using var log = store.Files.OpenLogReader();
        using var command = log.CreateCommand();
        command.CommandText = "SELECT destination || ' ' || key || ' ' || reason FROM dead_letter ORDER BY id";
        using var rows = command.ExecuteReader();
        var letters = new List<string>();
        while (rows.Read())
            letters.Add(rows.GetString(0));
        Assert.Equal(new[] { 5, 10, 15, 20 }.Select(i => $"utility {Id(i)}@0 5 is not welcome"), letters);
    }

    [Fact]
    public async Task A_destination_that_hangs_or_throws_holds_up_no_other_and_the_stop()
    {
        using var store = await FilledAsync(10);
        var hanging = new ScriptedForwarder("hanging", ScriptedForwarder.Accept) { Hold = Task.Delay(Timeout.Infinite, TestContext.Current.CancellationToken) };
        var throwing = new ScriptedForwarder("throwing", (_, _) => throw new InvalidOperationException("no such host"));
        var well = new ScriptedForwarder("utility", ScriptedForwarder.Accept);
        await RunAsync(store, [hanging, throwing, well], async () =>
        {
            await SettledAsync(store, 10);
            await store.AppendAsync(_node.Block(Quarters(11, 5)));
            await SettledAsync(store, 15);
            await Deadline.UntilAsync(() => store.Progress.ErrorOf("throwing") != null, "the error to be shown");
        });
        Assert.Equal("no such host", store.Progress.ErrorOf("throwing"));
        Assert.Null(store.Progress.ErrorOf("utility"));
        Assert.True(hanging.IsDisposed && throwing.IsDisposed && well.IsDisposed);
    }

    [Fact]
    public async Task A_destination_that_blocks_its_caller_does_not_hold_up_the_start_of_the_others()
    {
        using var store = await FilledAsync(10);
        using var release = new ManualResetEventSlim();
        var blocking = new ScriptedForwarder("blocking", (items, position) =>
        {
            release.Wait();
            return ScriptedForwarder.Accept(items, position);
        });
        await RunAsync(store, [blocking, new ScriptedForwarder("utility", ScriptedForwarder.Accept)], async () =>
        {
            await SettledAsync(store, 10);
            release.Set();
        });
    }

    [Fact]
    public async Task A_destination_that_is_away_is_sent_the_same_keys_until_it_is_back()
    {
        using var store = await FilledAsync(5);
        int calls = 0;
        var forwarder = new ScriptedForwarder("utility", (items, position) => ++calls <= 2
            ? ForwardResult.AllRetry(items.Count, "not to be kept", "connection refused") : ScriptedForwarder.Accept(items, position));
        await RunAsync(store, [forwarder], async () =>
        {
            await Deadline.UntilAsync(() => store.Progress.ErrorOf("utility") == "connection refused", "the error to be shown");
            await SettledAsync(store, 5);
            // The pump hears of its settlement a moment after it is in the log.
            await Deadline.UntilAsync(() => store.Progress.ErrorOf("utility") == null, "the error to be gone");
        });
        Assert.Equal(3, forwarder.Calls.Count);
        Assert.All(forwarder.Calls, c => Assert.Equal(Keys(1, 5), c.Keys));
        Assert.All(forwarder.Calls, c => Assert.Null(c.Position));
    }

    [Fact]
    public async Task What_was_sent_and_not_settled_before_a_restart_comes_again_under_the_same_keys_with_the_settled_position()
    {
        using var store = await FilledAsync(6);
        await RunAsync(store, [new ScriptedForwarder("utility", ScriptedForwarder.Accept)], () => SettledAsync(store, 6));
        await store.AppendAsync(_node.Block(Quarters(7, 4)));
        var first = new ScriptedForwarder("utility", ScriptedForwarder.Accept) { Hold = Task.Delay(Timeout.Infinite, TestContext.Current.CancellationToken) };
        await RunAsync(store, [first], () => Deadline.UntilAsync(() => first.Calls.Count == 1, "the batch to be sent"));
        store.Reopen();
        var second = new ScriptedForwarder("utility", ScriptedForwarder.Accept);
        await RunAsync(store, [second], () => SettledAsync(store, 10));
        Assert.Equal(Keys(7, 4), first.Calls[0].Keys);
        Assert.Equal(Keys(7, 4), Assert.Single(second.Calls).Keys);
        Assert.Equal(("6", "6"), (first.Calls[0].Position, second.Calls[0].Position));
    }

    [Fact]
    public async Task A_settlement_that_cannot_be_written_is_made_after_the_items_were_sent_again()
    {
        using var store = await FilledAsync(5);
        using (var other = store.Files.OpenLog())
            other.Execute("CREATE TRIGGER refuse BEFORE INSERT ON settlement BEGIN SELECT RAISE(ABORT, 'disk I/O error'); END");
        var forwarder = new ScriptedForwarder("utility", ScriptedForwarder.Accept);
        await RunAsync(store, [forwarder], async () =>
        {
            await Deadline.UntilAsync(() => store.Progress.ErrorOf("utility") != null, "the error to be shown");
            using (var other = store.Files.OpenLog())
                other.Execute("DROP TRIGGER refuse");
            await SettledAsync(store, 5);
        });
        Assert.True(forwarder.Calls.Count >= 2);
        Assert.All(forwarder.Calls, c => Assert.Equal(Keys(1, 5), c.Keys));
        Assert.Equal(5, store.Queries.Status().Forwarders[0].Settled);
    }

    [Fact]
    public async Task An_answer_with_too_few_verdicts_settles_nothing()
    {
        using var store = await FilledAsync(5);
        int calls = 0;
        var forwarder = new ScriptedForwarder("utility", (items, position) => ++calls == 1 ? ForwardResult.AllAccepted(3, "x") : ScriptedForwarder.Accept(items, position));
        await RunAsync(store, [forwarder], () => SettledAsync(store, 5));
        Assert.Equal(2, forwarder.Calls.Count);
        Assert.All(forwarder.Calls, c => Assert.Equal(Keys(1, 5), c.Keys));
    }

    private static string Id(int sequence) => new ReadingId("node-1", 0xA1, (uint)sequence, 0).ToString();

    private static IEnumerable<string> Keys(int firstSequence, int count) => Enumerable.Range(firstSequence, count).Select(i => Id(i) + "@0");

    private static NodeRow[] Quarters(uint firstSequence, int count) => NodeUnderTest.QuarterHours(
        firstSequence, NodeUnderTest.NewYear + 900 * firstSequence, [.. Enumerable.Range((int)firstSequence, count).Select(i => (long?)i)]);

    private static Task SettledAsync(StoreUnderTest store, long accepted) => Deadline.UntilAsync(
        () => store.Queries.Status().Forwarders.Single(f => f.Name == "utility").Settled == accepted, $"{accepted} intervals to be settled");

    private static async Task RunAsync(StoreUnderTest store, ScriptedForwarder[] forwarders, Func<Task> during)
    {
        using var stop = new CancellationTokenSource();
        var pumps = forwarders.Select(f => new ForwardPump(f, store.Files, store.Log, store.Projector, store.Progress, TimeProvider.System, NullLogger.Instance).RunAsync(stop.Token)).ToArray();
        try
        {
            await during();
        }
        finally
        {
            await stop.CancelAsync();
            await Task.WhenAll(pumps).WaitAsync(TimeSpan.FromSeconds(30));
        }
    }

    private async Task<StoreUnderTest> FilledAsync(int readings)
    {
        var store = new StoreUnderTest();
        await store.RegisterAsync(StoreUnderTest.PointOf("P", "M1"));
        await store.AppendAsync(_node.Layout());
        await store.AppendAsync(_node.Block(Quarters(1, readings)));
        await store.ProjectedAsync();
        return store;
    }
}
