using System.Buffers;
using System.Net;
using System.Net.Sockets;
using EdgeMeters.Gateway.Core;
using EdgeMeters.Gateway.Forward.MqttJson;
using MQTTnet.Protocol;
using MQTTnet.Server;

namespace EdgeMeters.Gateway.Tests.Forward;

/// <summary>A broker on loopback that counts each message before it acknowledges it, and answers as a test wants.</summary>
internal sealed class BrokerHeadEnd : IHeadEnd
{
    private readonly Lock _gate = new();
    private readonly List<string> _keys = [];
    private readonly int _port;
    private MqttServer? _server;
    private int _asked;
    private int _acknowledged;
    private int _sent;

    private BrokerHeadEnd(int port) => _port = port;

    /// <summary>The answer to a message, by its key. What is not answered with success is not kept.</summary>
    public Func<string, MqttPubAckReasonCode> Answer { get; set; } = _ => MqttPubAckReasonCode.Success;

    /// <summary>No answer is given before it has ended.</summary>
    public Task Hold { get; set; } = Task.CompletedTask;

    /// <summary>Told how many messages have come without an answer, whenever one comes.</summary>
    public Action<int> InFlight { get; set; } = _ => { };

    /// <summary>Messages that reached the broker, whatever the answer.</summary>
    public int Asked => Volatile.Read(ref _asked);

    public static async Task<BrokerHeadEnd> StartAsync()
    {
        var broker = new BrokerHeadEnd(FreePort());
        await broker.ComeBackAsync();
        return broker;
    }

    public IForwarder Connect() => Connect(inFlightMax: 64);

    public IForwarder Connect(int inFlightMax = 64, bool acceptsWithoutSubscriber = false, TimeProvider? clock = null)
    {
        var options = new MqttJsonOptions
        {
            Name = "north", Host = "127.0.0.1", Port = _port, ClientId = "edgemeters-test", InFlightMax = inFlightMax,
            AcceptsWithoutSubscriber = acceptsWithoutSubscriber,
        };
        return new MqttJsonForwarder(options, clock ?? TimeProvider.System, new Random(1));
    }

    public Task<IReadOnlyList<string>> KeysAsync()
    {
        lock (_gate)
            return Task.FromResult<IReadOnlyList<string>>([.. _keys]);
    }

    public async Task GoAwayAsync()
    {
        if (_server is null)
            return;
        await _server.StopAsync();
        _server.Dispose();
        _server = null;
    }

    public async Task ComeBackAsync()
    {
        _server = new MqttServerFactory().CreateMqttServer(new MqttServerOptionsBuilder()
            .WithDefaultEndpoint().WithDefaultEndpointPort(_port)
            .WithDefaultEndpointBoundIPAddress(IPAddress.Loopback).WithDefaultEndpointBoundIPV6Address(IPAddress.None).Build());
        _server.InterceptingInboundPacketAsync += args =>
        {
            if (args.Packet is MQTTnet.Packets.MqttPublishPacket)
                InFlight(Interlocked.Increment(ref _sent) - Volatile.Read(ref _acknowledged));
            return Task.CompletedTask;
        };
        _server.InterceptingPublishAsync += OnPublishAsync;
        await _server.StartAsync();
    }

    public async ValueTask DisposeAsync() => await GoAwayAsync();

    private async Task OnPublishAsync(InterceptingPublishEventArgs args)
    {
        args.ProcessPublish = false;
        Interlocked.Increment(ref _asked);
        await Hold;
        string key = IntervalMessageJson.Read(args.ApplicationMessage.Payload.ToArray()).Key;
        args.Response.ReasonCode = Answer(key);
        if (args.Response.ReasonCode == MqttPubAckReasonCode.Success)
        {
            lock (_gate)
                _keys.Add(key);
        }
        Interlocked.Increment(ref _acknowledged);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
