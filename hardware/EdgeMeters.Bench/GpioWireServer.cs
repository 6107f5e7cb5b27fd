using System.Net.Sockets;
using System.Threading.Channels;
using EdgeMeters.HostNode.Gpio;

namespace EdgeMeters.Bench;

/// <summary>The bench's end of the GPIO wire: keeps the pins' levels, and tells every connected node of edges; see <see cref="GpioWireFrame"/>.</summary>
public sealed class GpioWireServer : IDisposable
{
    /// <summary>A node that is that far behind (some hours of one contact) is cut off, and counted in <see cref="Overruns"/>.</summary>
    private const int FramesWaitingMax = 65536;

    private const int NodesMax = 8;

    private readonly string _path;
    private readonly Socket _listener;
    private readonly object _gate = new();
    private readonly SortedDictionary<int, bool> _levels = [];
    private readonly List<Node> _nodes = [];
    private long _microseconds;
    private long _overruns;
    private bool _isClosed;

    /// <param name="path">Where the socket is made; at most 107 bytes long, a limit of the operating system.</param>
    /// <exception cref="IOException">The place is taken or cannot be written.</exception>
    public GpioWireServer(string path)
    {
        _path = path;
        UnixDomainSocketEndPoint endPoint = new(path);
        RemoveDeadSocket(path, endPoint);
        _listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            _listener.Bind(endPoint);
            _listener.Listen(NodesMax);
        }
        catch (SocketException e)
        {
            _listener.Dispose();
            throw new IOException($"cannot listen at '{path}' ({e.Message}): name a place in a directory that exists and can be written", e);
        }
        _ = AcceptAsync();
    }

    /// <summary>Nodes connected now.</summary>
    public int NodeCount
    {
        get
        {
            lock (_gate)
                return _nodes.Count;
        }
    }

    /// <summary>Times a node was cut off because it did not keep up, or because there were too many.</summary>
    public long Overruns => Interlocked.Read(ref _overruns);

    /// <summary>A pin goes to a level. The first one of a pin puts a wire to it.</summary>
    /// <param name="microseconds">When; never before an earlier edge or beat.</param>
    public void Edge(int pin, bool isHigh, long microseconds)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(pin);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(pin, SimulatedGpioDriver.PinsMax);
        lock (_gate)
        {
            bool isNew = !_levels.TryGetValue(pin, out bool wasHigh);
            _levels[pin] = isHigh;
            if (isNew || wasHigh != isHigh)
                Send(new GpioWireFrame(GpioWireKind.Edge, (byte)(isHigh ? 1 : 0), (ushort)pin, microseconds));
        }
    }

    /// <summary>Time has come to here; every edge before it was given.</summary>
    public void Beat(long microseconds)
    {
        lock (_gate)
            Send(new GpioWireFrame(GpioWireKind.Beat, 0, 0, microseconds));
    }

    public void Dispose()
    {
        lock (_gate)
        {
            if (_isClosed)
                return;
            _isClosed = true;
            foreach (Node node in _nodes)
                node.Close();
            _nodes.Clear();
        }
        _listener.Dispose();
        File.Delete(_path);
    }

    private void Send(GpioWireFrame frame)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(frame.Microseconds, _microseconds);
        _microseconds = frame.Microseconds;
        for (int i = _nodes.Count - 1; i >= 0; i--)
        {
            if (_nodes[i].TryAdd(frame))
                continue;
            CutOff(_nodes[i]);
            _nodes.RemoveAt(i);
        }
    }

    private void CutOff(Node node)
    {
        node.Close();
        Interlocked.Increment(ref _overruns);
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            Socket socket;
            try
            {
                socket = await _listener.AcceptAsync();
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                return;
            }
            lock (_gate)
            {
                Node node = new(socket);
                if (_isClosed || _nodes.Count == NodesMax)
                {
                    CutOff(node);
                    continue;
                }
                // Under the gate: the node's levels and its later edges make one unbroken order.
                node.TryAdd(new GpioWireFrame(GpioWireKind.Hello, GpioWireFrame.Version, (ushort)_levels.Count, _microseconds));
                foreach ((int pin, bool isHigh) in _levels)
                    node.TryAdd(new GpioWireFrame(GpioWireKind.Level, (byte)(isHigh ? 1 : 0), (ushort)pin, _microseconds));
                _nodes.Add(node);
                _ = SendToAsync(node);
            }
        }
    }

    private async Task SendToAsync(Node node)
    {
        await node.SendAllAsync();
        lock (_gate)
            _nodes.Remove(node);
        node.Close();
    }

    /// <summary>A bench that was killed leaves its socket file; one that lives is not pushed aside.</summary>
    private static void RemoveDeadSocket(string path, UnixDomainSocketEndPoint endPoint)
    {
        if (!File.Exists(path))
            return;
        using Socket probe = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            probe.Connect(endPoint);
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionRefused && new FileInfo(path).Length == 0)
        {
            File.Delete(path);
            return;
        }
        catch (SocketException e)
        {
            throw new IOException($"'{path}' is taken by something that is no GPIO wire ({e.Message}): remove it or name another place", e);
        }
        throw new IOException($"another bench listens at '{path}': end it or name another place");
    }

    private sealed class Node(Socket socket)
    {
        private readonly Channel<GpioWireFrame> _frames =
            Channel.CreateBounded<GpioWireFrame>(new BoundedChannelOptions(FramesWaitingMax) { SingleReader = true, SingleWriter = true });

        public bool TryAdd(GpioWireFrame frame) => _frames.Writer.TryWrite(frame);

        public void Close()
        {
            _frames.Writer.TryComplete();
            socket.Dispose();
        }

        /// <summary>Returns when the node is gone or was closed.</summary>
        public async Task SendAllAsync()
        {
            byte[] buffer = new byte[GpioWireFrame.Bytes * 1024];
            try
            {
                while (await _frames.Reader.WaitToReadAsync())
                {
                    int filled = 0;
                    while (filled < buffer.Length && _frames.Reader.TryRead(out GpioWireFrame frame))
                    {
                        frame.Write(buffer.AsSpan(filled));
                        filled += GpioWireFrame.Bytes;
                    }
                    // A stream socket's SendAsync completes when all of it is with the kernel.
                    await socket.SendAsync(buffer.AsMemory(0, filled));
                }
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                // The node went away: its wire is taken down, the next connection puts up a new one.
            }
        }
    }
}
