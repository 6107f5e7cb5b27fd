using System.Buffers;
using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using MQTTnet.Protocol;
using MQTTnet.Server;

namespace EdgeMeters.Gateway.Demo;

/// <summary>The utility's end of the demo: a broker on loopback that counts what reaches it, by key.</summary>
public sealed class HeadEnd : IAsyncDisposable
{
    private readonly MqttServer _server;
    private readonly ConcurrentDictionary<string, string> _messages = new(StringComparer.Ordinal);
    private long _repeated;
    private long _contradicting;

    public HeadEnd(int port)
    {
        _server = new MqttServerFactory().CreateMqttServer(new MqttServerOptionsBuilder()
            .WithDefaultEndpoint().WithDefaultEndpointPort(port)
            .WithDefaultEndpointBoundIPAddress(IPAddress.Loopback).WithDefaultEndpointBoundIPV6Address(IPAddress.None).Build());
        _server.InterceptingPublishAsync += OnPublishAsync;
    }

    /// <summary>Messages by key: the identity of the reading and its revision.</summary>
    public IReadOnlyDictionary<string, string> Messages => _messages;

    /// <summary>How many readings came, in whatever number of revisions.</summary>
    public int Readings => _messages.Keys.DistinctBy(ReadingOf, StringComparer.Ordinal).Count();

    /// <summary>Messages that came again under the same key with the same content, as they may after a broken connection.</summary>
    public long Repeated => Interlocked.Read(ref _repeated);

    /// <summary>Messages that came again under the same key and say something else. There must be none.</summary>
    public long Contradicting => Interlocked.Read(ref _contradicting);

    /// <summary>What stands before the revision in a key: <see cref="Core.ReadingId"/> as text.</summary>
    public static string ReadingOf(string key) => key[..key.LastIndexOf('@')];

    public Task StartAsync() => _server.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _server.StopAsync();
        _server.Dispose();
    }

    private Task OnPublishAsync(InterceptingPublishEventArgs args)
    {
        args.ProcessPublish = false;
        args.Response.ReasonCode = MqttPubAckReasonCode.Success;
        string text = System.Text.Encoding.UTF8.GetString(args.ApplicationMessage.Payload.ToArray());
        using var message = JsonDocument.Parse(text);
        string key = message.RootElement.GetProperty("key").GetString() ?? "";
        if (_messages.TryAdd(key, text))
            return Task.CompletedTask;
        if (_messages[key] == text)
            Interlocked.Increment(ref _repeated);
        else
            Interlocked.Increment(ref _contradicting);
        return Task.CompletedTask;
    }
}
