using EdgeMeters.Firmware.Tests.Support;
using EdgeMeters.Metering.Panel;
using EdgeMeters.Metering.Ports;
using EdgeMeters.Wire;

namespace EdgeMeters.Firmware.Tests.Panel;

/// <summary>The watchdog is fed while both loops go round, and only then.</summary>
public sealed class HealthMonitorTests
{
    private const int AcquisitionMsMax = 20000;
    private const int UplinkMsMax = 50000;
    private const int WatchdogMs = 60000;

    private readonly VirtualClock _clock = new();
    private readonly ExternalWatchdog _watchdog;

    public HealthMonitorTests()
    {
        _watchdog = new ExternalWatchdog(_clock);
    }

    [Fact]
    public void A_day_of_both_loops_going_round_is_fed_throughout()
    {
        HealthMonitor monitor = Monitor();
        Run(monitor, 86400, second => second % 15 == 0, second => second % 40 == 0);
        Assert.False(_watchdog.HasReset);
        Assert.True(_watchdog.Fed > 0);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public void A_thread_that_hangs_ends_in_a_reset_though_others_still_run(bool isAcquisitionStuck, bool isUplinkStuck)
    {
        HealthMonitor monitor = Monitor();
        const int stuckSecond = 100;
        Run(monitor, 400, second => !isAcquisitionStuck || second < stuckSecond, second => !isUplinkStuck || second < stuckSecond);
        Assert.True(_watchdog.HasReset);
        int overdueMs = isAcquisitionStuck ? AcquisitionMsMax : UplinkMsMax;
        Assert.InRange(_watchdog.ResetMs, stuckSecond * 1000L + overdueMs, stuckSecond * 1000L + overdueMs + WatchdogMs + 2000);
        Assert.Equal((isAcquisitionStuck, isUplinkStuck), (monitor.IsAcquisitionStuck, monitor.IsUplinkStuck));
    }

    [Fact]
    public void A_loop_that_never_goes_round_at_all_is_found()
    {
        Run(Monitor(), 200, _ => false, _ => true);
        Assert.True(_watchdog.HasReset);
    }

    [Fact]
    public void A_monitor_that_is_stuck_itself_feeds_nothing()
    {
        HealthMonitor monitor = Monitor();
        Run(monitor, 10, _ => true, _ => true);
        for (int second = 0; second < 70; second++)
        {
            monitor.NoteAcquisition();
            monitor.NoteUplink();
            _clock.Advance(1000);
        }
        _watchdog.Look();
        Assert.True(_watchdog.HasReset);
    }

    [Fact]
    public void A_handshake_that_stalls_everything_for_eight_seconds_is_no_fault()
    {
        HealthMonitor monitor = Monitor();
        for (int round = 0; round < 100; round++)
        {
            Run(monitor, 30, _ => true, _ => true);
            _clock.Advance(8000);
        }
        Assert.False(_watchdog.HasReset);
    }

    [Fact]
    public void A_loop_that_comes_back_before_the_reset_is_fed_again()
    {
        HealthMonitor monitor = Monitor();
        Run(monitor, 200, second => second is < 50 or > 110, _ => true);
        Assert.False(_watchdog.HasReset);
        Assert.False(monitor.IsAcquisitionStuck);
    }

    [Fact]
    public void The_limits_of_the_node_leave_room_for_its_longest_rounds()
    {
        Assert.True(HealthMonitor.AcquisitionMsMax >= 2 * Limits.ChannelsMax * 2000);
        Assert.True(HealthMonitor.UplinkMsMax >= 4 * 60000);
    }

    [Fact]
    public void A_limit_of_nothing_is_refused()
    {
        Assert.Throws<ArgumentException>(() => new HealthMonitor(_watchdog, _clock, 0, UplinkMsMax));
        Assert.Throws<ArgumentException>(() => new HealthMonitor(_watchdog, _clock, AcquisitionMsMax, 0));
    }

    private HealthMonitor Monitor() => new(_watchdog, _clock, AcquisitionMsMax, UplinkMsMax);

    private void Run(HealthMonitor monitor, int seconds, Func<int, bool> acquires, Func<int, bool> sends)
    {
        for (int second = 0; second < seconds; second++)
        {
            if (acquires(second))
                monitor.NoteAcquisition();
            if (sends(second))
                monitor.NoteUplink();
            monitor.Step();
            _clock.Advance(1000);
            _watchdog.Look();
        }
    }

    private sealed class ExternalWatchdog(VirtualClock clock) : IWatchdog
    {
        private long _fedMs;

        public int Fed { get; private set; }

        public bool HasReset { get; private set; }

        public long ResetMs { get; private set; }

        public void Feed()
        {
            Look();
            _fedMs = clock.MonotonicMs;
            Fed++;
        }

        public void Look()
        {
            if (HasReset || clock.MonotonicMs - _fedMs <= WatchdogMs)
                return;
            HasReset = true;
            ResetMs = clock.MonotonicMs;
        }
    }
}
