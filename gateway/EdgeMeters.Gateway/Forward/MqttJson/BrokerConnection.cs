using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MQTTnet;
using MQTTnet.Exceptions;
using MQTTnet.Formatter;

namespace EdgeMeters.Gateway.Forward.MqttJson;

/// <summary>The connection to one broker: made when needed, dropped at the first doubt, and never hurried.</summary>
/// <remarks>
/// One call at a time, except for <see cref="PublishAsync"/>, which may overlap itself. Every connection is a clean session: what a broker
/// did not acknowledge is sent anew by its key, not by MQTT's own redelivery, which would need a session store of ours.
/// </remarks>
internal sealed class BrokerConnection(MqttJsonOptions options, TimeProvider time, Random jitter) : IAsyncDisposable
{
    /// <summary>First pause after a failure; doubles with each further one.</summary>
    public const int BackoffMinMs = 500;

    /// <summary>Longest pause. A broker that comes back is found again within this, and a station full of gateways does not flood it.</summary>
    public const int BackoffMaxMs = 30_000;

    // What a call waits for the end of a pause before it says "not yet".
    private const int PatienceMs = 4_000;

    // The longest silence after which a dead link is noticed while there is nothing to send.
    private const int KeepAliveSeconds = 30;

    private IMqttClient? _client;
    private int _failures;
    private long? _pausedAt;
    private int _pauseMs;
    private string _error = "";

    /// <summary>Messages without acknowledgement that the broker of this connection allows.</summary>
    public int InFlightMax { get; private set; }

    /// <summary>Largest packet that the broker of this connection takes; null for no limit stated.</summary>
    public uint? PacketBytesMax { get; private set; }

    /// <summary>Sees to it that there is a connection and no pause.</summary>
    /// <returns>Null when messages can be sent; else why not.</returns>
    public async Task<string?> EnsureAsync(CancellationToken deadline)
    {
        int waitMs = PauseLeftMs();
        if (waitMs > PatienceMs)
        {
            await DelayAsync(PatienceMs, deadline);
            return $"{_error} Next try in {(waitMs - PatienceMs + 999) / 1000} s.";
        }
        if (waitMs > 0)
            await DelayAsync(waitMs, deadline);
        if (_client is { IsConnected: true })
            return null;
        return await ConnectAsync(deadline);
    }

    /// <summary>Sends one message. Messages are put on the wire in the order of the calls.</summary>
    public Task<MqttClientPublishResult> PublishAsync(MqttApplicationMessage message, CancellationToken deadline) =>
        (_client ?? throw new MqttClientNotConnectedException()).PublishAsync(message, deadline);

    /// <summary>The broker took a message: it works, and the next failure counts as the first.</summary>
    public void Proved() => _failures = 0;

    /// <summary>Something failed: nothing is tried until a pause is over, which grows with every failure in a row.</summary>
    public void Pause(string error)
    {
        _error = error;
        int ceilingMs = (int)Math.Min(BackoffMaxMs, (long)BackoffMinMs << Math.Min(_failures, 16));
        // Half of it is left to chance, so that the gateways of a broker that failed do not all come back at once.
        _pauseMs = ceilingMs / 2 + jitter.Next(ceilingMs / 2 + 1);
        _pausedAt = time.GetTimestamp();
        _failures++;
    }

    /// <summary>Ends the connection. What is not acknowledged on it stays so.</summary>
    public void Drop()
    {
        _client?.Dispose();
        _client = null;
    }

    public async ValueTask DisposeAsync()
    {
        if (_client is { IsConnected: true } client)
        {
            using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(1), time);
            try
            {
                await client.DisconnectAsync(new MqttClientDisconnectOptions(), deadline.Token);
            }
            catch (Exception e) when (e is MqttCommunicationException or OperationCanceledException or SocketException or IOException)
            {
                // The broker sees the connection end all the same; there is nobody left to tell.
            }
        }
        Drop();
    }

    private int PauseLeftMs() =>
        _pausedAt is { } since ? (int)Math.Max(0, _pauseMs - time.GetElapsedTime(since).TotalMilliseconds) : 0;

    private Task DelayAsync(int delayMs, CancellationToken deadline) => Task.Delay(TimeSpan.FromMilliseconds(delayMs), time, deadline);

    private async Task<string?> ConnectAsync(CancellationToken deadline)
    {
        Drop();
        var certificates = new List<X509Certificate2>();
        try
        {
            _client = new MqttClientFactory().CreateMqttClient();
            var answer = await _client.ConnectAsync(Build(certificates), deadline);
            if (answer.ResultCode == MqttClientConnectResultCode.Success)
            {
                InFlightMax = answer.ReceiveMaximum is > 0 ? Math.Min(options.InFlightMax, answer.ReceiveMaximum.Value) : options.InFlightMax;
                PacketBytesMax = answer.MaximumPacketSize is > 0 ? answer.MaximumPacketSize : null;
                return null;
            }
            return Fail($"{Remedy(answer.ResultCode)} ({answer.ResultCode}{Reason(answer.ReasonString)})");
        }
        catch (OperationCanceledException)
        {
            return Fail("it does not answer. Check address, port and firewall");
        }
        catch (CryptographicException e)
        {
            return Fail($"a certificate or key file cannot be used: {e.Message} Check caFile, clientCertificateFile and clientKeyFile");
        }
        catch (Exception e) when (FindTlsError(e) is { } tls)
        {
            return Fail($"TLS fails: {tls.Message} Check caFile, the name in the broker's certificate, and our certificate");
        }
        catch (Exception e) when (e is MqttCommunicationException or SocketException or IOException or UnauthorizedAccessException)
        {
            return Fail($"{Innermost(e).Message}. Check that the broker runs, and its address and port");
        }
        finally
        {
            certificates.ForEach(certificate => certificate.Dispose());
        }
    }

    private string Fail(string reason)
    {
        Drop();
        string error = $"No connection to the broker {options.Host}:{options.PortOrDefault}: {reason}.";
        Pause(error);
        return error;
    }

    private MqttClientOptions Build(List<X509Certificate2> certificates)
    {
        var builder = new MqttClientOptionsBuilder()
            .WithTcpServer(options.Host, options.PortOrDefault)
            .WithProtocolVersion(MqttProtocolVersion.V500)
            .WithClientId(options.ClientId)
            .WithCleanStart()
            .WithKeepAlivePeriod(TimeSpan.FromSeconds(KeepAliveSeconds))
            .WithTimeout(TimeSpan.FromSeconds(5));
        if (options.User is not null)
            builder.WithCredentials(options.User, options.Password ?? "");
        if (options.UseTls)
            builder.WithTlsOptions(tls => Secure(tls, certificates));
        return builder.Build();
    }

    // Read at every connection, so that renewed files need no restart.
    private void Secure(MqttClientTlsOptionsBuilder tls, List<X509Certificate2> certificates)
    {
        // Gateways stand in closed networks: a revocation server could not be reached, and every connection would fail for it.
        tls.UseTls().WithTargetHost(options.Host).WithRevocationMode(X509RevocationMode.NoCheck);
        if (options.CaFile is not null)
        {
            var authorities = new X509Certificate2Collection();
            authorities.ImportFromPemFile(options.CaFile);
            if (authorities.Count == 0)
                throw new CryptographicException($"{options.CaFile} holds no certificate.");
            certificates.AddRange(authorities);
            tls.WithTrustChain(authorities);
        }
        if (options.ClientCertificateFile is not null)
        {
            var own = X509Certificate2.CreateFromPemFile(options.ClientCertificateFile, options.ClientKeyFile);
            certificates.Add(own);
            tls.WithClientCertificates([own]);
        }
    }

    private static string Remedy(MqttClientConnectResultCode code) => code switch
    {
        MqttClientConnectResultCode.BadUserNameOrPassword or MqttClientConnectResultCode.NotAuthorized =>
            "it refuses us. Check user, password and certificate",
        MqttClientConnectResultCode.ClientIdentifierNotValid => "it refuses the client id. Choose another clientId",
        MqttClientConnectResultCode.UnsupportedProtocolVersion or MqttClientConnectResultCode.MalformedPacket =>
            "it does not speak MQTT 5, whose answers tell an accepted message from a refused one. Turn MQTT 5 on, or use a newer broker",
        _ => "it refuses the connection",
    };

    private static string Reason(string? reason) => string.IsNullOrEmpty(reason) ? "" : $": {reason}";

    private static AuthenticationException? FindTlsError(Exception e)
    {
        for (Exception? at = e; at is not null; at = at.InnerException)
        {
            if (at is AuthenticationException tls)
                return tls;
        }
        return null;
    }

    private static Exception Innermost(Exception e) => e.InnerException is { } inner ? Innermost(inner) : e;
}
