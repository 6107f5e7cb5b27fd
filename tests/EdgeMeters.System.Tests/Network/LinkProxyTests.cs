using System.Net;
using EdgeMeters.Bench.Network;
using EdgeMeters.SystemTests.Forward;
using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Protocol;

namespace EdgeMeters.SystemTests.Network;

/// <summary>Real programs over an emulated link that resets their connections: counted at the ends.</summary>
public sealed class LinkProxyTests
{
    private const int Messages = 300;
    private const double ResetsPerDay = 400_000;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task What_mosquitto_acknowledged_over_a_link_that_resets_is_at_the_subscriber()
    {
        using var broker = new Mosquitto("allow_anonymous true");
        broker.Start();
        using var subscriber = new Subscriber(broker);
        // A session stands for a fifth of a second on average, and a quarter of their ends is heard by the broker alone.
        var profile = EmulatedLinkTests.ProfileOf(8_000_000, 4, lossPercent: 2, ResetsPerDay, halfOpenPercent: 25);
        await using var proxy = new LinkProxy(new IPEndPoint(IPAddress.Loopback, 0), "127.0.0.1", broker.Port, new EmulatedLink(profile, 11), TimeProvider.System);
        using var deadline = new CancellationTokenSource(Limit);
        int sent = 0;
        while (sent < Messages)
            sent = await PublishAsync(proxy.Local.Port, sent, deadline.Token);
        Deadline.Until(() => subscriber.Lines.Distinct().Count() >= Messages, "all that was acknowledged is printed");
        Assert.Equal(Enumerable.Range(0, Messages).Select(LineOf).Order(), subscriber.Lines.Distinct().Order());
        Assert.True(proxy.Resets > 0 && proxy.HalfOpen > 0, proxy.Describe());
        Assert.True(proxy.Connections > proxy.Resets, proxy.Describe());
    }

    [Fact]
    public async Task In_an_outage_nothing_passes_and_after_it_all_does()
    {
        using var broker = new Mosquitto("allow_anonymous true");
        broker.Start();
        using var subscriber = new Subscriber(broker);
        var link = new EmulatedLink(EmulatedLinkTests.ProfileOf(8_000_000, 4, lossPercent: 0), 1);
        link.AddOutage(0, 1_500);
        var begin = TimeProvider.System.GetTimestamp();
        await using var proxy = new LinkProxy(new IPEndPoint(IPAddress.Loopback, 0), "127.0.0.1", broker.Port, link, TimeProvider.System);
        using var deadline = new CancellationTokenSource(Limit);
        Assert.Equal(1, await PublishAsync(proxy.Local.Port, 0, deadline.Token, 1));
        Assert.True(TimeProvider.System.GetElapsedTime(begin) >= TimeSpan.FromMilliseconds(1_500), "it passed while the link was out");
        Deadline.Until(() => subscriber.Lines.Count == 1, "the message is printed");
    }

    // As a node does: a message is sent until it was acknowledged, over a session after the other.
    private static async Task<int> PublishAsync(int port, int sent, CancellationToken cancellation, int messages = Messages)
    {
        using var client = new MqttClientFactory().CreateMqttClient();
        var options = new MqttClientOptionsBuilder().WithTcpServer("127.0.0.1", port).WithProtocolVersion(MqttProtocolVersion.V500)
            .WithClientId("node").WithCleanStart().WithTimeout(TimeSpan.FromSeconds(3)).Build();
        try
        {
            await client.ConnectAsync(options, cancellation);
            for (; sent < messages; sent++)
            {
                // A session of which this end hears nothing more is given up.
                using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
                patience.CancelAfter(TimeSpan.FromSeconds(2));
                var message = new MqttApplicationMessageBuilder().WithTopic("edgemeters/v1/link").WithPayload($"{sent}")
                    .WithQualityOfServiceLevel(MqttQualityOfServiceLevel.AtLeastOnce).Build();
                await client.PublishAsync(message, patience.Token);
            }
        }
        catch (Exception) when (!cancellation.IsCancellationRequested)
        {
            // The link ended the session; the message is sent again in the next.
        }
        cancellation.ThrowIfCancellationRequested();
        return sent;
    }

    private static string LineOf(int number) => $"edgemeters/v1/link {number}";
}
