using System.Net.Sockets;
using System.Threading.Channels;

namespace EdgeMeters.Bench.Network;

/// <summary>One direction of a connection: takes what comes, a piece at a time, and gives it on when the link has carried it, in order.</summary>
/// <param name="carry">How long so many bytes take from now on; null when the link goes before they are there.</param>
/// <param name="untilUp">Waits for the link to be back.</param>
/// <param name="note">Told of the bytes that have arrived.</param>
internal sealed class LinkPump(
    TcpClient from, TcpClient to, Func<int, TimeSpan?> carry, Func<CancellationToken, Task> untilUp, Action<int> note, TimeProvider time)
{
    private const int PieceBytesMax = 1400;

    private static readonly TimeSpan Stall = TimeSpan.FromMilliseconds(100);

    /// <summary>What is on the way at most: a sender of TCP does not send without end before it hears something.</summary>
    private const int PiecesMax = 32;

    private readonly Channel<(byte[] Bytes, Task Arrived)> _under = Channel.CreateBounded<(byte[], Task)>(PiecesMax);

    public async Task RunAsync(CancellationToken cancellation)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Task taking = TakeAsync(over.Token);
        try
        {
            await GiveAsync(over.Token);
        }
        finally
        {
            await over.CancelAsync();
            await taking.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task TakeAsync(CancellationToken cancellation)
    {
        byte[] piece = new byte[PieceBytesMax];
        Exception? fault = null;
        try
        {
            int count;
            while ((count = await from.GetStream().ReadAsync(piece, cancellation)) > 0)
                await _under.Writer.WriteAsync((piece[..count], CarryAsync(count, cancellation)), cancellation);
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException or InvalidOperationException or OperationCanceledException)
        {
            fault = e;
        }
        _under.Writer.TryComplete(fault);
    }

    // What an outage swallows is sent again when it is over: so does TCP.
    private async Task CarryAsync(int count, CancellationToken cancellation)
    {
        TimeSpan? wait;
        while ((wait = carry(count)) == null)
        {
            await Task.Delay(Stall, time, cancellation);
            await untilUp(cancellation);
        }
        await Task.Delay(wait.Value, time, cancellation);
    }

    private async Task GiveAsync(CancellationToken cancellation)
    {
        await foreach (var (bytes, arrived) in _under.Reader.ReadAllAsync(cancellation))
        {
            await arrived;
            await to.GetStream().WriteAsync(bytes, cancellation);
            note(bytes.Length);
        }
        to.Client.Shutdown(SocketShutdown.Send);
    }
}
