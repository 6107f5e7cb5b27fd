using EdgeMeters.Metering.Ports;

namespace EdgeMeters.Firmware.Tests.Uplink;

/// <summary>A link of which the test decides everything: when there is a session, what becomes of a block.</summary>
internal sealed class ScriptedUplink : IUplink
{
    public bool IsConnected { get; private set; }

    public int SessionNumber { get; private set; }

    public UplinkOutcome Outcome { get; private set; } = UplinkOutcome.Failed;

    /// <summary>The block under way; null when none is.</summary>
    public byte[]? Sent { get; private set; }

    public void Connect()
    {
        IsConnected = true;
        SessionNumber++;
    }

    public void Disconnect()
    {
        IsConnected = false;
        if (Outcome == UplinkOutcome.Pending)
            Settle(UplinkOutcome.Failed);
    }

    public void Send(byte[] block, int count)
    {
        Assert.True(IsConnected);
        Sent = block.AsSpan(0, count).ToArray();
        Outcome = UplinkOutcome.Pending;
    }

    /// <summary>Documents that the gateway has sent and the node has not taken yet.</summary>
    public Queue<byte[]> Documents { get; } = new();

    public int TryTake(byte[] buffer)
    {
        if (!Documents.TryDequeue(out byte[]? document))
            return 0;
        document.CopyTo(buffer, 0);
        return document.Length;
    }

    public void Settle(UplinkOutcome outcome)
    {
        Outcome = outcome;
        if (outcome != UplinkOutcome.Pending)
            Sent = null;
    }
}
