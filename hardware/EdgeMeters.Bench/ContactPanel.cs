using EdgeMeters.HostNode.Gpio;

namespace EdgeMeters.Bench;

/// <summary>Plays the pulse contacts of a bench on its GPIO wire and gives the wire its time.</summary>
/// <remarks>
/// The contacts' edges carry the moments at which they were due, not those at which this machine came to play them, and the beat follows after
/// all edges before it. So a machine that stalls makes the wire late, never wrong. One panel a wire.
/// </remarks>
public sealed class ContactPanel : IDisposable
{
    private const int StepMs = 5;

    private readonly GpioWireServer _wire;
    private readonly TimeProvider _time;
    private readonly PulseOutput[] _outputs;
    private readonly long _zeroTimestamp;
    private readonly List<ContactEdge> _edges = [];
    private readonly object _gate = new();
    private readonly ITimer _timer;
    private long _beatMicroseconds;
    private bool _isClosed;

    /// <param name="wire">Stays the caller's.</param>
    /// <param name="outputs">Each on a pin of its own.</param>
    public ContactPanel(GpioWireServer wire, TimeProvider time, params PulseOutput[] outputs)
    {
        if (outputs.DistinctBy(output => output.Pin).Count() != outputs.Length)
            throw new ArgumentException("two contacts are on one pin", nameof(outputs));
        _wire = wire;
        _time = time;
        _outputs = [.. outputs];
        _zeroTimestamp = time.GetTimestamp();
        foreach (PulseOutput output in _outputs)
        {
            output.Begin();
            wire.Edge(output.Pin, output.RestsHigh, 0);
        }
        TimeSpan step = TimeSpan.FromMilliseconds(StepMs);
        _timer = time.CreateTimer(_ => Step(), null, step, step);
    }

    public void Dispose()
    {
        lock (_gate)
            _isClosed = true;
        _timer.Dispose();
    }

    private void Step()
    {
        // The step before is still at work on a slow machine: it, or the next one, plays what this one would have.
        if (!Monitor.TryEnter(_gate))
            return;
        try
        {
            if (!_isClosed)
                PlayUntil(_time.GetElapsedTime(_zeroTimestamp).Ticks / TimeSpan.TicksPerMicrosecond);
        }
        finally
        {
            Monitor.Exit(_gate);
        }
    }

    private void PlayUntil(long microseconds)
    {
        _edges.Clear();
        foreach (PulseOutput output in _outputs)
            output.TakeEdges(microseconds, _edges);
        // Contacts are independent, the wire has one time: sort what they did in this step. No contact has two edges in one microsecond.
        _edges.Sort((left, right) => left.Microseconds.CompareTo(right.Microseconds));
        foreach (ContactEdge edge in _edges)
            _wire.Edge(edge.Pin, edge.IsHigh, edge.Microseconds);
        if (microseconds - _beatMicroseconds >= GpioWireFrame.BeatMs * 1000)
        {
            _beatMicroseconds = microseconds;
            _wire.Beat(microseconds);
        }
    }
}
