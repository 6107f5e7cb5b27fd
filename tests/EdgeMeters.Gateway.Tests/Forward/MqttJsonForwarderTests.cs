using System.Text.Json.Nodes;
using EdgeMeters.Gateway.Core;
using EdgeMeters.Gateway.Forward.MqttJson;
using EdgeMeters.Wire;
using Microsoft.Extensions.Time.Testing;
using MQTTnet.Protocol;

namespace EdgeMeters.Gateway.Tests.Forward;

public sealed class MqttJsonForwarderTests : ForwarderContract
{
    [Theory]
    [InlineData(MqttPubAckReasonCode.NotAuthorized, ForwardVerdict.Rejected)]
    [InlineData(MqttPubAckReasonCode.TopicNameInvalid, ForwardVerdict.Rejected)]
    [InlineData(MqttPubAckReasonCode.PayloadFormatInvalid, ForwardVerdict.Rejected)]
    [InlineData(MqttPubAckReasonCode.QuotaExceeded, ForwardVerdict.Retry)]
    [InlineData(MqttPubAckReasonCode.UnspecifiedError, ForwardVerdict.Retry)]
    [InlineData(MqttPubAckReasonCode.ImplementationSpecificError, ForwardVerdict.Retry)]
    [InlineData(MqttPubAckReasonCode.PacketIdentifierInUse, ForwardVerdict.Retry)]
    [InlineData(MqttPubAckReasonCode.NoMatchingSubscribers, ForwardVerdict.Retry)]
    public async Task A_refusal_becomes_the_verdict_that_its_reason_asks_for(MqttPubAckReasonCode reason, ForwardVerdict verdict)
    {
        await using var broker = await BrokerHeadEnd.StartAsync();
        await using var forwarder = broker.Connect();
        var items = Items.Range(0, 10);
        broker.Answer = key => key == items[4].Key ? reason : MqttPubAckReasonCode.Success;
        var result = await SendAsync(forwarder, items, null);
        Assert.Equal(verdict, result.Verdicts[4]);
        Assert.All(result.Verdicts.Take(4), other => Assert.Equal(ForwardVerdict.Accepted, other));
        Assert.Contains("W-0001/8-0_1-0-0", result.Error);
        if (verdict == ForwardVerdict.Rejected)
            Assert.All(result.Verdicts.Skip(5), other => Assert.Equal(ForwardVerdict.Accepted, other));
    }

    [Fact]
    public async Task After_the_first_message_that_must_be_sent_again_no_further_one_is_begun()
    {
        await using var broker = await BrokerHeadEnd.StartAsync();
        await using var forwarder = broker.Connect(inFlightMax: 8);
        var items = Items.Range(0, 500);
        broker.Answer = key => key == items[20].Key ? MqttPubAckReasonCode.QuotaExceeded : MqttPubAckReasonCode.Success;
        var result = await SendAsync(forwarder, items, null);
        Assert.Equal(ForwardVerdict.Retry, result.Verdicts[20]);
        Assert.All(result.Verdicts.Skip(20 + 8), verdict => Assert.Equal(ForwardVerdict.Retry, verdict));
        Assert.InRange(broker.Asked, 21, 20 + 8);
    }

    [Fact]
    public async Task A_broker_whose_rules_take_messages_without_subscription_may_be_trusted_by_an_option()
    {
        await using var broker = await BrokerHeadEnd.StartAsync();
        await using var forwarder = broker.Connect(acceptsWithoutSubscriber: true);
        broker.Answer = _ => MqttPubAckReasonCode.NoMatchingSubscribers;
        var result = await SendAsync(forwarder, Items.Range(0, 10), null);
        Assert.All(result.Verdicts, verdict => Assert.Equal(ForwardVerdict.Accepted, verdict));
    }

    [Fact]
    public async Task A_broker_that_acknowledges_nothing_gets_all_again_after_the_stated_time()
    {
        await using var broker = await BrokerHeadEnd.StartAsync();
        var clock = new FakeTimeProvider();
        await using var forwarder = broker.Connect(clock: clock);
        var silent = new TaskCompletionSource();
        broker.Hold = silent.Task;
        var call = forwarder.SendAsync(Items.Range(0, 100), null, CancellationToken.None);
        await Deadline.UntilAsync(() => broker.Asked > 0, "the first message reaches the broker");
        Assert.False(call.IsCompleted);
        clock.Advance(TimeSpan.FromMilliseconds(MqttJsonForwarder.SendTimeoutMs));
        var result = await call.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.All(result.Verdicts, verdict => Assert.Equal(ForwardVerdict.Retry, verdict));
        silent.SetResult();
        broker.Hold = Task.CompletedTask;
        var again = forwarder.SendAsync(Items.Range(0, 100), null, CancellationToken.None);
        clock.Advance(TimeSpan.FromMilliseconds(BrokerConnection.BackoffMinMs));
        Assert.All((await again.WaitAsync(TimeSpan.FromSeconds(30))).Verdicts, verdict => Assert.Equal(ForwardVerdict.Accepted, verdict));
    }

    [Fact]
    public async Task A_gateway_that_stops_does_not_wait_for_the_broker()
    {
        await using var broker = await BrokerHeadEnd.StartAsync();
        await using var forwarder = broker.Connect();
        var silent = new TaskCompletionSource();
        broker.Hold = silent.Task;
        using var stop = new CancellationTokenSource();
        var call = forwarder.SendAsync(Items.Range(0, 100), null, stop.Token);
        await Deadline.UntilAsync(() => broker.Asked > 0, "the first message reaches the broker");
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call.WaitAsync(TimeSpan.FromSeconds(30)));
        silent.SetResult();
        broker.Hold = Task.CompletedTask;
        await SettleAsync(forwarder, Items.Range(0, 100), null);
        Assert.Equal(Items.Keys(Items.Range(0, 100)).Order(), (await broker.KeysAsync()).Distinct().Order());
    }

    [Fact]
    public async Task No_more_messages_are_on_the_way_than_configured()
    {
        await using var broker = await BrokerHeadEnd.StartAsync();
        await using var forwarder = broker.Connect(inFlightMax: 5);
        var most = 0;
        broker.InFlight = sent => most = Math.Max(most, sent);
        await SettleAsync(forwarder, Items.Range(0, 300), null);
        Assert.InRange(most, 1, 5);
    }

    [Fact]
    public async Task Pauses_grow_to_their_limit_while_nothing_answers_and_no_call_is_longer_than_stated()
    {
        var clock = new FakeTimeProvider();
        // Nothing listens on the port of a broker that is gone.
        var broker = await BrokerHeadEnd.StartAsync();
        await broker.GoAwayAsync();
        await using var forwarder = broker.Connect(clock: clock);
        long longestMs = 0;
        var start = clock.GetTimestamp();
        for (int attempt = 0; attempt < 15; attempt++)
        {
            var called = clock.GetTimestamp();
            var call = forwarder.SendAsync(Items.Range(0, 1), null, CancellationToken.None);
            await Deadline.UntilAsync(
                () =>
                {
                    if (!call.IsCompleted)
                        clock.Advance(TimeSpan.FromMilliseconds(50));
                    return call.IsCompleted;
                },
                "the call comes back");
            Assert.Equal(ForwardVerdict.Retry, (await call).Verdicts[0]);
            longestMs = Math.Max(longestMs, (long)clock.GetElapsedTime(called).TotalMilliseconds);
        }
        Assert.InRange(longestMs, 0, 10_000);
        // Without pauses fifteen refused connections would take next to no time.
        Assert.True(clock.GetElapsedTime(start) > TimeSpan.FromSeconds(30), "the pauses do not grow");
        await broker.DisposeAsync();
    }

    [Fact]
    public void The_sample_in_the_document_is_what_the_code_writes()
    {
        string document = File.ReadAllText(Repository.PathOf("gateway", "EdgeMeters.Gateway", "Forward", "MqttJson", "README.md"));
        string sample = document.Split("```json\n")[1].Split("```")[0];
        var interval = new IntervalReading(
            new ReadingId("node-7", 0x5f3a9c01, 1042, 0), 1_772_324_100, 1800, 482_173, 38, IntervalQuality.Gap | IntervalQuality.ClockDoubt);
        var item = new ForwardItem(Items.Point, Unit.Litre, interval, 3);
        byte[] written = IntervalMessageJson.Write(IntervalMessage.Of(item));
        var inDocument = JsonNode.Parse(sample)!.AsObject();
        var inCode = JsonNode.Parse(written)!.AsObject();
        Assert.True(JsonNode.DeepEquals(inDocument, inCode), $"{sample}\n{inCode}");
        Assert.Equal(inDocument.Select(member => member.Key), inCode.Select(member => member.Key));
        Assert.Equal(written, IntervalMessageJson.Write(IntervalMessageJson.Read(System.Text.Encoding.UTF8.GetBytes(sample))));
        foreach (string word in inCode.Select(member => member.Key))
            Assert.Contains($"`{word}`", document);
        Assert.Contains($"`{MqttJsonForwarder.Topic("edgemeters/v1", item.Point)}`", document);
    }

    [Fact]
    public void A_missing_reading_is_null_and_not_zero()
    {
        var interval = new IntervalReading(
            new ReadingId("node-7", 1, 9, 2), Items.MidnightUtcSeconds, 900, null, null, IntervalQuality.Missing);
        var json = JsonNode.Parse(IntervalMessageJson.Write(IntervalMessage.Of(new ForwardItem(Items.Point, Unit.Litre, interval, 0))))!.AsObject();
        Assert.True(json.ContainsKey("value") && json["value"] is null);
        Assert.True(json.ContainsKey("consumption") && json["consumption"] is null);
    }

    [Theory]
    [InlineData("1-0:1.8.0", "p/M-1/1-0_1-8-0")]
    [InlineData("8-0:1.0.0", "p/M-1/8-0_1-0-0")]
    [InlineData("255-255:255.255.255", "p/M-1/255-255_255-255-255")]
    public void A_topic_has_only_characters_that_every_broker_and_bridge_takes(string register, string topic)
    {
        Assert.Equal(topic, MqttJsonForwarder.Topic("p", new MeteringPoint("M-1", "", Carrier.Power, "1", register)));
    }

    [Theory]
    [InlineData("a/#", "edge", 64)]
    [InlineData("/a", "edge", 64)]
    [InlineData("$SYS", "edge", 64)]
    [InlineData("a", "", 64)]
    [InlineData("a", "edge", 0)]
    public void An_option_out_of_its_range_is_named(string prefix, string clientId, int inFlightMax)
    {
        var options = new MqttJsonOptions { Name = "north", Host = "broker", ClientId = clientId, TopicPrefix = prefix, InFlightMax = inFlightMax };
        var e = Assert.Throws<ArgumentException>(() => new MqttJsonForwarder(options, TimeProvider.System, new Random(1)));
        Assert.Contains("north", e.Message);
    }

    private protected override async Task<IHeadEnd> StartAsync() => await BrokerHeadEnd.StartAsync();
}
