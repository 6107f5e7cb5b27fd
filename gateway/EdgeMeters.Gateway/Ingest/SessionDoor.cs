using System.Buffers;
using EdgeMeters.Gateway.Downlink;
using MQTTnet;
using MQTTnet.Protocol;
using MQTTnet.Server;

namespace EdgeMeters.Gateway.Ingest;

/// <summary>
/// The way down to one session of one node. Documents are put into the session itself and not published to a topic, so that no
/// subscription, however it came to be, can bring one to another node.
/// </summary>
internal sealed class SessionDoor(MqttSessionStatus session, string topic)
{
    private volatile int _quality;
    private int _unacknowledged;

    /// <summary>At which the node asked for its documents: 0 or 1.</summary>
    public MqttQualityOfServiceLevel Quality
    {
        get => (MqttQualityOfServiceLevel)_quality;
        set => _quality = (int)value;
    }

    /// <inheritdoc cref="NodeDoor"/>
    public bool TrySend(byte[] block)
    {
        var quality = Quality;
        bool isAcknowledged = quality != MqttQualityOfServiceLevel.AtMostOnce;
        // The broker remembers what was not acknowledged for as long as the session stands, so that is what must be bounded.
        if (isAcknowledged && Interlocked.Increment(ref _unacknowledged) > DownlinkLimits.UnacknowledgedMax)
        {
            NoteAcknowledged();
            return false;
        }
        var message = new MqttApplicationMessage { Topic = topic, Payload = new ReadOnlySequence<byte>(block), QualityOfServiceLevel = quality };
        try
        {
            if (session.TryEnqueueApplicationMessage(message, out _))
                return true;
        }
        catch (ObjectDisposedException)
        {
            // The session is over.
        }
        if (isAcknowledged)
            NoteAcknowledged();
        return false;
    }

    public void NoteAcknowledged() => Interlocked.Decrement(ref _unacknowledged);
}
