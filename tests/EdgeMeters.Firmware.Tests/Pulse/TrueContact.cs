namespace EdgeMeters.Firmware.Tests.Pulse;

/// <summary>A meter's contact that knows how many pulses it made: bursts at its shortest widths, steady flow, rests, and bounce at every edge.</summary>
internal sealed class TrueContact(Random random, int microsecondsMin, int bounceMicrosecondsMax, Action<bool, long> edge)
{
    private const int BouncePairsMax = 5;
    private const int BurstPulsesMax = 200;

    private readonly long[] _edges = new long[2 + 4 * BouncePairsMax];
    private int _count;
    private int _next;
    private bool _isClosed;
    private long _closesAt = 1_000_000;
    private int _burstLeft;

    /// <summary>Pulses that have begun.</summary>
    public long Pulses { get; private set; }

    /// <summary>True for water that is turned off: the pulse under way is the last one.</summary>
    public bool IsResting { get; set; }

    /// <summary>Gives all edges up to a moment.</summary>
    public void AdvanceTo(long microseconds)
    {
        while (true)
        {
            for (; _next < _count; _next++)
            {
                if (_edges[_next] > microseconds)
                    return;
                _isClosed = !_isClosed;
                edge(_isClosed, _edges[_next]);
            }
            if (_closesAt > microseconds)
                return;
            if (IsResting)
            {
                _closesAt = microseconds + 1;
                return;
            }
            MakePulse();
        }
    }

    private void MakePulse()
    {
        Pulses++;
        if (_burstLeft == 0 && random.Next(100) == 0)
            _burstLeft = random.Next(BurstPulsesMax);
        bool isBurst = _burstLeft > 0;
        _burstLeft -= isBurst ? 1 : 0;
        int closed = microsecondsMin + (isBurst ? 0 : random.Next(2 * microsecondsMin));
        int open = microsecondsMin + (isBurst ? 0 : random.Next(2 * microsecondsMin));
        if (random.Next(5000) == 0)
            open += random.Next(30_000_000);
        _count = 0;
        _next = 0;
        Switch(_closesAt);
        Switch(_closesAt + closed);
        _closesAt += closed + open;
    }

    private void Switch(long at)
    {
        _edges[_count++] = at;
        if (bounceMicrosecondsMax == 0)
            return;
        int pairs = random.Next(BouncePairsMax + 1);
        for (int i = 0; i < 2 * pairs; i++)
            _edges[_count++] = at += 1 + random.Next(bounceMicrosecondsMax / (2 * BouncePairsMax));
    }
}
