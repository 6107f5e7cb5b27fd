using System.Net;
using System.Net.Sockets;

namespace EdgeMeters.Bench.Network;

/// <summary>A station's link between real programs: whoever connects to it reaches the far end through an <see cref="EmulatedLink"/>.</summary>
/// <remarks>
/// All connections share the link. In an outage nothing passes and nothing is closed, as on air: who cannot wait ends the connection himself, and
/// the other end hears of it when the link is back. Times are the machine's.
/// </remarks>
public sealed class LinkProxy : IAsyncDisposable
{
    private const int ConnectionsMax = 1000;

    private readonly TcpListener _listener;
    private readonly string _host;
    private readonly int _port;
    private readonly EmulatedLink _link;
    private readonly TimeProvider _time;
    private readonly long _start;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _lock = new();
    private readonly HashSet<Task> _serving = [];
    private readonly Task _accepting;
    private int _connections;
    private int _resets;
    private int _halfOpen;
    private int _refused;
    private long _bytesUp;
    private long _bytesDown;

    /// <summary>Listens from now on.</summary>
    /// <exception cref="SocketException">It cannot listen there.</exception>
    public LinkProxy(IPEndPoint listen, string host, int port, EmulatedLink link, TimeProvider time)
    {
        _host = host;
        _port = port;
        _link = link;
        _time = time;
        _start = time.GetTimestamp();
        _listener = new TcpListener(listen);
        _listener.Start();
        Local = (IPEndPoint)_listener.LocalEndpoint;
        _accepting = Task.Run(AcceptAsync);
    }

    /// <summary>Where it listens; its port where none was named.</summary>
    public IPEndPoint Local { get; }

    /// <summary>Connections so far.</summary>
    public int Connections => Volatile.Read(ref _connections);

    /// <summary>Connections that it ended at both ends.</summary>
    public int Resets => Volatile.Read(ref _resets);

    /// <summary>Connections that it ended at one end.</summary>
    public int HalfOpen => Volatile.Read(ref _halfOpen);

    public string Describe() =>
        $"connections {Connections}, resets {Resets}, half open {HalfOpen}, refused {Volatile.Read(ref _refused)}, up {Interlocked.Read(ref _bytesUp)} B, "
        + $"down {Interlocked.Read(ref _bytesDown)} B, {(IsUp ? "up" : "out")}";

    private long NowMs => (long)_time.GetElapsedTime(_start).TotalMilliseconds;

    private bool IsUp
    {
        get { lock (_lock) return _link.IsUp(NowMs); }
    }

    public async ValueTask DisposeAsync()
    {
        if (_stop.IsCancellationRequested)
            return;
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        Task[] serving;
        lock (_lock)
            serving = [.. _serving];
        await Task.WhenAll(serving);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            TcpClient near;
            try
            {
                near = await _listener.AcceptTcpClientAsync(_stop.Token);
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }
            lock (_lock)
            {
                if (_serving.Count >= ConnectionsMax)
                {
                    Interlocked.Increment(ref _refused);
                    Abort(near);
                    continue;
                }
                Interlocked.Increment(ref _connections);
                Task serving = Task.Run(() => ServeAsync(near));
                _serving.Add(serving);
                _ = serving.ContinueWith(Forget, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            }
        }
    }

    private void Forget(Task serving)
    {
        lock (_lock)
            _serving.Remove(serving);
    }

    private async Task ServeAsync(TcpClient near)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        using TcpClient far = new();
        try
        {
            await UntilUpAsync(over.Token);
            await far.ConnectAsync(_host, _port, over.Token);
            near.NoDelay = far.NoDelay = true;
            Task up = new LinkPump(near, far, Carry(_link.CarryUp), UntilUpAsync, n => Interlocked.Add(ref _bytesUp, n), _time).RunAsync(over.Token);
            Task down = new LinkPump(far, near, Carry(_link.CarryDown), UntilUpAsync, n => Interlocked.Add(ref _bytesDown, n), _time).RunAsync(over.Token);
            Task reset = Task.Delay(ResetAfter(), _time, over.Token);
            Task ended = Task.WhenAll(up, down);
            if (await Task.WhenAny(ended, reset, up.IsFaulted ? up : ended) == reset && reset.IsCompletedSuccessfully)
                await ResetAsync(near, far, ended);
            else
                await ended;
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            // One end is gone: the other hears of it below.
        }
        finally
        {
            await over.CancelAsync();
            Abort(near);
            Abort(far);
        }
    }

    // Half open: the far end is told, the near one sends into nothing until it loses patience.
    private async Task ResetAsync(TcpClient near, TcpClient far, Task ended)
    {
        bool isHalf;
        lock (_lock)
            isHalf = _link.IsHalfOpen();
        Interlocked.Increment(ref isHalf ? ref _halfOpen : ref _resets);
        Abort(far);
        if (!isHalf)
            return;
        try
        {
            await ended;
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
        {
            // What was under way to the far end.
        }
        byte[] nothing = new byte[4096];
        while (await near.GetStream().ReadAsync(nothing, _stop.Token) > 0)
        {
            // Swallowed.
        }
    }

    private TimeSpan ResetAfter()
    {
        double ms;
        lock (_lock)
            ms = _link.NextResetMs();
        // Timers take no more than some weeks.
        return ms > TimeSpan.FromDays(30).TotalMilliseconds ? Timeout.InfiniteTimeSpan : TimeSpan.FromMilliseconds(ms);
    }

    private Func<int, TimeSpan?> Carry(Func<long, int, long> carry) => bytes =>
    {
        lock (_lock)
        {
            long nowMs = NowMs;
            long arrives = carry(nowMs, bytes);
            return arrives < 0 ? null : TimeSpan.FromMilliseconds(Math.Max(0, arrives - nowMs));
        }
    };

    private async Task UntilUpAsync(CancellationToken cancellation)
    {
        long waitMs;
        do
        {
            lock (_lock)
                waitMs = _link.BackMs(NowMs) - NowMs;
            if (waitMs > 0)
                await Task.Delay(waitMs > TimeSpan.FromDays(1).TotalMilliseconds ? TimeSpan.FromDays(1) : TimeSpan.FromMilliseconds(waitMs), _time, cancellation);
        }
        while (waitMs > 0);
    }

    // With a reset: neither end may take it for a clean goodbye.
    private static void Abort(TcpClient client)
    {
        try
        {
            client.LingerState = new LingerOption(true, 0);
            client.Close();
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It is gone already.
        }
    }
}
