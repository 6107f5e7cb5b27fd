using System.Net;
using System.Net.Sockets;
using EdgeMeters.Gateway.Configuration;
using EdgeMeters.Gateway.Core;
using EdgeMeters.Gateway.Downlink;
using EdgeMeters.Gateway.Ingest;
using EdgeMeters.HostNode;
using EdgeMeters.Wire;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeMeters.Gateway.Tests.Ingest;

/// <summary>The gateway's door on a loopback port, with two nodes known to it.</summary>
internal sealed class IngestUnderTest : IAsyncDisposable
{
    public const string Node = "node-1";
    public const string OtherNode = "node-2";

    private readonly MqttIngest _ingest;
    private readonly TempFolder _documents = new();
    private readonly IngestMetrics _metrics = new(Prometheus.Metrics.NewCustomRegistry());

    private IngestUnderTest(int port, IReadingStore store, TlsSettings? tls)
    {
        Port = port;
        var keys = new Dictionary<string, IBlockMac> { [Node] = MacOf(Node), [OtherNode] = MacOf(OtherNode) };
        var clock = new HostClock(TimeProvider.System, true);
        var ownKeys = new Dictionary<string, IBlockMac> { [Node] = MacOf(Node), [OtherNode] = MacOf(OtherNode) };
        Dialogues = new Dialogues(ownKeys, _documents.Path, TimeProvider.System, clock, Downlink, NullLogger<Dialogues>.Instance);
        _ingest = new MqttIngest(new MqttSettings("127.0.0.1", port, tls), keys, store, Dialogues, _metrics, NullLogger<MqttIngest>.Instance);
    }

    public int Port { get; }

    public Dialogues Dialogues { get; }

    public DownlinkMetrics Downlink { get; } = new(Prometheus.Metrics.NewCustomRegistry());

    public static string TopicOf(string node) => "em/v1/" + node + "/block";

    public static string DownTopicOf(string node) => "em/v1/" + node + "/down";

    public static HmacBlockMac MacOf(string node) => new(node, [.. Enumerable.Range(1, HmacBlockMac.KeyBytes).Select(i => (byte)(i + node[^1]))]);

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>A block with one reading, under the node's own key.</summary>
    public static byte[] BlockOf(string node, uint sequence = 1) => Seal(MacOf(node), BlockKind.Readings, ReadingBody(sequence));

    /// <summary>Epoch 1, layout 1, one row of one channel.</summary>
    public static byte[] ReadingBody(uint sequence = 1, byte quality = 0, byte coding = 0) =>
        [1, 0, 0, 0, 1, 0, 0, 0, (byte)sequence, 1, 1, 0, 0x80, 0xBA, 0x55, 0x69, quality, coding, 42];

    public static byte[] Seal(IBlockMac mac, BlockKind kind, byte[] body)
    {
        var envelope = new BlockEnvelope(mac);
        var writer = new ByteWriter();
        byte[] block = new byte[Limits.BlockBytesMax];
        writer.Start(block, 0, block.Length);
        envelope.Open(writer, kind);
        writer.Bytes(body, 0, body.Length);
        int count = envelope.Seal(writer, block, 0);
        Assert.NotEqual(0, count);
        return block[..count];
    }

    public static async Task<IngestUnderTest> StartAsync(IReadingStore store, TlsSettings? tls = null, int port = 0)
    {
        var ingest = new IngestUnderTest(port > 0 ? port : FreePort(), store, tls);
        await ingest._ingest.StartAsync();
        return ingest;
    }

    public double RefusedFor(string reason) => _metrics.Refused.WithLabels(reason).Value;

    /// <summary>Connections that the broker has not yet wound up. A name that comes back while it is at it may be thrown out with its former self.</summary>
    public double Connections => _metrics.Connections.Value;

    public double Kept(BlockKind kind, bool known) => _metrics.Blocks.WithLabels(kind.ToString(), known ? "yes" : "no").Value;

    /// <summary>Publishes one block on a new connection and returns the reason of its acknowledgement.</summary>
    public async Task<byte> PublishOneAsync(string node, byte level, uint sequence)
    {
        var (client, reason) = await RawMqttClient.ConnectAsync(Port, node, level);
        using (client)
        {
            Assert.Equal(0, reason);
            await client.PublishAsync(TopicOf(node), BlockOf(node, sequence), (ushort)(sequence + 10));
            var answer = await client.ReadPacketAsync();
            Assert.Equal(RawMqttClient.PubAck, answer!.Value.Type);
            Assert.Equal([0, (byte)(sequence + 10)], answer.Value.Body[..2]);
            return answer.Value.Body.Length > 2 ? answer.Value.Body[2] : (byte)0;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _ingest.DisposeAsync();
        Dialogues.Dispose();
        _documents.Dispose();
    }
}
