using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace EdgeMeters.Simulation.Processes;

/// <summary>A port that leads to another one, until its connections are cut: at both ends at once, with a reset, whatever is under way.</summary>
internal sealed class Relay : IDisposable
{
    private const int BufferBytes = 16 * 1024;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<Socket, Socket> _pairs = new();
    private readonly int _target;
    private volatile bool _isClosed;

    public Relay(int target)
    {
        _target = target;
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _ = AcceptAsync();
    }

    public int Port { get; }

    /// <returns>How many connections were cut.</returns>
    public int Cut()
    {
        int cut = 0;
        foreach (var (near, far) in _pairs)
        {
            if (!_pairs.TryRemove(near, out _))
                continue;
            Reset(near);
            Reset(far);
            cut++;
        }
        return cut;
    }

    public void Dispose()
    {
        _isClosed = true;
        _listener.Stop();
        Cut();
    }

    private async Task AcceptAsync()
    {
        while (!_isClosed)
        {
            try
            {
                _ = ServeAsync(await _listener.AcceptSocketAsync());
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                // Closed, or a connection that was gone before it was taken.
            }
        }
    }

    private async Task ServeAsync(Socket near)
    {
        var far = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        near.NoDelay = true;
        try
        {
            await far.ConnectAsync(IPAddress.Loopback, _target);
            _pairs.TryAdd(near, far);
            await Task.WhenAll(PumpAsync(near, far), PumpAsync(far, near));
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Nobody listens, or an end is gone: so is the other.
        }
        finally
        {
            _pairs.TryRemove(near, out _);
            near.Dispose();
            far.Dispose();
        }
    }

    private static async Task PumpAsync(Socket from, Socket to)
    {
        byte[] buffer = new byte[BufferBytes];
        try
        {
            while (await from.ReceiveAsync(buffer) is > 0 and var bytes)
            {
                for (int sent = 0; sent < bytes;)
                    sent += await to.SendAsync(buffer.AsMemory(sent, bytes - sent));
            }
            // What is still on its way goes through before the end does.
            to.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // A reset goes on as a reset: else the other end would wait for one that is gone.
            Reset(from);
            Reset(to);
        }
    }

    private static void Reset(Socket socket)
    {
        try
        {
            socket.LingerState = new LingerOption(true, 0);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It has ended by itself.
        }
        socket.Dispose();
    }
}
