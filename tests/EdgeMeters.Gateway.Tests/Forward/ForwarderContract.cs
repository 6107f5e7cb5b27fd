using EdgeMeters.Gateway.Core;

namespace EdgeMeters.Gateway.Tests.Forward;

/// <summary>What every forwarder owes the gateway, whatever is behind it.</summary>
public abstract class ForwarderContract
{
    private static readonly TimeSpan CallLimit = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Items_arrive_in_order_and_once_when_all_goes_well()
    {
        await using var headEnd = await StartAsync();
        await using var forwarder = headEnd.Connect();
        string? position = null;
        for (int batch = 0; batch < 5; batch++)
        {
            var result = await SendAsync(forwarder, Items.Range(batch * 100, 100), position);
            Assert.Null(result.Error);
            Assert.All(result.Verdicts, verdict => Assert.Equal(ForwardVerdict.Accepted, verdict));
            position = result.Position;
        }
        Assert.Equal(Items.Keys(Items.Range(0, 500)), await headEnd.KeysAsync());
    }

    [Fact]
    public async Task Every_item_has_a_verdict_of_its_own()
    {
        await using var headEnd = await StartAsync();
        await using var forwarder = headEnd.Connect();
        string? position = null;
        int next = 0;
        foreach (int count in new[] { 1, 2, 63, 64, 65, 1000 })
        {
            var result = await SendAsync(forwarder, Items.Range(next, count), position);
            Assert.Equal(count, result.Verdicts.Count);
            position = result.Position;
            next += count;
        }
        Assert.Equal(Items.Keys(Items.Range(0, next)), await headEnd.KeysAsync());
    }

    [Fact]
    public async Task A_head_end_that_is_away_means_Retry_with_a_reason_and_the_old_position()
    {
        await using var headEnd = await StartAsync();
        await using var forwarder = headEnd.Connect();
        var first = await SendAsync(forwarder, Items.Range(0, 10), null);
        await headEnd.GoAwayAsync();
        var result = await SendAsync(forwarder, Items.Range(10, 10), first.Position);
        Assert.All(result.Verdicts, verdict => Assert.Equal(ForwardVerdict.Retry, verdict));
        Assert.Equal(first.Position, result.Position);
        Assert.False(string.IsNullOrWhiteSpace(result.Error));
    }

    [Fact]
    public async Task What_was_to_be_retried_comes_again_under_the_same_keys_until_all_is_there()
    {
        await using var headEnd = await StartAsync();
        await using var forwarder = headEnd.Connect();
        string? position = await SettleAsync(forwarder, Items.Range(0, 200), null);
        await headEnd.GoAwayAsync();
        await SendAsync(forwarder, Items.Range(200, 200), position);
        await SendAsync(forwarder, Items.Range(200, 200), position);
        await headEnd.ComeBackAsync();
        await SettleAsync(forwarder, Items.Range(200, 200), position);
        Assert.Equal(Items.Keys(Items.Range(0, 400)).Order(), (await headEnd.KeysAsync()).Distinct().Order());
    }

    [Fact]
    public async Task A_forwarder_of_a_new_process_goes_on_from_the_settled_position()
    {
        await using var headEnd = await StartAsync();
        string? position = null;
        for (int run = 0; run < 4; run++)
        {
            await using var forwarder = headEnd.Connect();
            position = await SettleAsync(forwarder, Items.Range(run * 150, 150), position);
        }
        Assert.Equal(Items.Keys(Items.Range(0, 600)), await headEnd.KeysAsync());
    }

    [Fact]
    public async Task A_batch_that_was_taken_but_not_settled_may_come_again_and_is_known_by_its_keys()
    {
        await using var headEnd = await StartAsync();
        string? position;
        await using (var forwarder = headEnd.Connect())
        {
            position = await SettleAsync(forwarder, Items.Range(0, 100), null);
            await SendAsync(forwarder, Items.Range(100, 50), position);
        }
        await using (var forwarder = headEnd.Connect())
            await SettleAsync(forwarder, Items.Range(100, 120), position);
        Assert.Equal(Items.Keys(Items.Range(0, 220)).Order(), (await headEnd.KeysAsync()).Distinct().Order());
    }

    [Fact]
    public async Task Cancellation_ends_the_call_and_the_batch_can_be_sent_afterwards()
    {
        await using var headEnd = await StartAsync();
        await using var forwarder = headEnd.Connect();
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => forwarder.SendAsync(Items.Range(0, 100), null, cancelled.Token).WaitAsync(CallLimit));
        Assert.Empty(await headEnd.KeysAsync());
        await SettleAsync(forwarder, Items.Range(0, 100), null);
        Assert.Equal(Items.Keys(Items.Range(0, 100)), await headEnd.KeysAsync());
    }

    [Fact]
    public async Task Disposing_twice_or_unused_does_no_harm()
    {
        await using var headEnd = await StartAsync();
        var forwarder = headEnd.Connect();
        await forwarder.DisposeAsync();
        await forwarder.DisposeAsync();
        Assert.Empty(await headEnd.KeysAsync());
    }

    private protected abstract Task<IHeadEnd> StartAsync();

    /// <summary>One call, which must come back by itself.</summary>
    private protected static Task<ForwardResult> SendAsync(IForwarder forwarder, ForwardItem[] items, string? position) =>
        forwarder.SendAsync(items, position, CancellationToken.None).WaitAsync(CallLimit);

    /// <summary>Does as the gateway does: settles what lies before the first Retry and sends the rest again. Returns the last position.</summary>
    private protected static async Task<string?> SettleAsync(IForwarder forwarder, ForwardItem[] items, string? position)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(90));
        string? error = null;
        while (items.Length > 0)
        {
            Assert.False(deadline.IsCancellationRequested, $"{items.Length} items are still not taken: {error}");
            var result = await SendAsync(forwarder, items, position);
            int settled = result.Verdicts.TakeWhile(verdict => verdict != ForwardVerdict.Retry).Count();
            if (settled > 0)
                position = result.Position;
            items = items[settled..];
            error = result.Error;
        }
        return position;
    }
}
