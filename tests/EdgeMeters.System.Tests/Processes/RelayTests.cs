using System.Net;
using System.Net.Sockets;
using EdgeMeters.Simulation.Processes;

namespace EdgeMeters.SystemTests.Processes;

public sealed class RelayTests
{
    [Fact]
    public async Task What_goes_in_comes_out_until_the_connection_is_cut_at_both_ends()
    {
        using var target = new TcpListener(IPAddress.Loopback, 0);
        target.Start();
        using var relay = new Relay(((IPEndPoint)target.LocalEndpoint).Port);
        using var near = new TcpClient();
        await near.ConnectAsync(IPAddress.Loopback, relay.Port, TestContext.Current.CancellationToken);
        using var far = await target.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
        byte[] sent = new byte[100_000];
        new Random(1).NextBytes(sent);
        var sending = near.GetStream().WriteAsync(sent, TestContext.Current.CancellationToken).AsTask();
        byte[] got = new byte[sent.Length];
        await far.GetStream().ReadExactlyAsync(got, TestContext.Current.CancellationToken);
        await sending;
        Assert.Equal(sent, got);
        await far.GetStream().WriteAsync(new byte[] { 7 }, TestContext.Current.CancellationToken);
        Assert.Equal(7, near.GetStream().ReadByte());

        Assert.Equal(1, relay.Cut());
        Assert.Throws<IOException>(() => near.GetStream().ReadByte());
        Assert.Throws<IOException>(() => far.GetStream().ReadByte());
        Assert.Equal(0, relay.Cut());
        using var again = new TcpClient();
        await again.ConnectAsync(IPAddress.Loopback, relay.Port, TestContext.Current.CancellationToken);
    }
}
