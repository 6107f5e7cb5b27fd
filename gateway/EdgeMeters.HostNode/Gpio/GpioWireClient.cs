using System.Net.Sockets;

namespace EdgeMeters.HostNode.Gpio;

/// <summary>The node's end of the GPIO wire: drives a <see cref="SimulatedGpioDriver"/> with what a bench sends; see <see cref="GpioWireFrame"/>.</summary>
/// <remarks>
/// Connects, and connects again after a short wait for as long as it lives: the bench may not be there yet, or start anew. While it is not
/// connected, the driver's time stands still. A bench that starts anew counts its time from nothing; here time goes on from where it was.
/// </remarks>
public sealed class GpioWireClient : IDisposable
{
    private const int WaitMsMin = 20;
    private const int WaitMsMax = 500;
    private const int StopTimeoutMs = 2000;

    private readonly string _path;
    private readonly SimulatedGpioDriver _driver;
    private readonly Thread _thread;
    private readonly ManualResetEventSlim _stop = new();
    private readonly ManualResetEventSlim _attached = new();
    private readonly object _gate = new();
    private Socket? _socket;
    private long _offsetMicroseconds;
    private volatile string? _trouble;
    private bool _isClosed;

    public GpioWireClient(string socketPath, SimulatedGpioDriver driver)
    {
        _path = socketPath;
        _driver = driver;
        // Refuses a path that is too long here, not in the thread.
        UnixDomainSocketEndPoint endPoint = new(socketPath);
        _thread = new Thread(() => Run(endPoint)) { IsBackground = true, Name = "gpio wire" };
        _thread.Start();
    }

    /// <summary>True while connected, once the present levels are known.</summary>
    public bool IsAttached => _attached.IsSet;

    /// <summary>Why it is not attached, with the remedy; null while it is, or has not failed yet.</summary>
    public string? Trouble => _trouble;

    /// <summary>
    /// Waits for the present levels. A node that starts its inputs before that takes the wire's first level for an edge, as it would if the wire
    /// were clamped on while it runs.
    /// </summary>
    /// <returns>False when they did not come within <paramref name="timeoutMs"/>.</returns>
    public bool WaitUntilAttached(int timeoutMs) => _attached.Wait(timeoutMs);

    public void Dispose()
    {
        lock (_gate)
        {
            if (_isClosed)
                return;
            _isClosed = true;
            _socket?.Dispose();
        }
        _stop.Set();
        // A thread that did not end keeps its events: they are then left to the collector.
        if (_thread.Join(StopTimeoutMs))
        {
            _stop.Dispose();
            _attached.Dispose();
        }
    }

    private void Run(UnixDomainSocketEndPoint endPoint)
    {
        int waitMs = WaitMsMin;
        while (!_stop.IsSet)
        {
            try
            {
                using Socket socket = Connect(endPoint);
                Receive(socket);
            }
            catch (SocketException e)
            {
                _trouble = $"no bench at '{_path}' ({e.Message}): start the bench, or correct the path of its GPIO wire";
            }
            catch (ObjectDisposedException)
            {
                return;
            }
            waitMs = _attached.IsSet ? WaitMsMin : Math.Min(waitMs * 2, WaitMsMax);
            _attached.Reset();
            _stop.Wait(waitMs);
        }
    }

    private Socket Connect(UnixDomainSocketEndPoint endPoint)
    {
        Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        lock (_gate)
        {
            if (_isClosed)
            {
                socket.Dispose();
                ObjectDisposedException.ThrowIf(true, this);
            }
            _socket = socket;
        }
        try
        {
            socket.Connect(endPoint);
            return socket;
        }
        catch (SocketException)
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Applies frames until the bench hangs up or sends what does not belong here.</summary>
    private void Receive(Socket socket)
    {
        byte[] buffer = new byte[GpioWireFrame.Bytes * 1024];
        int held = 0;
        int levelsToCome = HelloToCome;
        long lastMicroseconds = 0;
        while (true)
        {
            int count = socket.Receive(buffer, held, buffer.Length - held, SocketFlags.None);
            if (count == 0)
            {
                _trouble = $"the bench at '{_path}' hung up: start it again";
                return;
            }
            held += count;
            int start = 0;
            for (; held - start >= GpioWireFrame.Bytes; start += GpioWireFrame.Bytes)
            {
                if (!GpioWireFrame.TryRead(buffer.AsSpan(start), out GpioWireFrame frame)
                    || !Belongs(frame.Kind, levelsToCome)
                    || frame.Microseconds < lastMicroseconds)
                {
                    _trouble = $"what listens at '{_path}' is no GPIO wire of version {GpioWireFrame.Version}: use a bench of this release";
                    return;
                }
                lastMicroseconds = frame.Microseconds;
                levelsToCome = Apply(frame, levelsToCome);
            }
            held -= start;
            Array.Copy(buffer, start, buffer, 0, held);
        }
    }

    private const int HelloToCome = -1;

    private static bool Belongs(GpioWireKind kind, int levelsToCome) => levelsToCome switch
    {
        HelloToCome => kind == GpioWireKind.Hello,
        > 0 => kind == GpioWireKind.Level,
        _ => kind is GpioWireKind.Edge or GpioWireKind.Beat,
    };

    /// <returns>The levels that are still to come.</returns>
    private int Apply(GpioWireFrame frame, int levelsToCome)
    {
        if (frame.Kind == GpioWireKind.Hello)
        {
            _offsetMicroseconds = Math.Max(_offsetMicroseconds, _driver.Microseconds - frame.Microseconds);
            levelsToCome = frame.Pin;
        }
        long microseconds = frame.Microseconds + _offsetMicroseconds;
        if (frame.Kind is GpioWireKind.Level or GpioWireKind.Edge)
            _driver.Drive(frame.Pin, frame.IsHigh, microseconds);
        else
            _driver.Advance(microseconds);
        if (frame.Kind == GpioWireKind.Level)
            levelsToCome--;
        if (levelsToCome == 0 && !_attached.IsSet)
        {
            _trouble = null;
            _attached.Set();
        }
        return levelsToCome;
    }
}
