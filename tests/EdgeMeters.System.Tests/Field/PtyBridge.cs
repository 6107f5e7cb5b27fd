using EdgeMeters.Bench;

namespace EdgeMeters.SystemTests.Field;

/// <summary>A cable between two serial ports: two programs, one at each end.</summary>
internal sealed class PtyBridge : IDisposable
{
    private const int PollMs = 20;

    private readonly PseudoTerminal _left = new();
    private readonly PseudoTerminal _right = new();
    private readonly Thread[] _pumps;
    private volatile bool _isClosed;

    public PtyBridge()
    {
        _pumps = [new Thread(() => Pump(_left, _right)), new Thread(() => Pump(_right, _left))];
        foreach (Thread pump in _pumps)
            pump.Start();
    }

    public string Left => _left.Path;

    public string Right => _right.Path;

    public void Dispose()
    {
        _isClosed = true;
        foreach (Thread pump in _pumps)
            pump.Join();
        _left.Dispose();
        _right.Dispose();
    }

    private void Pump(PseudoTerminal from, PseudoTerminal to)
    {
        byte[] buffer = new byte[512];
        while (!_isClosed)
        {
            int count = from.Read(buffer, PollMs);
            if (count > 0)
                to.Write(buffer.AsSpan(0, count));
        }
    }
}
