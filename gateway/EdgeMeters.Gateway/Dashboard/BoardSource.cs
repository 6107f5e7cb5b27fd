using EdgeMeters.Gateway.Core;

namespace EdgeMeters.Gateway.Dashboard;

/// <summary>
/// Reads the store once for all who look at the points page. However many look, the store is asked at most once a
/// second, and at most a tenth of the time: a registry of a million points takes longer to count, and nobody waits for it.
/// </summary>
internal sealed class BoardSource(IReadingQueries queries, TimeProvider time, ILogger<BoardSource> logger)
{
    private static readonly TimeSpan PauseMin = TimeSpan.FromSeconds(1);

    /// <summary>A count that takes longer is shown when it is done.</summary>
    private static readonly TimeSpan WaitMax = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly Reading<StoreStatus> _status = new(time);
    private readonly Reading<BoardCounts> _counts = new(time);
    private string? _logged;

    /// <summary>The latest snapshot, null before the first; and why it is not newer, null while nothing is wrong.</summary>
    public async Task<(BoardSnapshot? Snapshot, string? Failure)> LatestAsync()
    {
        Task reading;
        lock (_lock)
            reading = Task.WhenAll(_status.Begin(queries.Status), _counts.Begin(() => BoardCounts.Of(queries, time.GetUtcNow())));
        try
        {
            await reading.WaitAsync(WaitMax, time);
        }
        catch (TimeoutException)
        {
            // Shown is what there is.
        }
        var (status, readAtUtc, statusFailure) = _status.Now;
        var (counts, _, countFailure) = _counts.Now;
        var failure = statusFailure ?? countFailure;
        if (Interlocked.Exchange(ref _logged, failure?.Message) != failure?.Message && failure != null)
            logger.LogError(failure, "The store can't be read for the dashboard.");
        return (status == null ? null : new BoardSnapshot(counts, status, readAtUtc), failure?.Message);
    }

    /// <summary>Something that is read in the background, at most a tenth of the time.</summary>
    private sealed class Reading<T>(TimeProvider time)
        where T : class
    {
        private Task _reading = Task.CompletedTask;
        private volatile State _state = new(null, default, null, TimeSpan.Zero, long.MinValue);

        /// <summary>The latest that was read, and why it is not newer.</summary>
        public (T? Latest, DateTimeOffset ReadAtUtc, Exception? Failure) Now => (_state.Latest, _state.ReadAtUtc, _state.Failure);

        /// <returns>What is to be waited for; what takes long comes when it comes.</returns>
        public Task Begin(Func<T> read)
        {
            if (_reading.IsCompleted && time.GetTimestamp() >= _state.NextTimestamp)
                _reading = Task.Run(() => Read(read));
            return _state.Took < WaitMax ? _reading : Task.CompletedTask;
        }

        private void Read(Func<T> read)
        {
            long began = time.GetTimestamp();
            var (latest, readAtUtc, _) = Now;
            Exception? failure = null;
            try
            {
                (latest, readAtUtc) = (read(), time.GetUtcNow());
            }
            catch (Exception e)
            {
                failure = e;
            }
            var took = time.GetElapsedTime(began);
            var pause = took * 9 > PauseMin ? took * 9 : PauseMin;
            _state = new State(latest, readAtUtc, failure, took, time.GetTimestamp() + (long)(pause.TotalSeconds * time.TimestampFrequency));
        }

        private sealed record State(T? Latest, DateTimeOffset ReadAtUtc, Exception? Failure, TimeSpan Took, long NextTimestamp);
    }
}
