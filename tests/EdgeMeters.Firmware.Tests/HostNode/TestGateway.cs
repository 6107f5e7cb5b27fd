using System.Collections.Concurrent;
using System.Net;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using MQTTnet.Protocol;
using MQTTnet.Server;

namespace EdgeMeters.Firmware.Tests.HostNode;

/// <summary>A real MQTT server on loopback that answers a publish as the test says.</summary>
internal sealed class TestGateway : IAsyncDisposable
{
    private const string GatewayId = "gateway";

    private readonly MqttServer _server;

    private TestGateway(MqttServer server, int port)
    {
        _server = server;
        Port = port;
    }

    public int Port { get; }

    public ConcurrentQueue<(string Client, string Topic, byte[] Payload)> Received { get; } = [];

    /// <summary>Reason code of the next acknowledgements.</summary>
    public MqttPubAckReasonCode Reason { get; set; } = MqttPubAckReasonCode.Success;

    /// <summary>As a broker that passes on to whoever subscribed, which is nobody.</summary>
    public bool IsPlainBroker { get; set; }

    /// <summary>Called with what was received, on the server's thread.</summary>
    public Action<byte[]>? Took { get; set; }

    /// <summary>Sends to whoever subscribed to a topic.</summary>
    public void Send(string topic, byte[] payload)
    {
        MQTTnet.MqttApplicationMessage message = new()
        {
            Topic = topic,
            PayloadSegment = payload,
            QualityOfServiceLevel = MqttQualityOfServiceLevel.AtLeastOnce,
        };
        _ = _server.InjectApplicationMessage(new InjectedMqttApplicationMessage(message) { SenderClientId = GatewayId });
    }

    public static async Task<TestGateway> StartAsync(int port, X509Certificate2? certificate = null, X509Certificate2? clientAuthority = null)
    {
        MqttServerOptionsBuilder options = new();
        if (certificate == null)
        {
            options.WithDefaultEndpoint().WithDefaultEndpointBoundIPAddress(IPAddress.Loopback).WithDefaultEndpointPort(port);
        }
        else
        {
            options.WithoutDefaultEndpoint().WithEncryptedEndpoint().WithEncryptedEndpointBoundIPAddress(IPAddress.Loopback)
                .WithEncryptedEndpointPort(port).WithEncryptionCertificate(certificate).WithEncryptionSslProtocol(SslProtocols.None)
                .WithClientCertificate((_, client, _, _) => client != null && IsSignedBy(new X509Certificate2(client), clientAuthority!));
        }
        TestGateway gateway = new(new MqttServerFactory().CreateMqttServer(options.Build()), port);
        gateway._server.InterceptingPublishAsync += gateway.OnPublishAsync;
        await gateway._server.StartAsync();
        return gateway;
    }

    public static int FreePort()
    {
        using System.Net.Sockets.TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public async ValueTask DisposeAsync()
    {
        await _server.StopAsync();
        _server.Dispose();
    }

    private Task OnPublishAsync(InterceptingPublishEventArgs e)
    {
        if (e.ClientId == GatewayId)
            return Task.CompletedTask;
        Received.Enqueue((e.ClientId, e.ApplicationMessage.Topic, System.Buffers.BuffersExtensions.ToArray(e.ApplicationMessage.Payload)));
        e.ProcessPublish = IsPlainBroker;
        e.Response.ReasonCode = Reason;
        Took?.Invoke(System.Buffers.BuffersExtensions.ToArray(e.ApplicationMessage.Payload));
        return Task.CompletedTask;
    }

    private static bool IsSignedBy(X509Certificate2 certificate, X509Certificate2 authority)
    {
        using X509Chain chain = new();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(authority);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        return chain.Build(certificate);
    }
}
