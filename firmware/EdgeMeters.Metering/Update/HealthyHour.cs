using EdgeMeters.Metering.Ports;

namespace EdgeMeters.Metering.Update;

/// <summary>Judges an application on trial by what a node is for: it reads at every interval, keeps what it read, and the gateway takes it.</summary>
/// <remarks>
/// <para>
/// Healthy is an hour (two intervals, where these are longer) without a gap between rows in the journal and without trouble in keeping them,
/// and in that hour a receipt of the gateway. There is no confirmation without a receipt, even if the link was dark before: a version that
/// cannot reach the gateway could never be replaced from there.
/// </para>
/// <para>
/// A dark link costs the trial, not readings: after a day without a verdict the node goes back. It does so once an image, since a failed
/// version is not tried again, so that a link that stays dark cannot make a node go back and forth. When rows stop coming the trial ends
/// at once.
/// </para>
/// <para>The two Note methods may be called from two threads; <see cref="Judge"/> from the one that notes rows.</para>
/// </remarks>
public sealed class HealthyHour
{
    public const int HourMs = 3600 * 1000;
    public const int TrialMsMax = 24 * HourMs;

    /// <summary>Intervals without a row after which readings are being lost.</summary>
    public const int StallIntervals = 3;

    /// <summary>Time beyond intervals that is no lateness yet: a bus with many silent meters takes it.</summary>
    public const int GraceMs = 30000;

    private readonly INodeClock _clock;
    private readonly long _intervalMs;
    private readonly long _healthyMs;
    private readonly long _trialMs;
    private readonly long _startMs;
    private long _lastRowMs;
    private long _healthySinceMs;
    private bool _hasRow;

    // Set by the uplink's thread, taken by the other.
    private readonly object _receiptGate = new object();
    private bool _isReceiptNew;
    private bool _hasReceipt;

    public HealthyHour(INodeClock clock, int intervalSeconds)
    {
        _clock = clock;
        _intervalMs = 1000L * intervalSeconds;
        _healthyMs = 2 * _intervalMs > HourMs ? 2 * _intervalMs : HourMs;
        _trialMs = 4 * _healthyMs > TrialMsMax ? 4 * _healthyMs : TrialMsMax;
        _startMs = clock.MonotonicMs;
        _lastRowMs = _startMs;
        _healthySinceMs = _startMs;
    }

    /// <summary>A row is in the journal.</summary>
    public void NoteRow()
    {
        long nowMs = _clock.MonotonicMs;
        if (!_hasRow || IsLate(nowMs))
            BeginHour(nowMs);
        _hasRow = true;
        _lastRowMs = nowMs;
    }

    /// <summary>Something that should have been kept was not, or a device failed.</summary>
    public void NoteTrouble()
    {
        BeginHour(_clock.MonotonicMs);
    }

    /// <summary>The gateway took something into its custody.</summary>
    public void NoteReceipt()
    {
        lock (_receiptGate)
            _isReceiptNew = true;
    }

    public TrialVerdict Judge()
    {
        long nowMs = _clock.MonotonicMs;
        lock (_receiptGate)
        {
            _hasReceipt |= _isReceiptNew;
            _isReceiptNew = false;
        }
        if (nowMs - _lastRowMs > StallIntervals * _intervalMs + GraceMs)
            return TrialVerdict.Failed;
        if (_hasRow && _hasReceipt && !IsLate(nowMs) && nowMs - _healthySinceMs >= _healthyMs)
            return TrialVerdict.Healthy;
        return nowMs - _startMs > _trialMs ? TrialVerdict.Failed : TrialVerdict.Open;
    }

    private bool IsLate(long nowMs)
    {
        return nowMs - _lastRowMs > _intervalMs + GraceMs;
    }

    private void BeginHour(long nowMs)
    {
        _healthySinceMs = nowMs;
        _hasReceipt = false;
    }
}
