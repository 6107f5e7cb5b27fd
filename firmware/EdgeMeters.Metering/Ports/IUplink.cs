namespace EdgeMeters.Metering.Ports;

/// <summary>Carries blocks to the gateway, one at a time, and brings back its receipt.</summary>
/// <remarks>
/// For users: a block belongs to the journal until <see cref="Outcome"/> is <see cref="UplinkOutcome.Received"/>; anything else means send it again.
/// For implementers: a receipt is the gateway's acknowledgement (MQTT PUBACK), nothing nearer. Methods return at once.
/// </remarks>
public interface IUplink
{
    /// <summary>True while there is a session with the gateway.</summary>
    bool IsConnected { get; }

    /// <summary>Counts up with every new session, so that a lost one is noticed even if it was brief.</summary>
    int SessionNumber { get; }

    /// <summary>Takes a copy and starts sending it. A block that is still pending is abandoned: a receipt that comes for it is nobody's.</summary>
    void Send(byte[] block, int count);

    /// <summary>What became of the block that <see cref="Send"/> took last.</summary>
    UplinkOutcome Outcome { get; }

    /// <summary>Takes the oldest document that came from the gateway. Few wait, and what comes beyond them is dropped: the gateway says it again.</summary>
    /// <param name="buffer">Takes the document from offset 0; one that does not fit is dropped.</param>
    /// <returns>Its bytes; 0 when none waits.</returns>
    int TryTake(byte[] buffer);
}
