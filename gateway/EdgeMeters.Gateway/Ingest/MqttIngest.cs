using System.Buffers;
using System.Collections;
using System.Diagnostics;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EdgeMeters.Gateway.Configuration;
using EdgeMeters.Gateway.Core;
using EdgeMeters.Gateway.Downlink;
using EdgeMeters.Wire;
using MQTTnet.Protocol;
using MQTTnet.Server;

namespace EdgeMeters.Gateway.Ingest;

/// <summary>The broker that nodes publish to. Its acknowledgement is the gateway's receipt: it is sent after the commit, or not at all.</summary>
/// <remarks>
/// A publish that is refused or cannot be kept closes the connection. It is never answered by a PUBACK with a reason, because a client of
/// MQTT 3.1.1 would take that for a receipt. Nothing that is published is handed on to subscribers. A node may subscribe to its own topic
/// and nothing else; what comes there the gateway itself puts into that node's session.
/// </remarks>
public sealed class MqttIngest : IAsyncDisposable
{
    /// <summary>Topic of a node's blocks: this, the node's name, <see cref="TopicSuffix"/>.</summary>
    public const string TopicPrefix = "em/v1/";

    public const string TopicSuffix = "/block";

    /// <summary>Topic of what is meant for a node: <see cref="TopicPrefix"/>, the node's name, this.</summary>
    public const string DownSuffix = "/down";

    private readonly MqttSettings _settings;
    private readonly IReadingStore _store;
    private readonly Dialogues _dialogues;
    private readonly ILogger<MqttIngest> _logger;
    private readonly Dictionary<string, BlockGate> _gates;
    private readonly X509Certificate2? _certificate;
    private readonly X509Certificate2Collection _authorities = [];
    private readonly IngestMetrics _metrics;
    private readonly MqttServer _server;

    /// <exception cref="StartException">The certificates are of no use.</exception>
    public MqttIngest(
        MqttSettings settings, IReadOnlyDictionary<string, IBlockMac> nodes, IReadingStore store, Dialogues dialogues, IngestMetrics metrics,
        ILogger<MqttIngest> logger)
    {
        _dialogues = dialogues;
        _metrics = metrics;
        _settings = settings;
        _store = store;
        _logger = logger;
        _gates = nodes.ToDictionary(n => n.Key, n => new BlockGate(n.Key, n.Value), StringComparer.Ordinal);
        if (settings.Tls is { } tls)
            _certificate = LoadCertificates(tls, _authorities);
        _server = new MqttServerFactory().CreateMqttServer(Options());
        _server.ValidatingConnectionAsync += OnConnectionAsync;
        _server.InterceptingPublishAsync += OnPublishAsync;
        _server.InterceptingSubscriptionAsync += OnSubscriptionAsync;
        _server.InterceptingUnsubscriptionAsync += OnUnsubscriptionAsync;
        _server.ClientAcknowledgedPublishPacketAsync += OnAcknowledgedAsync;
        _server.ClientConnectedAsync += OnConnectedAsync;
        _server.ClientDisconnectedAsync += OnDisconnectedAsync;
    }

    /// <exception cref="StartException">The port is taken or the address is not this machine's.</exception>
    public async Task StartAsync()
    {
        RefuseTakenPort();
        await _server.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _server.StopAsync();
        _server.Dispose();
        _certificate?.Dispose();
    }

    private static X509Certificate2 LoadCertificates(TlsSettings tls, X509Certificate2Collection authorities)
    {
        try
        {
            authorities.ImportFromPemFile(tls.Ca);
            if (authorities.Count == 0)
                throw new StartException($"mqtt:tls:ca: {tls.Ca} holds no certificate. Write the authority's certificate to it, as PEM.");
            // Windows and some builds of OpenSSL want the key persisted with the certificate, hence the detour over PKCS#12.
            using var pem = X509Certificate2.CreateFromPemFile(tls.Certificate, tls.Key);
            return X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), null);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException or IOException or UnauthorizedAccessException)
        {
            throw new StartException(
                $"mqtt:tls: {tls.Certificate} with the key {tls.Key} and the authority {tls.Ca} cannot be used: {e.Message} "
                + "All three are PEM files; the key belongs to the certificate, and the gateway's user may read them.", e);
        }
    }

    private MqttServerOptions Options()
    {
        var address = IPAddress.Parse(_settings.Address);
        var builder = new MqttServerOptionsBuilder()
            .WithDefaultCommunicationTimeout(TimeSpan.FromSeconds(30))
            .WithPersistentSessions(false)
            .WithMaxPendingMessagesPerClient(DownlinkLimits.UnacknowledgedMax)
            .WithPendingMessagesOverflowStrategy(MqttPendingMessagesOverflowStrategy.DropNewMessage)
            .WithConnectionBacklog(1024);
        if (_certificate == null)
        {
            return builder.WithDefaultEndpoint().WithDefaultEndpointPort(_settings.Port)
                .WithDefaultEndpointBoundIPAddress(address).WithDefaultEndpointBoundIPV6Address(IPAddress.None).Build();
        }
        var options = builder.WithoutDefaultEndpoint().WithEncryptedEndpoint().WithEncryptedEndpointPort(_settings.Port)
            .WithEncryptedEndpointBoundIPAddress(address).WithEncryptedEndpointBoundIPV6Address(IPAddress.None)
            .WithEncryptionCertificate(_certificate).WithEncryptionSslProtocol(SslProtocols.Tls12 | SslProtocols.Tls13)
            .WithClientCertificate(IsTrusted).Build();
        options.TlsEndpointOptions.ClientCertificateRequired = true;
        return options;
    }

    private bool IsTrusted(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (certificate == null)
            return false;
        using var node = new X509Certificate2(certificate);
        using var ownChain = new X509Chain();
        ownChain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        ownChain.ChainPolicy.CustomTrustStore.AddRange(_authorities);
        ownChain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        // A stranger's certificate must not make the gateway fetch from where it says.
        ownChain.ChainPolicy.DisableCertificateDownloads = true;
        ownChain.ChainPolicy.ApplicationPolicy.Add(new Oid("1.3.6.1.5.5.7.3.2"));
        bool isTrusted = ownChain.Build(node);
        if (!isTrusted)
        {
            _metrics.Refused.WithLabels("certificate").Inc();
            _logger.LogWarning("A certificate of {Subject} was refused: {Reason}", node.Subject,
                string.Join("; ", ownChain.ChainStatus.Select(s => s.StatusInformation.Trim())));
        }
        return isTrusted;
    }

    private Task OnConnectionAsync(ValidatingConnectionEventArgs args)
    {
        string? certified = args.ClientCertificate?.GetNameInfo(X509NameType.SimpleName, false);
        if (_certificate != null && certified != args.ClientId)
            return Refuse(args, "name", MqttConnectReasonCode.NotAuthorized, $"certificate of {certified}, client id {args.ClientId}");
        if (!_gates.ContainsKey(args.ClientId))
            return Refuse(args, "unknown-node", MqttConnectReasonCode.NotAuthorized, $"{args.ClientId} is not among the configured nodes");
        return Task.CompletedTask;
    }

    private Task Refuse(ValidatingConnectionEventArgs args, string reason, MqttConnectReasonCode code, string detail)
    {
        args.ReasonCode = code;
        _metrics.Refused.WithLabels(reason).Inc();
        _logger.LogWarning("A connection from {Endpoint} was refused: {Detail}.", args.RemoteEndPoint, detail);
        return Task.CompletedTask;
    }

    private async Task OnPublishAsync(InterceptingPublishEventArgs args)
    {
        args.ProcessPublish = false;
        var message = args.ApplicationMessage;
        string expected = TopicPrefix + args.ClientId + TopicSuffix;
        if (message.Topic != expected)
            Refuse(args, "topic", $"topic {Shorten(message.Topic)}, only {expected} is its own");
        else if (message.QualityOfServiceLevel != MqttQualityOfServiceLevel.AtLeastOnce || message.Retain)
            Refuse(args, "qos", "blocks are published with QoS 1 and not retained");
        else if (message.Payload.Length > Limits.BlockBytesMax)
            Refuse(args, nameof(BlockError.TooLong), $"{message.Payload.Length} bytes, at most {Limits.BlockBytesMax}");
        else
            await KeepAsync(args, message.Payload.ToArray());
    }

    private async Task KeepAsync(InterceptingPublishEventArgs args, byte[] bytes)
    {
        long arrived = Stopwatch.GetTimestamp();
        var (error, block, hello) = _gates[args.ClientId].Check(bytes);
        if (hello != null)
        {
            // Not kept: what must be traceable of it comes as an event.
            _dialogues.Hear(args.ClientId, args.SessionItems, hello);
            return;
        }
        if (block == null)
        {
            Refuse(args, error.ToString(), $"its block of {bytes.Length} bytes is refused whole: {error}");
            return;
        }
        try
        {
            // Once in the queue a block is kept, whatever becomes of the connection: then the node sends it again and it is known.
            var receipt = await _store.AppendAsync(block, args.CancellationToken);
            _metrics.Blocks.WithLabels(block.Kind.ToString(), receipt.WasKnown ? "yes" : "no").Inc();
            _metrics.CommitSeconds.Observe(Stopwatch.GetElapsedTime(arrived).TotalSeconds);
            _dialogues.Tell(block);
        }
        catch (SequenceConflictException e)
        {
            Refuse(args, "sequence-conflict", e.Message);
        }
        catch (StoreUnavailableException e)
        {
            Refuse(args, "store", e.Message);
        }
        catch (Exception e)
        {
            // Whatever it was: without a commit there is no acknowledgement.
            Refuse(args, "fault", e.ToString());
        }
    }

    private void Refuse(InterceptingPublishEventArgs args, string reason, string detail)
    {
        args.CloseConnection = true;
        _metrics.Refused.WithLabels(reason).Inc();
        _logger.LogWarning("A publish of {Node} was refused and its connection closed: {Detail}", args.ClientId, detail);
    }

    private Task OnSubscriptionAsync(InterceptingSubscriptionEventArgs args)
    {
        // The broker need not know of it: what is meant for the node is put into its session.
        args.ProcessSubscription = false;
        string own = TopicPrefix + args.ClientId + DownSuffix;
        var quality = args.TopicFilter.QualityOfServiceLevel;
        if (args.TopicFilter.Topic != own || quality > MqttQualityOfServiceLevel.AtLeastOnce)
        {
            args.Response.ReasonCode = MqttSubscribeReasonCode.NotAuthorized;
            _metrics.Refused.WithLabels("subscription").Inc();
            return Task.CompletedTask;
        }
        args.Response.ReasonCode = quality == MqttQualityOfServiceLevel.AtMostOnce ? MqttSubscribeReasonCode.GrantedQoS0 : MqttSubscribeReasonCode.GrantedQoS1;
        // One door a session, however often it subscribes: the door counts what is under way.
        if (DoorOf(args.SessionItems) is not { } door)
            args.SessionItems[typeof(SessionDoor)] = door = new SessionDoor(args.Session, own);
        door.Quality = quality;
        _dialogues.Open(args.ClientId, args.SessionItems, door.TrySend);
        return Task.CompletedTask;
    }

    private Task OnUnsubscriptionAsync(InterceptingUnsubscriptionEventArgs args)
    {
        if (args.Topic == TopicPrefix + args.ClientId + DownSuffix)
            _dialogues.Open(args.ClientId, args.SessionItems, null);
        return Task.CompletedTask;
    }

    private Task OnAcknowledgedAsync(ClientAcknowledgedPublishPacketEventArgs args)
    {
        DoorOf(args.SessionItems)?.NoteAcknowledged();
        return Task.CompletedTask;
    }

    private Task OnConnectedAsync(ClientConnectedEventArgs args)
    {
        _metrics.Connections.Inc();
        _dialogues.Begin(args.ClientId, args.SessionItems);
        return Task.CompletedTask;
    }

    private Task OnDisconnectedAsync(ClientDisconnectedEventArgs args)
    {
        _metrics.Connections.Dec();
        _dialogues.End(args.ClientId, args.SessionItems);
        return Task.CompletedTask;
    }

    private static SessionDoor? DoorOf(IDictionary items) => items[typeof(SessionDoor)] as SessionDoor;

    private static string Shorten(string text) => text.Length <= 80 ? text : text[..80] + "…";

    // The broker's listener would only log it.
    private void RefuseTakenPort()
    {
        try
        {
            using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            probe.Bind(new IPEndPoint(IPAddress.Parse(_settings.Address), _settings.Port));
        }
        catch (SocketException e)
        {
            throw new StartException(
                $"mqtt: {_settings.Address}:{_settings.Port} cannot be listened on ({e.Message}). Stop what uses it or set mqtt:port to another.", e);
        }
    }
}
