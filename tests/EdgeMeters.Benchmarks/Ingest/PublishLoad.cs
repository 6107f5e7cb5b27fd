using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using EdgeMeters.Benchmarks.Support;
using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Protocol;

namespace EdgeMeters.Benchmarks.Ingest;

/// <summary>Clients as nodes are: MQTT 5, QoS 1, one message under way each, and the next one after its PUBACK.</summary>
internal static class PublishLoad
{
    /// <summary>After this no client begins another message, so that a slow contender ends too.</summary>
    private static readonly TimeSpan RoundMax = TimeSpan.FromSeconds(5);

    private const int SocketBufferBytes = 256 * 1024;

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Publishes everything through a door, closes it and compares what is on disk with what was acknowledged.</summary>
    /// <param name="isWhole">All of it, however long it takes.</param>
    public static async Task<LoadFigures> RunAsync(
        IDoor door, int port, IReadOnlyList<Publisher> publishers, int readingsPerMessage, bool isWhole = false)
    {
        await door.StartAsync();
        var clients = new List<IMqttClient>();
        foreach (var publisher in publishers)
        {
            var client = await ConnectAsync(publisher.Client, port);
            clients.Add(client);
            foreach (byte[] message in publisher.Before)
                await PublishAsync(client, publisher.Topic, message);
        }
        var spentBefore = Spent(door);
        var roundMax = isWhole ? TimeSpan.MaxValue : RoundMax;
        long began = Stopwatch.GetTimestamp();
        double[][] waits = await Task.WhenAll(publishers.Select((p, i) => Task.Run(() => PublishAllAsync(clients[i], p, began, roundMax))));
        await door.SettleAsync();
        var elapsed = Stopwatch.GetElapsedTime(began);
        var spent = Spent(door) - spentBefore;
        foreach (var client in clients)
        {
            await client.DisconnectAsync(new MqttClientDisconnectOptions());
            client.Dispose();
        }
        double[] all = [.. waits.SelectMany(w => w)];
        long acknowledged = (long)all.Length * readingsPerMessage;
        long kept = await door.CloseAndCountAsync();
        if (kept != acknowledged)
            throw new WrongResultException($"{acknowledged} readings were acknowledged, {kept} are on disk.");
        return new LoadFigures(acknowledged, acknowledged / elapsed.TotalSeconds, Statistics.Median(all), Statistics.Percentile(all, 99),
            spent.TotalMicroseconds / acknowledged);
    }

    // The clients work in this process; a door of its own is told apart from them.
    private static TimeSpan Spent(IDoor door) => door is IProcessDoor process ? process.ProcessorTime : Environment.CpuUsage.TotalTime;

    private static async Task<double[]> PublishAllAsync(IMqttClient client, Publisher publisher, long began, TimeSpan roundMax)
    {
        var waits = new List<double>(publisher.Messages.Length);
        foreach (byte[] message in publisher.Messages)
        {
            if (Stopwatch.GetElapsedTime(began) > roundMax)
                break;
            long sent = Stopwatch.GetTimestamp();
            await PublishAsync(client, publisher.Topic, message);
            waits.Add(Stopwatch.GetElapsedTime(sent).TotalMilliseconds);
        }
        return [.. waits];
    }

    /// <summary>Connects as a node does.</summary>
    public static async Task<IMqttClient> ConnectAsync(string name, int port)
    {
        var client = new MqttClientFactory().CreateMqttClient();
        var options = new MqttClientOptionsBuilder()
            .WithTcpServer("127.0.0.1", port)
            .WithProtocolVersion(MqttProtocolVersion.V500)
            .WithClientId(name)
            .WithCleanStart()
            .WithTimeout(TimeSpan.FromSeconds(60))
            .Build();
        // With the 8 KiB of socket buffer that is MQTTnet's own choice, the rival's messages of a day wait for the window to open.
        ((MqttClientTcpOptions)options.ChannelOptions).BufferSize = SocketBufferBytes;
        await client.ConnectAsync(options);
        return client;
    }

    /// <summary>Publishes, and waits for the PUBACK.</summary>
    /// <exception cref="WrongResultException">It was refused.</exception>
    public static async Task PublishAsync(IMqttClient client, string topic, byte[] message)
    {
        var answer = await client.PublishAsync(new MqttApplicationMessageBuilder()
            .WithTopic(topic).WithPayload(message).WithQualityOfServiceLevel(MqttQualityOfServiceLevel.AtLeastOnce).Build());
        if (answer.ReasonCode != MqttClientPublishReasonCode.Success)
            throw new WrongResultException($"A message to {topic} was answered with {answer.ReasonCode}.");
    }
}
