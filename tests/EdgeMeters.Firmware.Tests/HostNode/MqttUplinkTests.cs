using System.Diagnostics;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using EdgeMeters.HostNode;
using EdgeMeters.HostNode.Configuration;
using EdgeMeters.Metering.Ports;
using MQTTnet.Protocol;

namespace EdgeMeters.Firmware.Tests.HostNode;

public sealed class MqttUplinkTests : IDisposable
{
    private const int DeadlineMs = 20000;

    private static readonly byte[] Block = [0xE1, 1, 2, 3];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_block_is_received_once_the_gateway_says_so_and_only_on_success()
    {
        await using TestGateway gateway = await TestGateway.StartAsync(TestGateway.FreePort());
        using MqttUplink uplink = Plain(gateway.Port);
        Until(() => uplink.IsConnected);
        Assert.Equal(1, uplink.SessionNumber);
        uplink.Send(Block, 3);
        Until(() => uplink.Outcome == UplinkOutcome.Received);
        Assert.Null(uplink.LastError);
        Assert.True(gateway.Received.TryDequeue(out var received));
        Assert.Equal(("node-7", "em/v1/node-7/block"), (received.Client, received.Topic));
        Assert.Equal([0xE1, 1, 2], received.Payload);

        gateway.Reason = MqttPubAckReasonCode.QuotaExceeded;
        uplink.Send(Block, 3);
        Until(() => uplink.Outcome == UplinkOutcome.Failed);
        Assert.Contains("QuotaExceeded", uplink.LastError);
    }

    [Fact]
    public async Task A_broker_that_nobody_listens_to_is_no_gateway()
    {
        await using TestGateway gateway = await TestGateway.StartAsync(TestGateway.FreePort());
        gateway.IsPlainBroker = true;
        using MqttUplink uplink = Plain(gateway.Port);
        Until(() => uplink.IsConnected);
        uplink.Send(Block, 3);
        Until(() => uplink.Outcome != UplinkOutcome.Pending);
        Assert.Equal(UplinkOutcome.Failed, uplink.Outcome);
        Assert.Contains("NoMatchingSubscribers", uplink.LastError);
    }

    [Fact]
    public async Task A_gateway_that_was_away_is_found_again_in_a_new_session()
    {
        int port = TestGateway.FreePort();
        using MqttUplink uplink = Plain(port);
        Until(() => uplink.LastError != null);
        uplink.Send(Block, 3);
        Assert.Equal(UplinkOutcome.Failed, uplink.Outcome);
        await using (await TestGateway.StartAsync(port))
            Until(() => uplink.IsConnected);
        Until(() => !uplink.IsConnected);
        await using TestGateway again = await TestGateway.StartAsync(port);
        Until(() => uplink.IsConnected);
        Assert.Equal(2, uplink.SessionNumber);
        uplink.Send(Block, 4);
        Until(() => uplink.Outcome == UplinkOutcome.Received);
    }

    [Fact]
    public async Task Both_sides_prove_themselves_over_tls()
    {
        using TestAuthority authority = new("authority");
        using X509Certificate2 server = authority.Issue("gateway", IPAddress.Loopback);
        await using TestGateway gateway = await TestGateway.StartAsync(TestGateway.FreePort(), server, authority.Certificate);
        using MqttUplink uplink = Secure(gateway.Port, "127.0.0.1", authority, authority);
        Until(() => uplink.IsConnected);
        uplink.Send(Block, 4);
        Until(() => uplink.Outcome == UplinkOutcome.Received);
    }

    [Theory]
    [InlineData("another authority signed the gateway")]
    [InlineData("the gateway has another name")]
    [InlineData("another authority signed the node")]
    [InlineData("the gateway shows a certificate for clients")]
    public async Task Who_cannot_prove_himself_gets_no_session(string fault)
    {
        using TestAuthority authority = new("authority");
        using TestAuthority other = new("authority");
        using X509Certificate2 server = fault switch
        {
            "the gateway has another name" => authority.Issue("gateway", IPAddress.Parse("192.0.2.9")),
            "the gateway shows a certificate for clients" => authority.Issue("127.0.0.1", null),
            _ => authority.Issue("gateway", IPAddress.Loopback),
        };
        await using TestGateway gateway = await TestGateway.StartAsync(TestGateway.FreePort(), server, authority.Certificate);
        using MqttUplink uplink = Secure(
            gateway.Port,
            "127.0.0.1",
            trusted: fault == "another authority signed the gateway" ? other : authority,
            issuer: fault == "another authority signed the node" ? other : authority);
        Until(() => uplink.LastError != null);
        Assert.False(uplink.IsConnected);
        Assert.Empty(gateway.Received);
    }

    [Fact]
    public void Plain_tcp_to_another_machine_and_unusable_certificates_are_refused_by_name()
    {
        Assert.Contains("gateway.tls", Assert.Throws<DeviceException>(
            () => new MqttUplink("n", new GatewayAddress("192.0.2.1", 1883, null), new HostEntropy(), TimeProvider.System)).Message);
        string text = _folder.Write("text.pem", "no certificate");
        Assert.Contains("text.pem", Assert.Throws<DeviceException>(
            () => new MqttUplink("n", new GatewayAddress("192.0.2.1", 8883, new TlsFiles(text, text, text)), new HostEntropy(), TimeProvider.System)).Message);
    }

    private static MqttUplink Plain(int port) => new("node-7", new GatewayAddress("127.0.0.1", port, null), new HostEntropy(), TimeProvider.System);

    private MqttUplink Secure(int port, string host, TestAuthority trusted, TestAuthority issuer)
    {
        using X509Certificate2 client = issuer.Issue("node-7", null);
        TlsFiles files = new(
            _folder.Write("ca.pem", trusted.Certificate.ExportCertificatePem()),
            _folder.Write("node.pem", client.ExportCertificatePem()),
            _folder.Write("node.key", client.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem()));
        return new MqttUplink("node-7", new GatewayAddress(host, port, files), new HostEntropy(), TimeProvider.System);
    }

    private static void Until(Func<bool> condition)
    {
        long start = Stopwatch.GetTimestamp();
        while (!condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(start).TotalMilliseconds < DeadlineMs, "not within the deadline");
            Thread.Sleep(10);
        }
    }
}
