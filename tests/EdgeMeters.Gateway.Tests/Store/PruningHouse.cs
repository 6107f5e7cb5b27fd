using EdgeMeters.Gateway.Core;
using EdgeMeters.Gateway.Core.Validation;
using EdgeMeters.Gateway.Store;

namespace EdgeMeters.Gateway.Tests.Store;

/// <summary>A store with a head-end behind it, from which plain readings go when it is told to.</summary>
internal sealed class PruningHouse : IDisposable
{
    private readonly Dictionary<ReadingId, ForwardItem> _taken = [];

    public StoreUnderTest Store { get; } = new();

    /// <summary>The latest that the head-end was told of each interval.</summary>
    public IReadOnlyDictionary<ReadingId, ForwardItem> Taken => _taken;

    /// <summary>Sends all there is to the head-end.</summary>
    /// <param name="batches">So many batches at most.</param>
    public async Task ForwardAsync(int batches = int.MaxValue)
    {
        await Store.ProjectedAsync();
        using var outbox = new Outbox("utility", Store.Files);
        for (; batches > 0 && outbox.Next(Store.Projector.Entry) is { Count: > 0 } batch; batches--)
        {
            foreach (var item in batch.Select(i => i.Item).Where(IsNews))
                _taken[item.Interval.Id] = item;
            await Store.Log.SettleAsync(new Settlement("utility", batch[^1].Entry, batch[^1].Items, batch.Count, null, []), CancellationToken.None);
            outbox.Settle(batch[^1], null);
        }
        Store.Progress.Set("utility", outbox.Reached, null);
    }

    /// <summary>Lets go what is older than so long and settled.</summary>
    /// <returns>The readings that went.</returns>
    public async Task<long> PruneAsync(TimeSpan keep, TimeSpan slack = default, bool isClockRight = true)
    {
        var pruner = new Pruner(
            Store.Files, () => Store.Progress.ReachedByAll(Store.Projector.Entry), RuleBook.Usual, Store.Time, () => isClockRight, keep, slack);
        long readings = 0;
        while (pruner.Next() is { } batch)
        {
            if (!await pruner.PruneAsync(Store.Log, batch, CancellationToken.None))
                break;
            readings += batch.Pruning.Readings;
        }
        await Store.ProjectedAsync();
        return readings;
    }

    public void Dispose() => Store.Dispose();

    private bool IsNews(ForwardItem item) => !_taken.TryGetValue(item.Interval.Id, out var known) || known.Revision < item.Revision;
}
