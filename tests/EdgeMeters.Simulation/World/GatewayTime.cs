using EdgeMeters.Metering.Ports;
using EdgeMeters.Wire;

namespace EdgeMeters.Simulation.World;

/// <summary>The gateway's clock: the world's, unless somebody lies to it. Timers that fire once are due on the world's clock.</summary>
/// <remarks>Timers that fire again and again are not run: the only ones look whether an application image is to be sent, and none is.</remarks>
internal sealed class GatewayTime(WorldTime world) : TimeProvider, INodeClock
{
    /// <summary>What it is wrong by.</summary>
    public long LieMs { get; set; }

    public long MonotonicMs => world.NowMs;

    public long UtcMs => world.UtcMs + LieMs;

    public ClockQuality Quality => ClockQuality.Synchronised;

    public override long TimestampFrequency => 1000;

    public override long GetTimestamp() => world.NowMs;

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeMilliseconds(UtcMs);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new WorldTimer(world, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    private sealed class WorldTimer(WorldTime world, TimerCallback callback, object? state) : ITimer
    {
        private int _setting;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            int setting = ++_setting;
            if (dueTime == Timeout.InfiniteTimeSpan || period != Timeout.InfiniteTimeSpan)
                return true;
            world.After((long)dueTime.TotalMilliseconds, () =>
            {
                if (setting == _setting)
                    callback(state);
            });
            return true;
        }

        public void Dispose() => _setting++;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
