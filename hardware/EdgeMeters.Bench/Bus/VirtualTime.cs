using EdgeMeters.Metering.Ports;
using EdgeMeters.Wire;

namespace EdgeMeters.Bench.Bus;

/// <summary>Time of a bench that runs as fast as it can: it moves when a line waits, or a test says so. For dials and for a node alike.</summary>
public sealed class VirtualTime : TimeProvider, INodeClock
{
    /// <summary>15 January 2027, 08:00 UTC: any instant will do.</summary>
    private const long StartUtcMs = 1_800_000_000_000;

    /// <summary>Since the begin.</summary>
    public long Microseconds { get; private set; }

    public long MonotonicMs => Microseconds / 1000;

    public long UtcMs => StartUtcMs + (Microseconds / 1000);

    public ClockQuality Quality => ClockQuality.Synchronised;

    public override long TimestampFrequency => 1_000_000;

    public override long GetTimestamp() => Microseconds;

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch.AddMilliseconds(StartUtcMs).AddMicroseconds(Microseconds);

    /// <summary>Nothing here waits for time: it is moved.</summary>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        throw new NotSupportedException("virtual time has no timers");

    public void Advance(TimeSpan time) => AdvanceTo(Microseconds + (long)time.TotalMicroseconds);

    public void AdvanceTo(long microseconds)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(microseconds, Microseconds);
        Microseconds = microseconds;
    }
}
