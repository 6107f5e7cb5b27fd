using EdgeMeters.Gateway.Core;
using EdgeMeters.Gateway.Store;

namespace EdgeMeters.Gateway.Forward;

/// <summary>Brings the log to one destination. Each destination has its own pump, so that a sick one harms no other.</summary>
public sealed class ForwardPump(
    IForwarder forwarder, StoreFiles files, LogStore log, Projector projector, ForwarderProgress progress, ILogger logger)
{
    private static readonly TimeSpan IdleWait = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RetryWaitFirst = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan RetryWaitLongest = TimeSpan.FromMinutes(1);

    private readonly SemaphoreSlim _more = new(0, 1);
    private TimeSpan _retryWait = RetryWaitFirst;
    private string? _error;

    /// <summary>Forwards until cancelled. What is under way is finished or given up unsettled, never half settled.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        // A forwarder that works before its first wait must not hold up the start of the others.
        await Task.Yield();
        projector.Advanced += OnAdvanced;
        try
        {
            while (!cancel.IsCancellationRequested)
            {
                try
                {
                    // Opened anew after every fault, so that the place is again the one that was settled last.
                    using var outbox = new Outbox(forwarder.Name, files);
                    await RunAsync(outbox, cancel);
                }
                catch (Exception e) when (!cancel.IsCancellationRequested)
                {
                    Note(e.Message, 0);
                    await WaitToRetryAsync(cancel);
                }
            }
        }
        catch (Exception e) when (cancel.IsCancellationRequested)
        {
            // The gateway stops: what was under way stays unsettled and is sent again after the start.
            if (e is not OperationCanceledException)
                logger.LogWarning(e, "Forwarder {Name} ended with an error.", forwarder.Name);
        }
        finally
        {
            projector.Advanced -= OnAdvanced;
            await forwarder.DisposeAsync();
        }
    }

    private async Task RunAsync(Outbox outbox, CancellationToken cancel)
    {
        while (!cancel.IsCancellationRequested)
        {
            var batch = outbox.Next(projector.Entry);
            progress.Set(forwarder.Name, outbox.Reached, _error);
            if (batch.Count == 0)
                await _more.WaitAsync(IdleWait, cancel);
            else if (!await SendAsync(outbox, batch, cancel))
                await WaitToRetryAsync(cancel);
        }
    }

    private void OnAdvanced()
    {
        // Only the projector's thread releases, so the count cannot change between the look and the release but downwards.
        if (_more.CurrentCount == 0)
            _more.Release();
    }

    /// <returns>True when all of the batch is settled.</returns>
    private async Task<bool> SendAsync(Outbox outbox, List<OutboxItem> batch, CancellationToken cancel)
    {
        var result = await forwarder.SendAsync([.. batch.Select(i => i.Item)], outbox.Position, cancel);
        // Settled is what lies before the first item to be sent again; those behind it come again under the same keys.
        int settled = 0;
        int accepted = 0;
        var dead = new List<DeadLetter>();
        while (settled < batch.Count && result.Verdicts[settled] != ForwardVerdict.Retry)
        {
            if (result.Verdicts[settled] == ForwardVerdict.Accepted)
                accepted++;
            else
                dead.Add(new DeadLetter(batch[settled].Item.Key, result.Error ?? "refused without a reason"));
            settled++;
        }
        if (settled > 0)
        {
            var last = batch[settled - 1];
            await log.SettleAsync(new Settlement(forwarder.Name, last.Entry, last.Items, accepted, result.Position, dead), cancel);
            outbox.Settle(last, result.Position);
        }
        Note(settled == batch.Count ? null : result.Error ?? "The head-end took only a part.", outbox.Reached);
        return settled == batch.Count;
    }

    private void Note(string? error, long reached)
    {
        if (error != null && _error == null)
            logger.LogWarning("Forwarder {Name}: {Error} It is tried again.", forwarder.Name, error);
        if (error == null && _error != null)
            logger.LogInformation("Forwarder {Name} gets on again.", forwarder.Name);
        if (error == null)
            _retryWait = RetryWaitFirst;
        _error = error;
        progress.Set(forwarder.Name, reached, error);
    }

    private async Task WaitToRetryAsync(CancellationToken cancel)
    {
        await Task.Delay(_retryWait, cancel);
        _retryWait = _retryWait * 2 < RetryWaitLongest ? _retryWait * 2 : RetryWaitLongest;
    }
}
