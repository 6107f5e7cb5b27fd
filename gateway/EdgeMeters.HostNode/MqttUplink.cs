using System.Buffers;
using System.Security.Authentication;
using EdgeMeters.HostNode.Configuration;
using EdgeMeters.Metering.Ports;
using EdgeMeters.Metering.Uplink;
using EdgeMeters.Wire;
using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Protocol;

namespace EdgeMeters.HostNode;

/// <summary>Blocks over MQTT 5: QoS 1 to <c>em/v1/&lt;node&gt;/block</c>, one at a time, client id = node name, a clean session each time.</summary>
/// <remarks>
/// MQTT 5 and not 3.1.1, because only there can an acknowledgement refuse. A receipt is a PUBACK with reason code Success and nothing else:
/// "no matching subscribers" (0x10) is a broker's way to say that nobody took the block, so it counts as failed. What is under way is never
/// kept across connections here: the journal has it. Connects in the background for as long as it lives.
/// </remarks>
public sealed class MqttUplink : IUplink, IDisposable
{
    private const int ConnectTimeoutMs = 20000;
    private const int KeepAliveSeconds = 30;
    private const int BackoffFirstMs = 500;
    private const int BackoffLongestMs = 60000;
    private const int CloseTimeoutMs = 3000;

    /// <summary>Documents that wait to be taken; the gateway says again what is dropped.</summary>
    private const int DocumentsMax = 8;

    /// <summary>Below the time for which the session waits for a receipt, so that a block is settled here before it is made anew there.</summary>
    private const int ReceiptTimeoutMs = UplinkSession.ReceiptTimeoutMs - 5000;

    private readonly MqttClientFactory _factory = new();
    private readonly MqttClientOptions _options;
    private readonly TlsCredentials? _credentials;
    private readonly GatewayAddress _gateway;
    private readonly string _topic;
    private readonly string _downTopic;
    private readonly Queue<byte[]> _documents = new();
    private readonly Backoff _backoff;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private readonly Task _running;
    private IMqttClient? _client;
    private int _sessionNumber;
    private long _sendNumber;
    private UplinkOutcome _outcome = UplinkOutcome.Failed;
    private volatile string? _lastError;

    /// <exception cref="DeviceException">The certificates cannot be used, or the gateway is another machine and there are none.</exception>
    public MqttUplink(string node, GatewayAddress gateway, IEntropy entropy, TimeProvider time)
    {
        if (gateway.Tls == null && !gateway.IsLoopback)
            throw new DeviceException($"Gateway {gateway.Host} is not this machine: plain TCP is for 127.0.0.1 only. Configure gateway.tls.");
        _gateway = gateway;
        _topic = "em/v1/" + node + "/block";
        _downTopic = "em/v1/" + node + "/down";
        _time = time;
        _backoff = new Backoff(BackoffFirstMs, BackoffLongestMs, entropy);
        _credentials = gateway.Tls == null ? null : TlsCredentials.Load(gateway.Tls);
        _options = MakeOptions(node);
        _running = Task.Run(RunAsync);
    }

    public bool IsConnected
    {
        get { lock (_gate) return _client != null; }
    }

    public int SessionNumber
    {
        get { lock (_gate) return _sessionNumber; }
    }

    public UplinkOutcome Outcome
    {
        get { lock (_gate) return _outcome; }
    }

    /// <summary>Why there is no session, or why the last block failed; null while all is well.</summary>
    public string? LastError => _lastError;

    /// <summary>Set when there is something new to look at: a session, an outcome.</summary>
    public AutoResetEvent Changed { get; } = new(false);

    public void Send(byte[] block, int count)
    {
        IMqttClient? client;
        long number;
        lock (_gate)
        {
            client = _client;
            number = ++_sendNumber;
            _outcome = client == null ? UplinkOutcome.Failed : UplinkOutcome.Pending;
        }
        if (client == null)
            return;
        // A copy: the caller gives up waiting by its own clock, and may then reuse the buffer.
        byte[] payload = block.AsSpan(0, count).ToArray();
        _ = Task.Run(() => PublishAsync(client, payload, number));
    }

    public int TryTake(byte[] buffer)
    {
        lock (_gate)
        {
            while (_documents.TryDequeue(out byte[]? document))
            {
                if (document.Length == 0 || document.Length > buffer.Length)
                    continue;
                document.CopyTo(buffer, 0);
                return document.Length;
            }
            return 0;
        }
    }

    public void Dispose()
    {
        if (_stop.IsCancellationRequested)
            return;
        _stop.Cancel();
        // A task that did not end in time keeps what it uses: that is then left to the collector.
        if (!_running.Wait(CloseTimeoutMs))
            return;
        _stop.Dispose();
        _credentials?.Dispose();
        Changed.Dispose();
    }

    private MqttClientOptions MakeOptions(string node)
    {
        MqttClientOptionsBuilder builder = new MqttClientOptionsBuilder()
            .WithTcpServer(_gateway.Host, _gateway.Port)
            .WithProtocolVersion(MqttProtocolVersion.V500)
            .WithClientId(node)
            .WithCleanStart()
            .WithKeepAlivePeriod(TimeSpan.FromSeconds(KeepAliveSeconds))
            .WithTimeout(TimeSpan.FromMilliseconds(ConnectTimeoutMs))
            .WithRequestProblemInformation();
        if (_credentials is { } credentials)
        {
            builder.WithTlsOptions(tls => tls
                .UseTls()
                .WithSslProtocols(SslProtocols.Tls12 | SslProtocols.Tls13)
                .WithTargetHost(_gateway.Host)
                .WithClientCertificates([credentials.Certificate])
                .WithCertificateValidationHandler(e => credentials.IsTrusted(e.Certificate, e.SslPolicyErrors)));
        }
        return builder.Build();
    }

    private async Task RunAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                await HoldSessionAsync().ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                // Whatever kept the session from standing, network, certificate or refusal, the answer is the same: later again.
                _lastError = $"gateway {_gateway.Host}:{_gateway.Port}: {Innermost(e)}";
            }
            try
            {
                await Task.Delay(TimeSpan.FromMilliseconds(_backoff.Next()), _time, _stop.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    /// <summary>Connects and returns when the session has ended; throws when there was none.</summary>
    private async Task HoldSessionAsync()
    {
        using IMqttClient client = _factory.CreateMqttClient();
        TaskCompletionSource<string> ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
        client.DisconnectedAsync += e =>
        {
            ended.TrySetResult(e.Exception == null ? e.Reason.ToString() : Innermost(e.Exception));
            return Task.CompletedTask;
        };
        client.ApplicationMessageReceivedAsync += OnDocumentAsync;
        using (CancellationTokenSource timeout = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token))
        {
            timeout.CancelAfter(ConnectTimeoutMs);
            MqttClientConnectResult result = await client.ConnectAsync(_options, timeout.Token).ConfigureAwait(false);
            if (result.ResultCode != MqttClientConnectResultCode.Success)
                throw new IOException($"refused the connection: {result.ResultCode} {result.ReasonString}".TrimEnd());
            // Before anything is said, so that the answer finds an ear. A gateway that refuses has nothing to say; readings go all the same.
            await client.SubscribeAsync(_downTopic, MqttQualityOfServiceLevel.AtLeastOnce, timeout.Token).ConfigureAwait(false);
        }
        lock (_gate)
        {
            _client = client;
            _sessionNumber++;
        }
        _lastError = null;
        Signal();
        try
        {
            _lastError = $"gateway {_gateway.Host}:{_gateway.Port}: the session ended, "
                + await ended.Task.WaitAsync(_stop.Token).ConfigureAwait(false);
        }
        finally
        {
            lock (_gate)
            {
                _client = null;
                if (_outcome == UplinkOutcome.Pending)
                    _outcome = UplinkOutcome.Failed;
                _sendNumber++;
            }
            if (!_stop.IsCancellationRequested)
                Signal();
            await CloseAsync(client).ConfigureAwait(false);
        }
    }

    private Task OnDocumentAsync(MqttApplicationMessageReceivedEventArgs args)
    {
        if (args.ApplicationMessage.Topic != _downTopic || args.ApplicationMessage.Payload.Length > Limits.BlockBytesMax)
            return Task.CompletedTask;
        lock (_gate)
        {
            if (_documents.Count < DocumentsMax)
                _documents.Enqueue(args.ApplicationMessage.Payload.ToArray());
        }
        Signal();
        return Task.CompletedTask;
    }

    private async Task PublishAsync(IMqttClient client, byte[] payload, long number)
    {
        UplinkOutcome outcome = UplinkOutcome.Failed;
        try
        {
            using CancellationTokenSource timeout = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
            timeout.CancelAfter(ReceiptTimeoutMs);
            MqttApplicationMessage message = new()
            {
                Topic = _topic,
                Payload = new ReadOnlySequence<byte>(payload),
                QualityOfServiceLevel = MqttQualityOfServiceLevel.AtLeastOnce,
            };
            MqttClientPublishResult result = await client.PublishAsync(message, timeout.Token).ConfigureAwait(false);
            if (result.ReasonCode == MqttClientPublishReasonCode.Success)
                outcome = UplinkOutcome.Received;
            else
                _lastError = $"gateway {_gateway.Host}:{_gateway.Port}: did not take a block, {result.ReasonCode} {result.ReasonString}".TrimEnd();
        }
        catch (Exception e)
        {
            _lastError = $"gateway {_gateway.Host}:{_gateway.Port}: no receipt for a block, {Innermost(e)}";
            // A receipt that comes now would be for a packet nobody knows: end the session, the next one begins clean.
            await CloseAsync(client).ConfigureAwait(false);
        }
        lock (_gate)
        {
            if (number != _sendNumber)
                return;
            _outcome = outcome;
            if (outcome == UplinkOutcome.Received)
            {
                _backoff.Reset();
                _lastError = null;
            }
        }
        if (!_stop.IsCancellationRequested)
            Signal();
    }

    private static async Task CloseAsync(IMqttClient client)
    {
        try
        {
            using CancellationTokenSource timeout = new(CloseTimeoutMs / 2);
            if (client.IsConnected)
                await client.DisconnectAsync(new MqttClientDisconnectOptions(), timeout.Token).ConfigureAwait(false);
        }
        catch (Exception)
        {
            // It is gone, which is what was wanted.
        }
    }

    private void Signal()
    {
        try
        {
            Changed.Set();
        }
        catch (ObjectDisposedException)
        {
            // Nobody looks any more.
        }
    }

    private static string Innermost(Exception e)
    {
        while (e.InnerException != null)
            e = e.InnerException;
        return e is OperationCanceledException ? "no answer in time" : e.Message;
    }
}
