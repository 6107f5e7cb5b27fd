using EdgeMeters.Gateway.Core;

namespace EdgeMeters.Gateway.Dashboard;

/// <summary>
/// Reads the store once for all who look at the points page. However many look, the store is asked at most once a
/// second, and at most a tenth of the time: a registry of a million points takes longer to list.
/// </summary>
internal sealed class BoardSource(IReadingQueries queries, TimeProvider time, ILogger<BoardSource> logger)
{
    private static readonly TimeSpan PauseMin = TimeSpan.FromSeconds(1);
    private readonly Lock _reading = new();
    private BoardSnapshot? _snapshot;
    private string? _failure;
    private long _nextTimestamp = long.MinValue;

    /// <summary>The latest snapshot, null before the first; and why it is not newer, null while nothing is wrong.</summary>
    public (BoardSnapshot? Snapshot, string? Failure) Latest()
    {
        lock (_reading)
        {
            long began = time.GetTimestamp();
            if (began < _nextTimestamp)
                return (_snapshot, _failure);
            try
            {
                _snapshot = new BoardSnapshot(queries.Points(), queries.Status(), queries.UnassignedMeters(), time.GetUtcNow());
                _failure = null;
            }
            catch (Exception failure)
            {
                if (_failure is null)
                    logger.LogError(failure, "The store can't be read for the dashboard.");
                _failure = failure.Message;
            }
            var took = time.GetElapsedTime(began);
            var pause = took * 9 > PauseMin ? took * 9 : PauseMin;
            _nextTimestamp = time.GetTimestamp() + (long)(pause.TotalSeconds * time.TimestampFrequency);
            return (_snapshot, _failure);
        }
    }
}
