using System;
using EdgeMeters.Metering.Ports;

namespace EdgeMeters.Metering.Panel;

/// <summary>Feeds the watchdog as long as both loops of the node go round, and not a moment longer.</summary>
/// <remarks>
/// Each loop notes its rounds; a third thread calls <see cref="Step"/>. So a thread that hangs, in managed code or in a driver, ends in a reset
/// although others still run. A loop has from the start on as long for its first round as for any other.
/// </remarks>
public sealed class HealthMonitor
{
    /// <summary>Every channel of a full node may run into its timeout in one round: 32 of 2 s each, doubled.</summary>
    public const int AcquisitionMsMax = 128000;

    /// <summary>A connection attempt blocks for name resolution, connection and handshake; none of them has a timeout that we set.</summary>
    public const int UplinkMsMax = 300000;

    private readonly IWatchdog _watchdog;
    private readonly INodeClock _clock;
    private readonly int _acquisitionMsMax;
    private readonly int _uplinkMsMax;
    private readonly object _gate = new object();
    private long _acquisitionMs;
    private long _uplinkMs;

    /// <param name="watchdog">What is fed.</param>
    /// <param name="clock">The node's time.</param>
    /// <param name="acquisitionMsMax">Longest time between two rounds of the acquisition loop.</param>
    /// <param name="uplinkMsMax">Longest time between two rounds of the uplink loop.</param>
    public HealthMonitor(IWatchdog watchdog, INodeClock clock, int acquisitionMsMax, int uplinkMsMax)
    {
        if (acquisitionMsMax < 1 || uplinkMsMax < 1)
            throw new ArgumentException("Health cannot be judged: the longest time between two rounds of a loop must be at least 1 ms.");
        _watchdog = watchdog;
        _clock = clock;
        _acquisitionMsMax = acquisitionMsMax;
        _uplinkMsMax = uplinkMsMax;
        _acquisitionMs = clock.MonotonicMs;
        _uplinkMs = clock.MonotonicMs;
    }

    /// <summary>True when the acquisition loop was overdue at the last <see cref="Step"/>.</summary>
    public bool IsAcquisitionStuck { get; private set; }

    /// <summary>True when the uplink loop was overdue at the last <see cref="Step"/>.</summary>
    public bool IsUplinkStuck { get; private set; }

    /// <summary>The acquisition loop went round.</summary>
    public void NoteAcquisition()
    {
        lock (_gate)
            _acquisitionMs = _clock.MonotonicMs;
    }

    /// <summary>The uplink loop went round.</summary>
    public void NoteUplink()
    {
        lock (_gate)
            _uplinkMs = _clock.MonotonicMs;
    }

    /// <summary>Feeds the watchdog if both loops are in time. To be called several times within the watchdog's timeout.</summary>
    public void Step()
    {
        long nowMs = _clock.MonotonicMs;
        lock (_gate)
        {
            IsAcquisitionStuck = nowMs - _acquisitionMs > _acquisitionMsMax;
            IsUplinkStuck = nowMs - _uplinkMs > _uplinkMsMax;
        }
        if (!IsAcquisitionStuck && !IsUplinkStuck)
            _watchdog.Feed();
    }
}
