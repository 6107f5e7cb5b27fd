namespace EdgeMeters.Metering.Uplink;

/// <summary>Sequences that the gateway asked for again, from the one on that comes next. Safe for two threads, one that orders and one that sends.</summary>
internal sealed class ResendOrder
{
    private readonly object _gate = new object();
    private uint _next;
    private uint _last;
    private uint _sending;

    public bool IsUnderWay
    {
        get { return _next != 0; }
    }

    /// <summary>Takes the place of the order before.</summary>
    public void Begin(uint first, uint last)
    {
        lock (_gate)
        {
            _next = first <= last ? first : 0;
            _last = last;
        }
    }

    /// <summary>The first sequence to look for, 0 for none, and the last.</summary>
    public uint Next(out uint last)
    {
        lock (_gate)
        {
            last = _last;
            _sending = _next;
            return _next;
        }
    }

    /// <summary>What <see cref="Next"/> asked for has arrived, up to this sequence, or is not there. Not if another order came meanwhile.</summary>
    public void Advance(uint through)
    {
        lock (_gate)
        {
            if (_next == _sending)
                _next = through < _last ? through + 1 : 0;
        }
    }
}
