using EdgeMeters.Gateway.Tests.Ingest;
using EdgeMeters.Wire;

namespace EdgeMeters.Gateway.Tests.Downlink;

/// <summary>A node at the gateway's door, byte by byte: subscribes, says hello, and keeps what comes down to it.</summary>
internal sealed class TalkingNode : IDisposable
{
    private readonly RawMqttClient _client;
    private readonly string _name;
    private readonly Queue<byte[]> _documents = new();
    private uint _hello;

    private TalkingNode(RawMqttClient client, string name)
    {
        _client = client;
        _name = name;
    }

    public RawMqttClient Client => _client;

    /// <summary>False for a node that takes what comes and never says so.</summary>
    public bool Acknowledges { get; init; } = true;

    /// <summary>Of everything that came, in its order.</summary>
    public List<string> Topics { get; } = [];

    public static async Task<TalkingNode> ConnectAsync(IngestUnderTest ingest, string name, byte level = 4, bool acknowledges = true)
    {
        var (client, reason) = await RawMqttClient.ConnectAsync(ingest.Port, name, level);
        Assert.Equal(0, reason);
        var node = new TalkingNode(client, name) { Acknowledges = acknowledges };
        Assert.Equal(1, await client.SubscribeAsync(IngestUnderTest.DownTopicOf(name)));
        return node;
    }

    public Task HelloAsync(uint start, uint lastCommand = 0) =>
        PublishAsync(BlockOf(new Hello
        {
            StartNumber = start, Number = ++_hello, LastCommand = lastCommand, ApplicationVersion = 1, Epoch = 1, OldestRow = 1, OldestEvent = 1,
        }));

    public Task DoneAsync(uint sequence, uint number, CommandCode code)
    {
        sequence--;
        return PublishAsync(DialogueUnderTest.EventsOf(_name, ref sequence, (EventCode.CommandDone, number, 256 * (long)code)).Bytes);
    }

    /// <summary>Publishes and returns once it is acknowledged.</summary>
    public async Task PublishAsync(byte[] block)
    {
        await _client.PublishAsync(IngestUnderTest.TopicOf(_name), block, 77);
        await ReadUntilAsync(RawMqttClient.PubAck);
    }

    /// <summary>The next that came down, verified under this node's key.</summary>
    public async Task<object> NextAsync()
    {
        while (_documents.Count == 0)
            await ReadUntilAsync(RawMqttClient.Publish);
        return DialogueUnderTest.ReadDocument(_name, _documents.Dequeue());
    }

    /// <summary>All that the gateway had for this node so far: the broker serves answers and documents in turn, so a few answers bring all.</summary>
    public async Task<IReadOnlyList<object>> AllAsync()
    {
        int before;
        do
        {
            before = _documents.Count;
            for (int i = 0; i < 3; i++)
            {
                await _client.PingAsync();
                await ReadUntilAsync(RawMqttClient.PingResp);
            }
        }
        while (_documents.Count > before);
        var all = _documents.Select(d => DialogueUnderTest.ReadDocument(_name, d)).ToList();
        _documents.Clear();
        return all;
    }

    public byte[] BlockOf(Hello hello)
    {
        byte[] block = new byte[Limits.BlockBytesMin];
        int count = new DialogueCodec().Write(new BlockEnvelope(IngestUnderTest.MacOf(_name)), hello, block, block.Length);
        return block[..count];
    }

    public void Dispose() => _client.Dispose();

    private async Task ReadUntilAsync(byte type)
    {
        while (true)
        {
            var (read, body) = await _client.ReadPacketAsync() ?? throw new EndOfStreamException("the gateway closed the connection");
            if (read == RawMqttClient.Publish)
            {
                var (topic, packetId, payload) = _client.ReadMessage(body);
                Topics.Add(topic);
                _documents.Enqueue(payload);
                Assert.Equal(2, _client.LastFlags & 0x07);
                if (Acknowledges)
                    await _client.AcknowledgeAsync(packetId);
            }
            if (read == type)
                return;
        }
    }
}
