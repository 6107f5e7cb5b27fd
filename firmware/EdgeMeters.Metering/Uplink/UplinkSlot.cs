using EdgeMeters.Metering.Configuration;
using EdgeMeters.Metering.Ports;
using EdgeMeters.Wire;

namespace EdgeMeters.Metering.Uplink;

/// <summary>When readings may be sent: once an interval, in the slot that the gateway gave or, before it did, in one by the node's name.</summary>
/// <remarks>
/// The nodes of a station share one narrow link and end their intervals at the same second. A slot begins at its second and ends with its interval.
/// One whose second passed before the session began is made up for only where the gateway says so, by an admission without a wait: it knows who
/// comes back alone. When a station comes back, its nodes do not all send at once. A node without a station, and one that sleeps between intervals,
/// sends whenever it has something.
/// </remarks>
public sealed class UplinkSlot
{
    private const int None = -1;

    private readonly INodeClock _clock;
    private readonly int _intervalSeconds;
    private readonly int _ownSeconds;
    private readonly bool _isAlwaysOpen;
    private int _seconds;
    private long _doneInterval;
    private long _waitUntilMs;
    private bool _isUsed;

    public UplinkSlot(INodeClock clock, NodeTable table)
    {
        _clock = clock;
        _intervalSeconds = table.IntervalSeconds;
        _isAlwaysOpen = table.MaySleep && !table.HasPulses();
        _ownSeconds = table.Station == 0 ? None : Own(table.Node, table.IntervalSeconds);
        BeginSession();
    }

    /// <summary>A block of readings takes at most so many percent of what its first row alone takes, and there is one a slot; 0 for no such limit.</summary>
    public int GrowthPercent { get; private set; }

    /// <summary>True while nothing but hellos is sent.</summary>
    public bool IsWaiting
    {
        get { return _clock.MonotonicMs < _waitUntilMs; }
    }

    /// <summary>True from the slot's second on, until what there was has been sent. A row that is late, of a slow bus, finds it open.</summary>
    public bool IsOpen
    {
        get { return _isAlwaysOpen || _seconds == None || Interval() != _doneInterval && HasBegun(); }
    }

    /// <summary>The slot by a node's name, in seconds: over four fifths of the interval, so that what fails has time to be tried again.</summary>
    public static int Own(string node, int intervalSeconds)
    {
        // FNV-1a, its upper half folded in: names that count up must not follow each other.
        uint hash = 2166136261;
        for (int i = 0; i < node.Length; i++)
            hash = (hash ^ node[i]) * 16777619;
        hash ^= hash >> 15;
        return (int)(hash * 2654435769 % (uint)(intervalSeconds * 4 / 5 + 1));
    }

    /// <summary>A part of a time, by the node's name, that differs from node to node of a station; 0 for a node without one.</summary>
    public int ShareOf(int ms)
    {
        return _ownSeconds == None ? 0 : ms / _intervalSeconds * _ownSeconds;
    }

    /// <summary>What the gateway admitted ends with its session.</summary>
    public void BeginSession()
    {
        _waitUntilMs = 0;
        GrowthPercent = 0;
        Move(_ownSeconds, 0);
    }

    public void Take(Admission admission)
    {
        bool isFirst = _waitUntilMs == 0;
        _waitUntilMs = _clock.MonotonicMs + 1000L * admission.WaitSeconds;
        GrowthPercent = admission.GrowthPercent;
        // The same again, with every hello, must not open a slot twice.
        if (isFirst || _seconds != admission.SlotSeconds % _intervalSeconds)
        {
            Move(admission.SlotSeconds % _intervalSeconds, admission.WaitSeconds);
            if (admission.WaitSeconds == 0)
                _doneInterval = None;
        }
    }

    /// <summary>A block of readings has arrived.</summary>
    public void NoteBlock()
    {
        _isUsed = true;
        if (GrowthPercent != 0)
            Close();
    }

    /// <summary>There is nothing more to send.</summary>
    public void NoteEmpty()
    {
        if (_isUsed)
            Close();
    }

    private void Close()
    {
        _isUsed = false;
        _doneInterval = Interval();
    }

    // A slot that will have begun when the wait is over is left out.
    private void Move(int seconds, int waitSeconds)
    {
        long utcSeconds = _clock.UtcMs / 1000 + waitSeconds;
        _seconds = seconds;
        _isUsed = false;
        _doneInterval = utcSeconds % _intervalSeconds >= seconds ? utcSeconds / _intervalSeconds : None;
    }

    private bool HasBegun()
    {
        return _clock.UtcMs / 1000 % _intervalSeconds >= _seconds;
    }

    private long Interval()
    {
        return _clock.UtcMs / 1000 / _intervalSeconds;
    }
}
