using System.Net;
using System.Net.Sockets;
using EdgeMeters.Gateway.Core;
using EdgeMeters.Gateway.Tests.Store;
using EdgeMeters.Wire;
using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Protocol;

namespace EdgeMeters.Gateway.Tests.Ingest;

public sealed class MqttIngestTests
{
    private const string Node = IngestUnderTest.Node;

    public static TheoryData<byte> Levels => [4, 5];

    [Theory]
    [MemberData(nameof(Levels))]
    public async Task A_block_is_acknowledged_with_success_once_it_is_committed_and_not_before(byte level)
    {
        var commit = new TaskCompletionSource();
        var store = new ScriptedStore { Commit = _ => commit.Task };
        await using var ingest = await IngestUnderTest.StartAsync(store);
        var publish = ingest.PublishOneAsync(Node, level, 5);
        await Deadline.UntilAsync(() => store.Blocks.Count == 1, "the block to reach the store");
        // Another node's block comes and goes meanwhile: whatever was to be sent to the first has had its time.
        store.Commit = _ => Task.CompletedTask;
        for (uint i = 0; i < 20; i++)
            Assert.Equal(0, await ingest.PublishOneAsync(IngestUnderTest.OtherNode, level, i + 1));
        Assert.False(publish.IsCompleted);
        commit.SetResult();
        Assert.Equal(0, await publish);
        Assert.Equal(new IncomingBlock(Node, BlockKind.Readings, store.Blocks.First().Bytes, 1, 5, 5), store.Blocks.First());
        Assert.Equal(IngestUnderTest.BlockOf(Node, 5), store.Blocks.First().Bytes);
        Assert.Equal(21, ingest.Kept(BlockKind.Readings, known: false));
    }

    [Theory]
    [InlineData(4, "store")]
    [InlineData(5, "store")]
    [InlineData(4, "sequence-conflict")]
    [InlineData(5, "sequence-conflict")]
    [InlineData(4, "fault")]
    [InlineData(5, "fault")]
    public async Task What_the_store_does_not_take_is_not_acknowledged_and_closes_the_connection(byte level, string reason)
    {
        Exception fault = reason switch
        {
            "store" => new StoreUnavailableException("full"),
            "sequence-conflict" => new SequenceConflictException("cloned"),
            _ => new InvalidOperationException("a bug"),
        };
        var store = new ScriptedStore { Commit = block => block.Node == Node ? Task.FromException(fault) : Task.CompletedTask };
        await using var ingest = await IngestUnderTest.StartAsync(store);
        await AssertRefusedAsync(ingest, level, reason, client => client.PublishAsync(IngestUnderTest.TopicOf(Node), IngestUnderTest.BlockOf(Node)));
    }

    [Theory]
    [MemberData(nameof(Levels))]
    public async Task What_is_not_a_nodes_own_topic_at_quality_1_closes_the_connection(byte level)
    {
        await using var ingest = await IngestUnderTest.StartAsync(new ScriptedStore());
        byte[] block = IngestUnderTest.BlockOf(Node);
        string own = IngestUnderTest.TopicOf(Node);
        foreach (string topic in new[] { IngestUnderTest.TopicOf(IngestUnderTest.OtherNode), IngestUnderTest.DownTopicOf(Node), IngestUnderTest.DownTopicOf(IngestUnderTest.OtherNode), "em/v1/node-1", own + "/more", "em/v2/node-1/block", "EM/V1/NODE-1/BLOCK", new string('t', 5_000) })
            await AssertRefusedAsync(ingest, level, "topic", client => client.PublishAsync(topic, block));
        await AssertRefusedAsync(ingest, level, "qos", client => client.PublishAsync(own, block, qos: 0));
        await AssertRefusedAsync(ingest, level, "qos", client => client.PublishAsync(own, block, qos: 2));
        await AssertRefusedAsync(ingest, level, "qos", client => client.PublishAsync(own, block, retain: true));
        await AssertRefusedAsync(ingest, level, nameof(BlockError.TooLong), client => client.PublishAsync(own, new byte[Limits.BlockBytesMax + 1]));
        await AssertRefusedAsync(ingest, level, nameof(BlockError.TooShort), client => client.PublishAsync(own, []));
    }

    public static TheoryData<BlockError> Errors => [.. Enum.GetValues<BlockError>().Where(e => e != BlockError.None)];

    [Theory]
    [MemberData(nameof(Errors))]
    public async Task A_block_that_is_not_whole_and_authentic_closes_the_connection_and_is_counted_by_its_fault(BlockError error)
    {
        var store = new ScriptedStore();
        await using var ingest = await IngestUnderTest.StartAsync(store);
        byte[] block = BlockWith(error);
        foreach (byte level in new byte[] { 4, 5 })
            await AssertRefusedAsync(ingest, level, error.ToString(), client => client.PublishAsync(IngestUnderTest.TopicOf(Node), block));
        Assert.DoesNotContain(store.Blocks, b => b.Node == Node);
    }

    [Theory]
    [InlineData(BlockKind.Time)]
    [InlineData(BlockKind.Command)]
    [InlineData(BlockKind.Configuration)]
    [InlineData(BlockKind.ImageChunk)]
    public async Task What_goes_down_to_nodes_is_not_taken_from_one(BlockKind kind)
    {
        var store = new ScriptedStore();
        await using var ingest = await IngestUnderTest.StartAsync(store);
        byte[] block = IngestUnderTest.Seal(IngestUnderTest.MacOf(Node), kind, [1, 0, 0, 0, 1, 5, 255, 120, 0]);
        await AssertRefusedAsync(ingest, 4, nameof(BlockError.UnknownKind), client => client.PublishAsync(IngestUnderTest.TopicOf(Node), block));
        Assert.DoesNotContain(store.Blocks, b => b.Node == Node);
    }

    [Theory]
    [InlineData(4, 5)]
    [InlineData(5, 0x87)]
    public async Task A_node_that_is_not_configured_is_not_let_in(byte level, byte reason)
    {
        await using var ingest = await IngestUnderTest.StartAsync(new ScriptedStore());
        foreach (string name in new[] { "node-3", "NODE-1", "node-1 ", "node" })
        {
            double before = ingest.RefusedFor("unknown-node");
            var (client, answered) = await RawMqttClient.ConnectAsync(ingest.Port, name, level);
            using (client)
            {
                Assert.Equal(reason, answered);
                Assert.Empty(await client.ReadToEndAsync());
            }
            Assert.Equal(before + 1, ingest.RefusedFor("unknown-node"));
        }
    }

    [Theory]
    [InlineData(MqttProtocolVersion.V311)]
    [InlineData(MqttProtocolVersion.V500)]
    public async Task A_client_library_gets_its_receipts_and_is_connected_as_long_as_it_is(MqttProtocolVersion version)
    {
        var store = new ScriptedStore();
        await using var ingest = await IngestUnderTest.StartAsync(store);
        using var client = new MqttClientFactory().CreateMqttClient();
        var options = new MqttClientOptionsBuilder().WithTcpServer("127.0.0.1", ingest.Port).WithClientId(Node).WithProtocolVersion(version).Build();
        await client.ConnectAsync(options);
        await Deadline.UntilAsync(() => ingest.Connections == 1, "the connection to be counted");
        for (uint i = 1; i <= 50; i++)
        {
            var result = await client.PublishBinaryAsync(IngestUnderTest.TopicOf(Node), IngestUnderTest.BlockOf(Node, i), MqttQualityOfServiceLevel.AtLeastOnce);
            Assert.Equal(MqttClientPublishReasonCode.Success, result.ReasonCode);
        }
        Assert.Equal(Enumerable.Range(1, 50).Select(i => (uint)i), store.Blocks.Select(b => b.First));
        await client.DisconnectAsync();
        await Deadline.UntilAsync(() => ingest.Connections == 0, "the end of the connection to be counted");
    }

    [Fact]
    public async Task A_node_that_connects_twice_is_heard_on_the_later_connection()
    {
        await using var ingest = await IngestUnderTest.StartAsync(new ScriptedStore());
        var (first, _) = await RawMqttClient.ConnectAsync(ingest.Port, Node, 4);
        using (first)
        {
            Assert.Equal(0, await ingest.PublishOneAsync(Node, 4, 9));
            Assert.DoesNotContain(RawMqttClient.PubAck, await first.ReadToEndAsync());
        }
        await Deadline.UntilAsync(() => ingest.Connections == 0, "both ends to be counted");
    }

    [Fact]
    public async Task A_block_whose_receipt_was_lost_is_known_when_it_comes_again()
    {
        using var store = new StoreUnderTest();
        var commit = new TaskCompletionSource();
        var slow = new ScriptedStore { Commit = async block => await Task.WhenAll(store.AppendAsync(block), commit.Task) };
        byte[] bytes = IngestUnderTest.BlockOf(Node);
        await using (var ingest = await IngestUnderTest.StartAsync(slow))
        {
            var (client, _) = await RawMqttClient.ConnectAsync(ingest.Port, Node, 5);
            using (client)
            {
                await client.PublishAsync(IngestUnderTest.TopicOf(Node), bytes);
                await Deadline.UntilAsync(() => store.Log.LastEntry == 1, "the commit");
            }
            commit.SetResult();
        }
        await using var again = await IngestUnderTest.StartAsync(store.Log);
        Assert.Equal(0, await again.PublishOneAsync(Node, 5, 1));
        Assert.Equal((1L, 1d), (store.Log.LastEntry, again.Kept(BlockKind.Readings, known: true)));
    }

    [Fact]
    public async Task A_port_that_is_taken_is_named_with_a_remedy()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        int port = ((IPEndPoint)taken.LocalEndpoint).Port;
        var e = await Assert.ThrowsAsync<StartException>(() => IngestUnderTest.StartAsync(new ScriptedStore(), port: port));
        Assert.Contains($"127.0.0.1:{port}", e.Message, StringComparison.Ordinal);
        Assert.Contains("mqtt:port", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_gateway_starts_again_on_its_port_while_connections_that_it_closed_still_linger()
    {
        int port;
        await using (var ingest = await IngestUnderTest.StartAsync(new ScriptedStore()))
        {
            port = ingest.Port;
            await AssertRefusedAsync(ingest, 4, "topic", client => client.PublishAsync("x", []));
        }
        await using var again = await IngestUnderTest.StartAsync(new ScriptedStore(), port: port);
        Assert.Equal(0, await again.PublishOneAsync(Node, 4, 1));
    }

    // No acknowledgement of any kind, the end of the connection, one more refusal counted; and another node goes on as before.
    private static async Task AssertRefusedAsync(IngestUnderTest ingest, byte level, string reason, Func<RawMqttClient, Task> publish)
    {
        await Deadline.UntilAsync(() => ingest.Connections == 0, "the connections of before to be wound up");
        double before = ingest.RefusedFor(reason);
        var (other, _) = await RawMqttClient.ConnectAsync(ingest.Port, IngestUnderTest.OtherNode, level);
        using var unharmed = other;
        var (client, answered) = await RawMqttClient.ConnectAsync(ingest.Port, Node, level);
        using (client)
        {
            Assert.Equal(0, answered);
            await publish(client);
            // MQTT 5 may say DISCONNECT before it closes.
            Assert.All(await client.ReadToEndAsync(), type => Assert.Equal(0xE0, type));
        }
        Assert.Equal(before + 1, ingest.RefusedFor(reason));
        await other.PublishAsync(IngestUnderTest.TopicOf(IngestUnderTest.OtherNode), IngestUnderTest.BlockOf(IngestUnderTest.OtherNode));
        Assert.Equal(RawMqttClient.PubAck, (await other.ReadPacketAsync())!.Value.Type);
    }

    private static byte[] BlockWith(BlockError error)
    {
        var mac = IngestUnderTest.MacOf(Node);
        byte[] good = IngestUnderTest.BlockOf(Node);
        byte[] layout = [1, 1, (byte)'A', 1, 0, 1, 8, 0, (byte)Unit.Wh, 1, 1, 0, 0];
        Assert.Equal(BlockError.None, LayoutCodec.TryReadBody(layout, 0, layout.Length, out _, out _));
        return error switch
        {
            BlockError.TooShort => good[..(BlockEnvelope.OverheadBytes - 1)],
            BlockError.TooLong => new byte[Limits.BlockBytesMax + 1],
            BlockError.UnknownFormat => [0xE2, .. good[1..]],
            BlockError.UnknownKind => [good[0], 5, .. good[2..]],
            BlockError.UnknownSuite => IngestUnderTest.Seal(new EdgeMeters.Gateway.Store.NoMac(), BlockKind.Readings, IngestUnderTest.ReadingBody()),
            BlockError.CrcMismatch => [.. good[..5], (byte)(good[5] ^ 1), .. good[6..]],
            BlockError.MacMismatch => IngestUnderTest.BlockOf(IngestUnderTest.OtherNode),
            BlockError.BadHeader => IngestUnderTest.Seal(mac, BlockKind.Readings, [0, 0, 0, 0, .. IngestUnderTest.ReadingBody()[4..]]),
            BlockError.BadQuality => IngestUnderTest.Seal(mac, BlockKind.Readings, IngestUnderTest.ReadingBody(quality: 3)),
            BlockError.BadRegister => IngestUnderTest.Seal(mac, BlockKind.Readings, IngestUnderTest.ReadingBody(coding: 41)),
            BlockError.BadLayout => IngestUnderTest.Seal(mac, BlockKind.Layout, [1, 0, .. layout[3..]]),
            BlockError.BadEvent => IngestUnderTest.Seal(mac, BlockKind.Events, [1, 0, 0, 0, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, (byte)EventCode.Started, 40, 0, 0]),
            // A start number of 0.
            BlockError.BadField => IngestUnderTest.Seal(mac, BlockKind.Hello, [0, 0, 0, 0, 1, 0, 1, 0, 0]),
            BlockError.TrailingBytes => IngestUnderTest.Seal(mac, BlockKind.Layout, [.. layout, 0]),
            _ => throw new ArgumentOutOfRangeException(nameof(error), error, "A fault without a block: make one here."),
        };
    }
}
