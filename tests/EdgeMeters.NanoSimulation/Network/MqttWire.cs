using System;
using System.Buffers;
using System.Collections.Concurrent;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Threading;
using System.Threading.Tasks;
using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Protocol;
using RealCertificate = System.Security.Cryptography.X509Certificates.X509Certificate2;

namespace EdgeMeters.NanoSimulation.Network;

/// <summary>A real connection of MQTT 3.1.1 to a real server, used from virtual time: every call blocks real time and returns when it is done.</summary>
internal sealed class MqttWire
{
    private static readonly TimeSpan RealTimeout = TimeSpan.FromSeconds(20);

    private readonly IMqttClient _client = new MqttClientFactory().CreateMqttClient();
    private int _isGone;

    public MqttWire()
    {
        _client.DisconnectedAsync += _ =>
        {
            Volatile.Write(ref _isGone, 1);
            return Task.CompletedTask;
        };
        _client.ApplicationMessageReceivedAsync += e =>
        {
            Incoming.Enqueue((e.ApplicationMessage.Topic, e.ApplicationMessage.Payload.ToArray()));
            return Task.CompletedTask;
        };
    }

    public ConcurrentQueue<(string Topic, byte[] Payload)> Incoming { get; } = [];

    public bool IsGone => Volatile.Read(ref _isGone) != 0;

    /// <param name="certificate">The client's, with its key; null for none.</param>
    /// <param name="authority">Signs the server's; null connects without TLS.</param>
    /// <param name="wallClock">By which the server's certificate is judged.</param>
    /// <returns>The return code of CONNACK.</returns>
    public int Connect(
        string host, int port, string clientId, ushort keepAliveSeconds, RealCertificate? certificate, RealCertificate? authority, DateTime wallClock)
    {
        MqttClientOptionsBuilder builder = new MqttClientOptionsBuilder()
            .WithTcpServer(host, port)
            .WithProtocolVersion(MqttProtocolVersion.V311)
            .WithClientId(clientId)
            .WithCleanSession()
            .WithKeepAlivePeriod(TimeSpan.FromSeconds(keepAliveSeconds))
            .WithTimeout(RealTimeout);
        string judged = "";
        if (authority != null)
        {
            builder.WithTlsOptions(tls => tls
                .UseTls()
                .WithSslProtocols(SslProtocols.Tls12)
                .WithTargetHost(host)
                .WithClientCertificates(certificate == null ? [] : [certificate])
                .WithCertificateValidationHandler(e => (judged = Judge(e.Certificate, authority, wallClock)).Length == 0));
        }
        try
        {
            return (int)Wait(_client.ConnectAsync(builder.Build())).ResultCode;
        }
        catch (Exception e) when (judged.Length > 0)
        {
            throw new AuthenticationException(judged, e);
        }
    }

    /// <returns>True when the server acknowledged.</returns>
    public bool TryPublish(string topic, byte[] payload, bool isAgain)
    {
        try
        {
            MqttApplicationMessage message = new()
            {
                Topic = topic,
                Payload = new ReadOnlySequence<byte>(payload),
                QualityOfServiceLevel = MqttQualityOfServiceLevel.AtLeastOnce,
                Dup = isAgain,
            };
            return Wait(_client.PublishAsync(message)).ReasonCode == MqttClientPublishReasonCode.Success;
        }
        catch (Exception)
        {
            // The server closed, which is its way to refuse in 3.1.1, or never answered: no acknowledgement either way.
            return false;
        }
    }

    public bool TrySubscribe(string topic)
    {
        try
        {
            Wait(_client.SubscribeAsync(topic, MqttQualityOfServiceLevel.AtLeastOnce));
            return true;
        }
        catch (Exception)
        {
            return false;
        }
    }

    public void Close()
    {
        try
        {
            if (_client.IsConnected)
                Wait(Task.Run(async () => { await _client.DisconnectAsync().ConfigureAwait(false); return 0; }));
        }
        catch (Exception)
        {
            // It is gone already.
        }
        Cut();
    }

    public void Cut()
    {
        Volatile.Write(ref _isGone, 1);
        _client.Dispose();
    }

    private static string Judge(System.Security.Cryptography.X509Certificates.X509Certificate certificate, RealCertificate authority, DateTime wallClock)
    {
        using RealCertificate server = new(certificate);
        if (wallClock < server.NotBefore.ToUniversalTime())
            return "the server's certificate is not yet valid";
        if (wallClock > server.NotAfter.ToUniversalTime())
            return "the server's certificate has expired";
        using X509Chain chain = new();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(authority);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.VerificationTime = wallClock;
        return chain.Build(server) ? "" : "the server's certificate is not signed by the authority";
    }

    private static T Wait<T>(Task<T> task)
    {
        if (!Task.Run(() => task).Wait(RealTimeout))
            throw new TimeoutException("the real server does not answer");
        return task.GetAwaiter().GetResult();
    }
}
