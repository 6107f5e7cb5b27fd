using System.Buffers;
using System.Net.Sockets;
using System.Text;
using EdgeMeters.Gateway.Core;
using MQTTnet;
using MQTTnet.Exceptions;
using MQTTnet.Protocol;

namespace EdgeMeters.Gateway.Forward.MqttJson;

/// <summary>Takes intervals to an MQTT broker: one JSON message an interval, QoS 1. The format is in README.md beside this file.</summary>
/// <remarks>
/// Accepted means that the broker acknowledged this very message with success. From there on the broker's own storage answers for it, so
/// the broker must keep what it acknowledges. Messages go out in the order of the batch; after the first that must be sent again no further
/// one is begun. The position is not used: a broker cannot be asked what it has, so repetitions are told by their key.
/// </remarks>
public sealed class MqttJsonForwarder : IForwarder
{
    /// <summary>Longest time of one <see cref="SendAsync"/>; what has no acknowledgement by then is to be sent again.</summary>
    public const int SendTimeoutMs = 9_000;

    // Fixed header, topic length, packet identifier and the two properties that we set.
    private const int PacketOverheadBytes = 64;

    private readonly MqttJsonOptions _options;
    private readonly TimeProvider _time;
    private readonly BrokerConnection _broker;

    // Set by a lost connection: the next message is sent alone. A broker that refuses a message and hangs up at once, with more of ours
    // unread, resets the connection, and the refusal is lost with it: that message would be sent again for ever and hold up all behind it.
    private bool _isFirstSentAlone;

    /// <param name="jitter">Spreads the pauses before new connections; its seed belongs in the gateway's log.</param>
    /// <exception cref="ArgumentException">An option is out of its range; the message names it.</exception>
    public MqttJsonForwarder(MqttJsonOptions options, TimeProvider time, Random jitter)
    {
        options.Check();
        _options = options;
        _time = time;
        _broker = new BrokerConnection(options, time, jitter);
    }

    public string Name => _options.Name;

    /// <summary>Topic of a point's register: <c>prefix/point/1-0_1-8-0</c>.</summary>
    /// <remarks>
    /// <c>:</c> and <c>.</c> of the OBIS code become <c>_</c> and <c>-</c>. MQTT itself would take them, but brokers that bridge to AMQP,
    /// Kafka or NATS give the dot a meaning of its own. It can be turned back: the first <c>-</c>, the <c>_</c>, then two <c>-</c>.
    /// </remarks>
    public static string Topic(string prefix, MeteringPoint point) =>
        $"{prefix}/{point.Id}/{point.Register.Replace(':', '_').Replace('.', '-')}";

    public async Task<ForwardResult> SendAsync(IReadOnlyList<ForwardItem> items, string? position, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        using var timeout = new CancellationTokenSource(TimeSpan.FromMilliseconds(SendTimeoutMs), _time);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancel, timeout.Token);
        string? away;
        try
        {
            away = await _broker.EnsureAsync(deadline.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            away = $"The broker {_options.Host}:{_options.PortOrDefault} could not be reached in time.";
        }
        cancel.ThrowIfCancellationRequested();
        if (away is not null)
            return ForwardResult.AllRetry(items.Count, position, away);
        var outcomes = await PublishAllAsync(items, deadline.Token);
        if (outcomes.Any(outcome => outcome.IsConnectionInDoubt))
        {
            _broker.Drop();
            _isFirstSentAlone = true;
        }
        // After the drop: a message that is half on the wire must not be followed by another.
        cancel.ThrowIfCancellationRequested();
        return Conclude(items.Count, position, outcomes);
    }

    public ValueTask DisposeAsync() => _broker.DisposeAsync();

    private async Task<PublishOutcome[]> PublishAllAsync(IReadOnlyList<ForwardItem> items, CancellationToken deadline)
    {
        var sent = new List<Task<PublishOutcome>>(items.Count);
        for (int at = 0; at < items.Count; at++)
        {
            // A broker acknowledges in the order of arrival (MQTT 5.0, 4.6), so the oldest is the one to wait for.
            if (at >= _broker.InFlightMax && (await sent[at - _broker.InFlightMax]).Verdict == ForwardVerdict.Retry)
                break;
            sent.Add(PublishAsync(items[at], deadline));
            if (_isFirstSentAlone && (await sent[at]).Verdict == ForwardVerdict.Retry)
                break;
            _isFirstSentAlone = false;
        }
        return await Task.WhenAll(sent);
    }

    private async Task<PublishOutcome> PublishAsync(ForwardItem item, CancellationToken deadline)
    {
        string topic = Topic(_options.TopicPrefix, item.Point);
        byte[] json = IntervalMessageJson.Write(IntervalMessage.Of(item));
        int packetBytes = json.Length + Encoding.UTF8.GetByteCount(topic) + PacketOverheadBytes;
        if (packetBytes > _broker.PacketBytesMax)
        {
            return PublishOutcome.Rejected(
                $"{item.Key} needs a packet of {packetBytes} bytes, the broker takes {_broker.PacketBytesMax}. Raise its limit or shorten the point's name.");
        }
        var message = new MqttApplicationMessage
        {
            Topic = topic,
            Payload = new ReadOnlySequence<byte>(json),
            ContentType = "application/json",
            PayloadFormatIndicator = MqttPayloadFormatIndicator.CharacterData,
            QualityOfServiceLevel = MqttQualityOfServiceLevel.AtLeastOnce,
        };
        try
        {
            return Judge(await _broker.PublishAsync(message, deadline), topic);
        }
        catch (OperationCanceledException)
        {
            return PublishOutcome.Lost($"The broker did not acknowledge {topic} in time. It is sent again.");
        }
        // The client reports a lost connection in several ways, and some only as a member that is gone. None of them is an acknowledgement.
        catch (Exception e) when (e is MqttCommunicationException or SocketException or IOException or InvalidOperationException or NullReferenceException)
        {
            return PublishOutcome.Lost($"The connection to the broker was lost: {e.Message} What it did not acknowledge is sent again.");
        }
    }

    private PublishOutcome Judge(MqttClientPublishResult answer, string topic)
    {
        string reason = string.IsNullOrEmpty(answer.ReasonString) ? $"{answer.ReasonCode}" : $"{answer.ReasonCode}: {answer.ReasonString}";
        switch (answer.ReasonCode)
        {
            case MqttClientPublishReasonCode.Success:
            case MqttClientPublishReasonCode.NoMatchingSubscribers when _options.AcceptsWithoutSubscriber:
                return PublishOutcome.Accepted;
            case MqttClientPublishReasonCode.NoMatchingSubscribers:
                return PublishOutcome.Retry(
                    $"Nobody subscribes to {topic}, so the broker would throw it away. Start the head-end's subscription, or set acceptsWithoutSubscriber.");
            case MqttClientPublishReasonCode.NotAuthorized:
            case MqttClientPublishReasonCode.TopicNameInvalid:
            case MqttClientPublishReasonCode.PayloadFormatInvalid:
                return PublishOutcome.Rejected($"The broker refuses {topic} ({reason}). Let user {_options.User ?? "(none)"} publish to it.");
            default:
                return PublishOutcome.Retry($"The broker does not take {topic} now ({reason}). It is sent again; look at the broker's limits and log.");
        }
    }

    private ForwardResult Conclude(int count, string? position, PublishOutcome[] outcomes)
    {
        var verdicts = new ForwardVerdict[count];
        Array.Fill(verdicts, ForwardVerdict.Retry);
        for (int at = 0; at < outcomes.Length; at++)
            verdicts[at] = outcomes[at].Verdict;
        if (verdicts.Any(verdict => verdict != ForwardVerdict.Retry))
            _broker.Proved();
        string? rejected = outcomes.FirstOrDefault(outcome => outcome.Verdict == ForwardVerdict.Rejected)?.Error;
        string? retried = outcomes.FirstOrDefault(outcome => outcome.Verdict == ForwardVerdict.Retry)?.Error;
        if (retried is not null)
            _broker.Pause(retried);
        // The dead letters' reason comes first; both are needed when a batch has both.
        string? error = rejected is not null && retried is not null ? $"{rejected} {retried}" : rejected ?? retried;
        return new ForwardResult(verdicts, position, error);
    }

    private sealed record PublishOutcome(ForwardVerdict Verdict, string? Error, bool IsConnectionInDoubt)
    {
        public static readonly PublishOutcome Accepted = new(ForwardVerdict.Accepted, null, false);

        public static PublishOutcome Rejected(string error) => new(ForwardVerdict.Rejected, error, false);

        public static PublishOutcome Retry(string error) => new(ForwardVerdict.Retry, error, false);

        public static PublishOutcome Lost(string error) => new(ForwardVerdict.Retry, error, true);
    }
}
