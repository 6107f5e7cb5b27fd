using EdgeMeters.Gateway.Core;
using EdgeMeters.Gateway.Downlink;
using EdgeMeters.Gateway.Tests.Ingest;
using EdgeMeters.Wire;
using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Protocol;

namespace EdgeMeters.Gateway.Tests.Downlink;

/// <summary>The dialogue through the gateway's real door, with clients byte by byte.</summary>
public sealed class DownlinkMqttTests
{
    private const string Node = IngestUnderTest.Node;
    private const string OtherNode = IngestUnderTest.OtherNode;
    private const uint Start = 0x0BADCAFE;

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    public async Task A_hello_is_acknowledged_answered_with_the_time_and_not_kept(byte level)
    {
        var store = new ScriptedStore();
        await using var ingest = await IngestUnderTest.StartAsync(store);
        using var node = await TalkingNode.ConnectAsync(ingest, Node, level);
        long before = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        await node.HelloAsync(Start);
        var time = Assert.IsType<TimeAnswer>(await node.NextAsync());
        Assert.Equal((Start, 1u), (time.StartNumber, time.HelloNumber));
        Assert.InRange(time.UtcMs, before, DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());
        Assert.Equal([IngestUnderTest.DownTopicOf(Node)], node.Topics);
        Assert.Empty(store.Blocks);
        Assert.Equal((1, 1), (ingest.Downlink.Hellos.Value, ingest.Downlink.Sent.WithLabels(nameof(BlockKind.Time)).Value));
    }

    [Theory]
    [InlineData(MqttProtocolVersion.V311)]
    [InlineData(MqttProtocolVersion.V500)]
    public async Task A_client_library_hears_what_is_meant_for_its_node(MqttProtocolVersion version)
    {
        await using var ingest = await IngestUnderTest.StartAsync(new ScriptedStore());
        using var client = new MqttClientFactory().CreateMqttClient();
        var heard = new TaskCompletionSource<MqttApplicationMessage>();
        client.ApplicationMessageReceivedAsync += e =>
        {
            heard.TrySetResult(e.ApplicationMessage);
            return Task.CompletedTask;
        };
        await client.ConnectAsync(new MqttClientOptionsBuilder().WithTcpServer("127.0.0.1", ingest.Port).WithClientId(Node).WithProtocolVersion(version).Build());
        await client.SubscribeAsync(IngestUnderTest.DownTopicOf(Node), MqttQualityOfServiceLevel.AtLeastOnce);
        using var words = await TalkingNode.ConnectAsync(ingest, OtherNode);
        byte[] hello = IngestUnderTest.Seal(IngestUnderTest.MacOf(Node), BlockKind.Hello, [1, 0, 0, 0, 9, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 1, 0, 0]);
        var result = await client.PublishBinaryAsync(IngestUnderTest.TopicOf(Node), hello, MqttQualityOfServiceLevel.AtLeastOnce);
        Assert.Equal(MqttClientPublishReasonCode.Success, result.ReasonCode);
        var message = await heard.Task.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal((IngestUnderTest.DownTopicOf(Node), MqttQualityOfServiceLevel.AtLeastOnce, false), (message.Topic, message.QualityOfServiceLevel, message.Retain));
        Assert.Equal(9u, Assert.IsType<TimeAnswer>(DialogueUnderTest.ReadDocument(Node, System.Buffers.BuffersExtensions.ToArray(message.Payload))).HelloNumber);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    public async Task A_node_may_subscribe_to_its_own_topic_alone(byte level)
    {
        await using var ingest = await IngestUnderTest.StartAsync(new ScriptedStore());
        var (client, _) = await RawMqttClient.ConnectAsync(ingest.Port, Node, level);
        using var held = client;
        string[] foreign =
        [
            "#", "+/+/+/+", "em/v1/#", "em/v1/+/down", IngestUnderTest.DownTopicOf(OtherNode), IngestUnderTest.TopicOf(Node), "EM/V1/NODE-1/DOWN",
            IngestUnderTest.DownTopicOf(Node) + "/#", IngestUnderTest.DownTopicOf(Node) + "/", "$SYS/#", "$share/g/" + IngestUnderTest.DownTopicOf(Node),
        ];
        foreach (string filter in foreign)
            Assert.True(await client.SubscribeAsync(filter) >= 0x80, filter);
        Assert.True(await client.SubscribeAsync(IngestUnderTest.DownTopicOf(Node), qos: 2) >= 0x80);
        Assert.Equal(foreign.Length, ingest.RefusedFor("subscription"));
        Assert.False(ingest.Dialogues.Node(Node)!.IsListening);
        Assert.Equal(0, await client.SubscribeAsync(IngestUnderTest.DownTopicOf(Node), qos: 0));
        Assert.Equal(1, await client.SubscribeAsync(IngestUnderTest.DownTopicOf(Node)));
        Assert.True(ingest.Dialogues.Node(Node)!.IsListening);
    }

    [Fact]
    public async Task A_node_that_asks_for_quality_0_gets_it()
    {
        await using var ingest = await IngestUnderTest.StartAsync(new ScriptedStore());
        var (client, _) = await RawMqttClient.ConnectAsync(ingest.Port, Node, 4);
        using var held = client;
        await client.SubscribeAsync(IngestUnderTest.DownTopicOf(Node), qos: 0);
        await client.PublishAsync(IngestUnderTest.TopicOf(Node), IngestUnderTest.Seal(IngestUnderTest.MacOf(Node), BlockKind.Hello, [1, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 1, 0, 0]));
        while (await client.ReadPacketAsync() is { } packet)
        {
            if (packet.Type != RawMqttClient.Publish)
                continue;
            Assert.Equal(0, client.LastFlags);
            Assert.IsType<TimeAnswer>(DialogueUnderTest.ReadDocument(Node, client.ReadMessage(packet.Body).Payload));
            return;
        }
        Assert.Fail("closed without the time");
    }

    [Fact]
    public async Task A_node_never_gets_anothers_documents()
    {
        await using var ingest = await IngestUnderTest.StartAsync(new ScriptedStore());
        using var node = await TalkingNode.ConnectAsync(ingest, Node);
        using var other = await TalkingNode.ConnectAsync(ingest, OtherNode, 5);
        // The very same start number: nothing but the session and the key tells them apart.
        await node.HelloAsync(Start);
        await other.HelloAsync(Start);
        for (int i = 0; i < 10; i++)
            Assert.Equal(OrderRefusal.None, ingest.Dialogues.Give(Node, DialogueUnderTest.Identify()).Refusal);
        for (uint i = 1; i <= 10; i++)
        {
            await other.HelloAsync(Start);
            await node.HelloAsync(Start);
            await node.DoneAsync(i, ingest.Dialogues.Orders(Node)!.First(o => o.State == OrderState.Waiting).Number, CommandCode.Identify);
        }
        // Whatever came was verified under its own key on the way.
        Assert.All(await other.AllAsync(), document => Assert.IsType<TimeAnswer>(document));
        Assert.Equal(10, (await node.AllAsync()).OfType<Command>().Select(c => c.Number).Distinct().Count());
        Assert.All(other.Topics, topic => Assert.Equal(IngestUnderTest.DownTopicOf(OtherNode), topic));
        Assert.All(node.Topics, topic => Assert.Equal(IngestUnderTest.DownTopicOf(Node), topic));
    }

    [Fact]
    public async Task A_command_to_a_node_that_listens_goes_down_at_once_and_is_done_when_its_event_is_committed()
    {
        var commit = new TaskCompletionSource();
        var store = new ScriptedStore { Commit = _ => commit.Task };
        await using var ingest = await IngestUnderTest.StartAsync(store);
        using var node = await TalkingNode.ConnectAsync(ingest, Node);
        await node.HelloAsync(Start);
        Assert.IsType<TimeAnswer>(await node.NextAsync());
        uint number = ingest.Dialogues.Give(Node, DialogueUnderTest.Identify()).Order!.Number;
        Assert.Equal(number, Assert.IsType<Command>(await node.NextAsync()).Number);
        var done = node.DoneAsync(1, number, CommandCode.Identify);
        await Deadline.UntilAsync(() => store.Blocks.Count == 1, "the event to reach the store");
        Assert.Equal(OrderState.Waiting, ingest.Dialogues.Orders(Node)!.Single().State);
        commit.SetResult();
        await done;
        Assert.Equal((OrderState.Done, CommandOutcome.Done), (ingest.Dialogues.Orders(Node)!.Single().State, ingest.Dialogues.Orders(Node)!.Single().Outcome));
    }

    [Fact]
    public async Task An_event_that_the_store_does_not_take_settles_nothing()
    {
        var store = new ScriptedStore { Commit = _ => Task.FromException(new StoreUnavailableException("full")) };
        await using var ingest = await IngestUnderTest.StartAsync(store);
        using var node = await TalkingNode.ConnectAsync(ingest, Node);
        await node.HelloAsync(Start);
        uint number = ingest.Dialogues.Give(Node, DialogueUnderTest.Identify()).Order!.Number;
        await Assert.ThrowsAnyAsync<IOException>(() => node.DoneAsync(1, number, CommandCode.Identify));
        Assert.Equal(OrderState.Waiting, ingest.Dialogues.Orders(Node)!.Single().State);
    }

    [Fact]
    public async Task A_node_that_acknowledges_nothing_gets_a_bounded_number_of_documents_and_goes_on_publishing()
    {
        var store = new ScriptedStore();
        await using var ingest = await IngestUnderTest.StartAsync(store);
        using var node = await TalkingNode.ConnectAsync(ingest, Node, acknowledges: false);
        for (int i = 0; i < 3 * DownlinkLimits.UnacknowledgedMax; i++)
            await node.HelloAsync(Start);
        Assert.Equal(DownlinkLimits.UnacknowledgedMax, (await node.AllAsync()).Count);
        Assert.Equal(2 * DownlinkLimits.UnacknowledgedMax, ingest.Downlink.NotTaken.WithLabels(nameof(BlockKind.Time)).Value);
        // To ask again opens no second door.
        Assert.Equal(1, await node.Client.SubscribeAsync(IngestUnderTest.DownTopicOf(Node)));
        await node.HelloAsync(Start);
        Assert.Empty(await node.AllAsync());
        await node.PublishAsync(IngestUnderTest.BlockOf(Node));
        Assert.Single(store.Blocks);
    }

    [Fact]
    public async Task A_node_that_acknowledges_goes_on_being_answered_for_ever()
    {
        await using var ingest = await IngestUnderTest.StartAsync(new ScriptedStore());
        using var node = await TalkingNode.ConnectAsync(ingest, Node);
        for (int i = 0; i < 5 * DownlinkLimits.UnacknowledgedMax; i++)
        {
            await node.HelloAsync(Start);
            Assert.IsType<TimeAnswer>(await node.NextAsync());
        }
    }

    [Fact]
    public async Task The_later_of_two_connections_is_the_one_that_is_spoken_to()
    {
        await using var ingest = await IngestUnderTest.StartAsync(new ScriptedStore());
        using var first = await TalkingNode.ConnectAsync(ingest, Node);
        await first.HelloAsync(Start);
        using var second = await TalkingNode.ConnectAsync(ingest, Node);
        // Nothing goes down before this session's hello: it may be another start.
        uint number = ingest.Dialogues.Give(Node, DialogueUnderTest.Identify()).Order!.Number;
        Assert.Empty(await second.AllAsync());
        await second.HelloAsync(Start);
        Assert.Equal(number, (await second.AllAsync()).OfType<Command>().Single().Number);
        Assert.True(ingest.Dialogues.Node(Node)!.IsListening);
    }

    [Fact]
    public async Task Who_unsubscribes_gets_nothing_more_and_who_leaves_is_not_listening()
    {
        await using var ingest = await IngestUnderTest.StartAsync(new ScriptedStore());
        using (var node = await TalkingNode.ConnectAsync(ingest, Node))
        {
            await node.Client.UnsubscribeAsync(IngestUnderTest.DownTopicOf(Node));
            await node.HelloAsync(Start);
            Assert.Empty(await node.AllAsync());
            Assert.Equal((true, false), (ingest.Dialogues.Node(Node)!.IsConnected, ingest.Dialogues.Node(Node)!.IsListening));
        }
        await Deadline.UntilAsync(() => !ingest.Dialogues.Node(Node)!.IsConnected, "the end of the session to be noticed");
        Assert.False(ingest.Dialogues.Give(Node, DialogueUnderTest.Identify()).Order!.IsSent);
    }

    [Fact]
    public async Task Hellos_commands_and_blocks_of_many_sessions_at_once_stay_apart()
    {
        var store = new ScriptedStore();
        await using var ingest = await IngestUnderTest.StartAsync(store);
        using var node = await TalkingNode.ConnectAsync(ingest, Node);
        using var other = await TalkingNode.ConnectAsync(ingest, OtherNode, 5);
        await Task.WhenAll(SpeakAsync(node, Node, 1), SpeakAsync(other, OtherNode, 2));
        Assert.Equal(200, store.Blocks.Count(b => b.Kind == BlockKind.Events));
        foreach (string name in new[] { Node, OtherNode })
            Assert.All(ingest.Dialogues.Orders(name)!, o => Assert.Equal(OrderState.Done, o.State));

        async Task SpeakAsync(TalkingNode one, string name, uint start)
        {
            for (uint i = 1; i <= 100; i++)
            {
                await one.HelloAsync(start);
                Assert.Equal(i, Assert.IsType<TimeAnswer>(await one.NextAsync()).HelloNumber);
                var order = ingest.Dialogues.Give(name, DialogueUnderTest.Identify()).Order!;
                Assert.Equal((start, order.Number), (Assert.IsType<Command>(await one.NextAsync()) is var c ? (c.StartNumber, c.Number) : default));
                await one.DoneAsync(i, order.Number, CommandCode.Identify);
            }
        }
    }
}
