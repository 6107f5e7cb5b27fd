using System.Buffers;
using System.Text.Json;
using EdgeMeters.Benchmarks.Ingest;
using EdgeMeters.Benchmarks.Support;
using MQTTnet.Server;

namespace EdgeMeters.Benchmarks.Rival;

/// <summary>The rival's door: the same broker with the same options, JSON messages, a row for each reading; it acknowledges after the commit too.</summary>
internal sealed class RowDoor : IDoor
{
    private readonly string _path;
    private readonly bool _isBatch;
    private readonly RowWriter _writer;
    private readonly MqttServer _server;

    /// <param name="path">The database.</param>
    /// <param name="port">On loopback.</param>
    /// <param name="isBatch">A message is an array of readings and not one.</param>
    /// <param name="messagesPerCommitMax">1 for a commit a message.</param>
    public RowDoor(string path, int port, bool isBatch, int messagesPerCommitMax)
    {
        _path = path;
        _isBatch = isBatch;
        _writer = new RowWriter(path, messagesPerCommitMax);
        _server = new MqttServerFactory().CreateMqttServer(RivalBroker.Options(port));
        _server.InterceptingPublishAsync += OnPublishAsync;
    }

    public Task StartAsync() => _server.StartAsync();

    // What is committed can be queried at once.
    public Task SettleAsync() => Task.CompletedTask;

    public async Task<long> CloseAndCountAsync()
    {
        await _server.StopAsync();
        _server.Dispose();
        _writer.Dispose();
        return RowStore.Count(_path);
    }

    private async Task OnPublishAsync(InterceptingPublishEventArgs args)
    {
        args.ProcessPublish = false;
        byte[] json = args.ApplicationMessage.Payload.ToArray();
        LeanReading[] readings = _isBatch
            ? JsonSerializer.Deserialize(json, LeanJson.Default.LeanReadingArray)!
            : [JsonSerializer.Deserialize(json, LeanJson.Default.LeanReading)];
        await _writer.AppendAsync(readings);
    }
}
