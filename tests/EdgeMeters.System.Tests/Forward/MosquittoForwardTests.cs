using EdgeMeters.Gateway.Core;
using EdgeMeters.Gateway.Forward.MqttJson;
using EdgeMeters.Wire;

namespace EdgeMeters.SystemTests.Forward;

/// <summary>The MQTT forwarder against a broker and a subscriber that are not ours.</summary>
public sealed class MosquittoForwardTests
{
    private static readonly TimeSpan CallLimit = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Intervals_reach_a_subscriber_in_order_and_once_as_the_document_says()
    {
        using var broker = new Mosquitto("allow_anonymous true");
        broker.Start();
        using var subscriber = new Subscriber(broker);
        await using var forwarder = Connect(broker);
        var items = Items(0, 500);
        var result = await SendAsync(forwarder, items);
        Assert.Null(result.Error);
        Assert.All(result.Verdicts, verdict => Assert.Equal(ForwardVerdict.Accepted, verdict));
        Deadline.Until(() => subscriber.Lines.Count >= items.Length, "all messages are printed");
        Assert.Equal(items.Select(LineOf), subscriber.Lines);
    }

    [Fact]
    public async Task A_broker_killed_in_the_middle_costs_no_interval_and_doubles_none_under_another_key()
    {
        using var broker = new Mosquitto("allow_anonymous true");
        broker.Start();
        using var subscriber = new Subscriber(broker);
        await using var forwarder = Connect(broker);
        var items = Items(0, 20_000);
        var sending = SettleAsync(forwarder, items);
        for (int kill = 0; kill < 3; kill++)
        {
            int seen = subscriber.Lines.Count;
            Deadline.Until(() => subscriber.Lines.Count > seen + 500 || sending.IsCompleted, "messages flow");
            Assert.False(sending.IsCompleted, "all was sent before the broker could be killed: send more");
            broker.Kill();
            broker.Start();
            // Left to itself, so that it reads to the end what the dead broker had written for it.
            Deadline.Until(() => subscriber.Subscriptions == kill + 2, "mosquitto_sub is subscribed again");
        }
        Assert.Empty(await sending);
        // Every message that was acknowledged was written to the subscriber before, this one last.
        string last = LineOf(items[^1]);
        Deadline.Until(() => subscriber.Lines.Contains(last), "the last message is printed");
        var got = subscriber.Messages;
        Assert.Equal(items.Select(item => item.Key).Order(), got.Select(message => message.Key).Distinct().Order());
        foreach (var same in got.GroupBy(message => message.Key).Where(group => group.Count() > 1))
            Assert.Single(same.Select(message => System.Text.Encoding.UTF8.GetString(IntervalMessageJson.Write(message))).Distinct());
    }

    [Fact]
    public async Task A_topic_that_the_brokers_rules_deny_is_rejected_and_the_others_are_accepted()
    {
        using var broker = new Mosquitto("allow_anonymous true", "acl_file " + Mosquitto.Rules);
        broker.WriteRules("topic readwrite edgemeters/v1/#", "topic deny edgemeters/v1/W-0003/#");
        broker.Start();
        using var subscriber = new Subscriber(broker);
        await using var forwarder = Connect(broker);
        var items = Items(0, 100);
        var result = await SendAsync(forwarder, items);
        Assert.Equal(items.Select(item => IsDenied(item) ? ForwardVerdict.Rejected : ForwardVerdict.Accepted), result.Verdicts);
        Assert.Contains("edgemeters/v1/W-0003/8-0_1-0-0", result.Error);
        Assert.Contains("NotAuthorized", result.Error);
        var allowed = items.Where(item => !IsDenied(item)).Select(LineOf).ToArray();
        Deadline.Until(() => subscriber.Lines.Count >= allowed.Length, "the allowed messages are printed");
        Assert.Equal(allowed, subscriber.Lines);
    }

    [Fact]
    public async Task A_broker_that_hangs_up_after_every_refusal_still_gets_all_the_rest()
    {
        // Mosquitto 2.0.11 does so when its queue has no bound.
        using var broker = new Mosquitto("allow_anonymous true", "acl_file " + Mosquitto.Rules) { QueuedMessagesMax = 0 };
        broker.WriteRules("topic readwrite edgemeters/v1/#", "topic deny edgemeters/v1/W-0003/#");
        broker.Start();
        using var subscriber = new Subscriber(broker);
        await using var forwarder = Connect(broker);
        var items = Items(0, 40);
        var rejected = await SettleAsync(forwarder, items);
        Assert.Equal(items.Where(IsDenied), rejected);
        string[] allowed = [.. items.Where(item => !IsDenied(item)).Select(LineOf).Order(StringComparer.Ordinal)];
        Deadline.Until(() => subscriber.Lines.Distinct().Count() >= allowed.Length, "the allowed messages are printed");
        Assert.Equal(allowed, subscriber.Lines.Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Without_a_subscriber_intervals_wait_and_are_not_thrown_away()
    {
        using var broker = new Mosquitto("allow_anonymous true");
        broker.Start();
        await using var forwarder = Connect(broker);
        var items = Items(0, 50);
        var result = await SendAsync(forwarder, items);
        Assert.All(result.Verdicts, verdict => Assert.Equal(ForwardVerdict.Retry, verdict));
        Assert.Contains("Nobody subscribes", result.Error);
        using var subscriber = new Subscriber(broker);
        await SettleAsync(forwarder, items);
        Deadline.Until(() => subscriber.Lines.Count >= items.Length, "all messages are printed");
        Assert.Equal(items.Select(LineOf), subscriber.Lines);
    }

    [Fact]
    public async Task A_broker_that_takes_few_messages_at_once_is_not_overrun()
    {
        // The client would be thrown out at the fourth message on the way; mosquitto tells three as its Receive Maximum.
        using var broker = new Mosquitto("allow_anonymous true", "max_inflight_messages 3");
        broker.Start();
        using var subscriber = new Subscriber(broker);
        await using var forwarder = Connect(broker);
        var items = Items(0, 300);
        var result = await SendAsync(forwarder, items);
        Assert.All(result.Verdicts, verdict => Assert.Equal(ForwardVerdict.Accepted, verdict));
        Deadline.Until(() => subscriber.Lines.Count >= items.Length, "all messages are printed");
    }

    [Fact]
    public async Task A_message_longer_than_the_broker_takes_is_rejected_and_the_others_are_accepted()
    {
        using var broker = new Mosquitto("allow_anonymous true", "max_packet_size 2000");
        broker.Start();
        using var subscriber = new Subscriber(broker);
        await using var forwarder = Connect(broker);
        var items = Items(0, 10);
        items[4] = items[4] with { Point = items[4].Point with { Name = new string('长', 1_000) } };
        var result = await SendAsync(forwarder, items);
        Assert.Equal(
            Enumerable.Range(0, 10).Select(at => at == 4 ? ForwardVerdict.Rejected : ForwardVerdict.Accepted), result.Verdicts);
        Assert.Contains("2000", result.Error);
    }

    [Fact]
    public async Task A_wrong_password_is_named_and_the_right_one_gets_through()
    {
        DebianProgram.RequireInstalled("/usr/bin/mosquitto_passwd", "mosquitto");
        using var folder = new Mosquitto();
        string passwords = folder.PathOf("passwords");
        DebianProgram.Run("/usr/bin/mosquitto_passwd", "-c", "-b", passwords, "gateway", "right");
        using var broker = new Mosquitto("allow_anonymous false", $"password_file {passwords}");
        broker.Start();
        using var subscriber = new Subscriber(broker, "-u", "gateway", "-P", "right");
        await using (var forwarder = Connect(broker, options => options with { User = "gateway", Password = "wrong" }))
        {
            var refused = await SendAsync(forwarder, Items(0, 1));
            Assert.Equal(ForwardVerdict.Retry, Assert.Single(refused.Verdicts));
            Assert.Contains("Check user, password", refused.Error);
        }
        await using (var forwarder = Connect(broker, options => options with { User = "gateway", Password = "right" }))
            Assert.Null((await SendAsync(forwarder, Items(0, 1))).Error);
    }

    [Fact]
    public async Task Over_TLS_both_ends_show_their_certificates_and_a_stranger_is_refused_by_name()
    {
        using var folder = new Mosquitto();
        using var authority = new TestAuthority("Head-end test authority");
        using var stranger = new TestAuthority("Stranger");
        string ca = authority.WriteAuthority(folder.PathOf("ca.pem"));
        var (server, serverKey) = authority.WriteServer(folder.PathOf("server"));
        var (client, clientKey) = authority.WriteClient(folder.PathOf("client"), "edgemeters-test");
        using var broker = new Mosquitto(
            "allow_anonymous true", $"cafile {ca}", $"certfile {server}", $"keyfile {serverKey}", "require_certificate true");
        broker.Start();
        using var subscriber = new Subscriber(broker, "--cafile", ca, "--cert", client, "--key", clientKey);
        MqttJsonOptions Secured(MqttJsonOptions options) =>
            options with { UseTls = true, CaFile = ca, ClientCertificateFile = client, ClientKeyFile = clientKey };

        await using (var forwarder = Connect(broker, Secured))
            Assert.Null((await SendAsync(forwarder, Items(0, 20))).Error);
        Deadline.Until(() => subscriber.Lines.Count >= 20, "all messages are printed");

        string strangersCa = stranger.WriteAuthority(folder.PathOf("stranger.pem"));
        await AssertNoConnectionAsync(broker, options => Secured(options) with { CaFile = strangersCa }, "TLS fails");
        await AssertNoConnectionAsync(broker, options => Secured(options) with { CaFile = serverKey }, "holds no certificate");
        await AssertNoConnectionAsync(broker, options => Secured(options) with { CaFile = folder.PathOf("none.pem") }, "none.pem");
        await AssertNoConnectionAsync(
            broker, options => Secured(options) with { ClientCertificateFile = null, ClientKeyFile = null }, "No connection to the broker");
    }

    private static async Task AssertNoConnectionAsync(Mosquitto broker, Func<MqttJsonOptions, MqttJsonOptions> change, string error)
    {
        await using var forwarder = Connect(broker, change);
        var result = await SendAsync(forwarder, Items(0, 1));
        Assert.Equal(ForwardVerdict.Retry, Assert.Single(result.Verdicts));
        Assert.Contains(error, result.Error);
    }

    private static MqttJsonForwarder Connect(Mosquitto broker, Func<MqttJsonOptions, MqttJsonOptions>? change = null)
    {
        var options = new MqttJsonOptions { Name = "north", Host = "127.0.0.1", Port = broker.Port, ClientId = "edgemeters-test" };
        return new MqttJsonForwarder(change is null ? options : change(options), TimeProvider.System, new Random(1));
    }

    private static Task<ForwardResult> SendAsync(MqttJsonForwarder forwarder, ForwardItem[] items) =>
        forwarder.SendAsync(items, null, CancellationToken.None).WaitAsync(CallLimit);

    // As the gateway does: what lies before the first Retry is settled, the rest comes again. Returns what was rejected.
    private static async Task<List<ForwardItem>> SettleAsync(MqttJsonForwarder forwarder, ForwardItem[] items)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        var rejected = new List<ForwardItem>();
        int settled = 0;
        while (settled < items.Length)
        {
            var batch = items[settled..Math.Min(settled + 1000, items.Length)];
            var result = await SendAsync(forwarder, batch);
            foreach (var verdict in result.Verdicts.TakeWhile(verdict => verdict != ForwardVerdict.Retry))
            {
                if (verdict == ForwardVerdict.Rejected)
                    rejected.Add(items[settled]);
                settled++;
            }
            Assert.False(deadline.IsCancellationRequested, $"{settled} of {items.Length} are settled: {result.Error}");
        }
        return rejected;
    }

    private static bool IsDenied(ForwardItem item) => item.Point.Id == "W-0003";

    private static ForwardItem[] Items(int first, int count) => [.. Enumerable.Range(first, count).Select(number =>
    {
        var point = new MeteringPoint($"W-{number % 5:0000}", $"幸福路 {number % 5} 号", Carrier.Water, $"2026{number % 5:0000}", "8-0:1.0.0");
        var id = new ReadingId("node-7", 0x5f3a9c01, (uint)(number / 5), (byte)(number % 5));
        var interval = new IntervalReading(id, 1_772_294_400 + 900 * (uint)(number / 5), 900, 1_000 + number, 3, IntervalQuality.Valid);
        return new ForwardItem(point, Unit.Litre, interval, 0);
    })];

    private static string LineOf(ForwardItem item) =>
        $"{MqttJsonForwarder.Topic("edgemeters/v1", item.Point)} "
        + System.Text.Encoding.UTF8.GetString(IntervalMessageJson.Write(IntervalMessage.Of(item)));
}
