using EdgeMeters.Gateway.Core;
using EdgeMeters.Gateway.Store;

namespace EdgeMeters.Gateway.Forward;

/// <summary>Brings the log to one destination. Each destination has its own pump, so that a sick one harms no other.</summary>
/// <remarks>
/// A batch goes to the head-end, what it answered goes into the log, and only then the next is looked for. <see cref="Step"/> does the next of
/// these and says what it waits for; whatever fails on the way, the place is again the one that was settled last.
/// </remarks>
public sealed class ForwardPump(
    IForwarder forwarder, StoreFiles files, LogStore log, Projector projector, ForwarderProgress progress, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan IdleWait = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RetryWaitFirst = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan RetryWaitLongest = TimeSpan.FromMinutes(1);

    private readonly SemaphoreSlim _more = new(0, 1);
    private TimeSpan _retryWait = RetryWaitFirst;
    private string? _error;
    private Outbox? _outbox;
    private List<OutboxItem> _batch = [];
    private ForwardResult? _result;
    private Task<ForwardResult>? _sending;
    private Task<Receipt>? _settling;
    private Task? _retrying;
    private int _settled;

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
                if (Step(cancel) is not { } under)
                    await _more.WaitAsync(IdleWait, cancel);
                else if (!under.IsCompleted)
                    await under.ContinueWith(_ => { }, cancel, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
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
            await EndAsync();
        }
    }

    /// <summary>Does what can be done now.</summary>
    /// <returns>What has to end before there is more to do, perhaps ended already; null when there is nothing to send.</returns>
    internal Task? Step(CancellationToken cancel)
    {
        try
        {
            return _retrying is { IsCompleted: false } ? _retrying : StepOn(cancel);
        }
        catch (Exception e) when (!cancel.IsCancellationRequested)
        {
            Note(e.Message, 0);
            // Opened anew after every fault.
            Close();
            return RetryLater(cancel);
        }
    }

    /// <summary>Gives up what is under way.</summary>
    internal void Close()
    {
        _outbox?.Dispose();
        _outbox = null;
        _sending = null;
        _settling = null;
    }

    private Task? StepOn(CancellationToken cancel)
    {
        if (_settling != null)
            return _settling.IsCompleted ? Settled(cancel) : _settling;
        if (_sending != null)
            return _sending.IsCompleted ? Sent(cancel) : _sending;
        _outbox ??= new Outbox(forwarder.Name, files);
        _batch = _outbox.Next(projector.Entry);
        progress.Set(forwarder.Name, _outbox.Reached, _error);
        if (_batch.Count == 0)
            return null;
        return _sending = forwarder.SendAsync([.. _batch.Select(i => i.Item)], _outbox.Position, cancel);
    }

    private Task Sent(CancellationToken cancel)
    {
        var result = _result = _sending!.GetAwaiter().GetResult();
        _sending = null;
        // Settled is what lies before the first item to be sent again; those behind it come again under the same keys.
        _settled = 0;
        int accepted = 0;
        var dead = new List<DeadLetter>();
        while (_settled < _batch.Count && result.Verdicts[_settled] != ForwardVerdict.Retry)
        {
            if (result.Verdicts[_settled] == ForwardVerdict.Accepted)
                accepted++;
            else
                dead.Add(new DeadLetter(_batch[_settled].Item.Key, result.Error ?? "refused without a reason"));
            _settled++;
        }
        if (_settled == 0)
            return Ended(result, cancel);
        var last = _batch[_settled - 1];
        return _settling = log.SettleAsync(new Settlement(forwarder.Name, last.Entry, last.Items, accepted, result.Position, dead), cancel);
    }

    private Task Settled(CancellationToken cancel)
    {
        _settling!.GetAwaiter().GetResult();
        _settling = null;
        _outbox!.Settle(_batch[_settled - 1], _result!.Position);
        return Ended(_result, cancel);
    }

    private Task Ended(ForwardResult result, CancellationToken cancel)
    {
        bool isWhole = _settled == _batch.Count;
        Note(isWhole ? null : result.Error ?? "The head-end took only a part.", _outbox!.Reached);
        return isWhole ? Task.CompletedTask : RetryLater(cancel);
    }

    private void OnAdvanced()
    {
        // Only the projector's thread releases, so the count cannot change between the look and the release but downwards.
        if (_more.CurrentCount == 0)
            _more.Release();
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

    private Task RetryLater(CancellationToken cancel)
    {
        _retrying = Task.Delay(_retryWait, time, cancel);
        _retryWait = _retryWait * 2 < RetryWaitLongest ? _retryWait * 2 : RetryWaitLongest;
        return _retrying;
    }

    // What the head-end still does is waited for: the forwarder is closed behind it.
    private async Task EndAsync()
    {
        if (_sending is { } sending)
        {
            try
            {
                await sending;
            }
            catch (Exception e)
            {
                if (e is not OperationCanceledException)
                    logger.LogWarning(e, "Forwarder {Name} ended with an error.", forwarder.Name);
            }
        }
        Close();
        await forwarder.DisposeAsync();
    }
}
