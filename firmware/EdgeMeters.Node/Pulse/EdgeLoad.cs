using nanoFramework.Hardware.Esp32;

namespace EdgeMeters.Node.Pulse;

/// <summary>How many edges came at once, from all inputs that are read by edges: whether the queue to managed code may have lost some.</summary>
/// <remarks>
/// The queue holds 128 events of all kinds and drops the oldest without a word (NativeEventDispatcher.cpp). It fills only while nothing
/// managed runs, and is then handled in one go; so many within a second mean that there may have been more.
/// </remarks>
public sealed class EdgeLoad
{
    /// <summary>Below the 128 of the queue, because serial ports and network put their events there too.</summary>
    public const int EdgesMax = 100;

    private const int WindowUs = 1000000;

    private ulong _windowUs;
    private int _edges;

    /// <summary>How often edges may have been lost.</summary>
    public int Doubts { get; private set; }

    /// <summary>Called by each input with each edge.</summary>
    public void Note()
    {
        lock (this)
        {
            ulong nowUs = HighResTimer.GetCurrent();
            if (nowUs - _windowUs > WindowUs)
            {
                _windowUs = nowUs;
                _edges = 0;
            }
            _edges++;
            if (_edges == EdgesMax)
                Doubts++;
        }
    }
}
