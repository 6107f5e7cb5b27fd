using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using EdgeMeters.Gateway.Configuration;
using EdgeMeters.Wire;
using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Protocol;

namespace EdgeMeters.Gateway.Tests.Ingest;

public sealed class MqttIngestTlsTests : IDisposable
{
    private const string Node = IngestUnderTest.Node;

    private readonly TempFolder _folder = new();
    private readonly TestAuthority _authority = new("Authority of the nodes");
    private readonly TestAuthority _stranger = new("Authority of the nodes");
    private readonly X509Certificate2 _server;

    public MqttIngestTlsTests()
    {
        _server = _authority.ForServer();
    }

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task A_node_with_its_own_certificate_is_let_in_and_gets_its_receipt(SslProtocols protocol)
    {
        var store = new ScriptedStore();
        await using var ingest = await IngestUnderTest.StartAsync(store, Tls());
        using var certificate = _authority.ForNode(Node);
        using var client = await HandshakeAsync(ingest, certificate, protocol);
        Assert.Equal((byte?)0, await client!.PresentAsync(Node));
        await client.PublishAsync(IngestUnderTest.TopicOf(Node), IngestUnderTest.BlockOf(Node));
        Assert.Equal(RawMqttClient.PubAck, (await client.ReadPacketAsync())!.Value.Type);
        Assert.Equal(1, ingest.Kept(BlockKind.Readings, known: false));
    }

    [Fact]
    public async Task A_client_library_with_the_right_certificate_is_let_in()
    {
        await using var ingest = await IngestUnderTest.StartAsync(new ScriptedStore(), Tls());
        using var certificate = _authority.ForNode(Node);
        using var authority = X509Certificate2.CreateFromPem(_authority.Pem);
        using var client = new MqttClientFactory().CreateMqttClient();
        await client.ConnectAsync(new MqttClientOptionsBuilder().WithTcpServer("127.0.0.1", ingest.Port).WithClientId(Node).WithProtocolVersion(MqttProtocolVersion.V500)
            .WithTlsOptions(tls => tls.WithClientCertificates([certificate]).WithTrustChain([authority])).Build());
        var result = await client.PublishBinaryAsync(IngestUnderTest.TopicOf(Node), IngestUnderTest.BlockOf(Node), MqttQualityOfServiceLevel.AtLeastOnce);
        Assert.Equal(MqttClientPublishReasonCode.Success, result.ReasonCode);
    }

    [Fact]
    public async Task Whoever_has_no_certificate_of_the_authority_in_force_for_a_node_is_not_let_in()
    {
        var store = new ScriptedStore();
        await using var ingest = await IngestUnderTest.StartAsync(store, Tls());
        using var ofStranger = _stranger.ForNode(Node);
        using var expired = _authority.ForNode(Node, daysLeft: -1);
        using var ofServer = _authority.ForServer();
        foreach (var certificate in new[] { ofStranger, expired, ofServer })
        {
            foreach (var protocol in new[] { SslProtocols.Tls12, SslProtocols.Tls13 })
            {
                double before = ingest.RefusedFor("certificate");
                using var client = await HandshakeAsync(ingest, certificate, protocol);
                Assert.Null(client == null ? null : await PresentAsync(client, Node));
                await Deadline.UntilAsync(() => ingest.RefusedFor("certificate") == before + 1, "the refusal to be counted");
            }
        }
        using var without = await HandshakeAsync(ingest, null, SslProtocols.Tls13);
        Assert.Null(without == null ? null : await PresentAsync(without, Node));
        await AssertPlainIsRefusedAsync(ingest);
        using var right = _authority.ForNode(Node);
        using var unharmed = await HandshakeAsync(ingest, right, SslProtocols.Tls13);
        Assert.Equal((byte?)0, await unharmed!.PresentAsync(Node));
        Assert.Empty(store.Blocks);
    }

    [Fact]
    public async Task A_node_that_presents_itself_by_another_name_than_its_certificates_is_not_let_in()
    {
        await using var ingest = await IngestUnderTest.StartAsync(new ScriptedStore(), Tls());
        using var certificate = _authority.ForNode(IngestUnderTest.OtherNode);
        using var client = await HandshakeAsync(ingest, certificate, SslProtocols.Tls13);
        Assert.Equal((byte?)5, await client!.PresentAsync(Node));
        Assert.Empty(await client.ReadToEndAsync());
        Assert.Equal(1, ingest.RefusedFor("name"));
    }

    [Fact]
    public async Task A_certificate_of_the_authority_does_not_make_a_node_of_who_is_not_configured()
    {
        await using var ingest = await IngestUnderTest.StartAsync(new ScriptedStore(), Tls());
        using var certificate = _authority.ForNode("node-3");
        using var client = await HandshakeAsync(ingest, certificate, SslProtocols.Tls13);
        Assert.Equal((byte?)5, await client!.PresentAsync("node-3"));
        Assert.Equal(1, ingest.RefusedFor("unknown-node"));
    }

    [Fact]
    public async Task Certificates_that_cannot_be_used_are_named()
    {
        var good = Tls();
        string empty = _folder.PathOf("empty.pem");
        await File.WriteAllTextAsync(empty, "");
        using var other = _authority.ForServer();
        string foreignKey = _folder.PathOf("foreign.key");
        await File.WriteAllTextAsync(foreignKey, other.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        foreach (var tls in new[] { good with { Ca = empty }, good with { Certificate = empty }, good with { Key = empty }, good with { Key = foreignKey }, good with { Ca = good.Key } })
        {
            var e = await Assert.ThrowsAsync<StartException>(() => IngestUnderTest.StartAsync(new ScriptedStore(), tls));
            Assert.Contains("mqtt:tls", e.Message, StringComparison.Ordinal);
            Assert.Contains(_folder.Path, e.Message, StringComparison.Ordinal);
        }
    }

    public void Dispose()
    {
        _server.Dispose();
        _stranger.Dispose();
        _authority.Dispose();
        _folder.Dispose();
    }

    private TlsSettings Tls()
    {
        var settings = new TlsSettings(_folder.PathOf("ca.pem"), _folder.PathOf("gateway.pem"), _folder.PathOf("gateway.key"));
        File.WriteAllText(settings.Ca, _authority.Pem);
        File.WriteAllText(settings.Certificate, _server.ExportCertificatePem());
        File.WriteAllText(settings.Key, _server.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        return settings;
    }

    // Null when the handshake itself was refused. With TLS 1.3 the client hears of that only with what it reads next.
    private static async Task<RawMqttClient?> HandshakeAsync(IngestUnderTest ingest, X509Certificate2? certificate, SslProtocols protocol)
    {
        var tcp = new TcpClient();
        await tcp.ConnectAsync(IPAddress.Loopback, ingest.Port);
        var stream = new SslStream(tcp.GetStream());
        try
        {
            await stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
            {
                TargetHost = "127.0.0.1",
                EnabledSslProtocols = protocol,
                ClientCertificateContext = certificate == null ? null : SslStreamCertificateContext.Create(certificate, null, offline: true),
                // This end is not what is tested.
                RemoteCertificateValidationCallback = (_, _, _, _) => true,
            });
            return new RawMqttClient(stream, 4);
        }
        catch (Exception e) when (e is IOException or AuthenticationException)
        {
            await stream.DisposeAsync();
            return null;
        }
    }

    private static async Task<byte?> PresentAsync(RawMqttClient client, string name)
    {
        try
        {
            return await client.PresentAsync(name);
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static async Task AssertPlainIsRefusedAsync(IngestUnderTest ingest)
    {
        using var tcp = new TcpClient();
        await tcp.ConnectAsync(IPAddress.Loopback, ingest.Port);
        using var client = new RawMqttClient(tcp.GetStream(), 4);
        Assert.Null(await PresentAsync(client, Node));
    }
}
