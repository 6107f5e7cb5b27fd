using EdgeMeters.Benchmarks.Ingest;
using MQTTnet.Server;

namespace EdgeMeters.Benchmarks.Rival;

/// <summary>The same broker with the same options and nothing behind it: it acknowledges and forgets. What a store costs is the distance from it.</summary>
internal sealed class BareDoor : IDoor
{
    private readonly MqttServer _server;
    private long _messages;

    /// <param name="port">On loopback.</param>
    public BareDoor(int port)
    {
        _server = new MqttServerFactory().CreateMqttServer(RivalBroker.Options(port));
        _server.InterceptingPublishAsync += args =>
        {
            args.ProcessPublish = false;
            Interlocked.Increment(ref _messages);
            return Task.CompletedTask;
        };
    }

    public Task StartAsync() => _server.StartAsync();

    public Task SettleAsync() => Task.CompletedTask;

    /// <returns>Messages that it acknowledged.</returns>
    public async Task<long> CloseAndCountAsync()
    {
        await _server.StopAsync();
        _server.Dispose();
        return Interlocked.Read(ref _messages);
    }
}
