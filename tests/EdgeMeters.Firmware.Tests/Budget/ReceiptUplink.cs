using EdgeMeters.Metering.Ports;

namespace EdgeMeters.Firmware.Tests.Budget;

/// <summary>A gateway that gives its receipt at once. Allocates nothing.</summary>
internal sealed class ReceiptUplink : IUplink
{
    public bool IsConnected { get; set; } = true;

    public int SessionNumber => 1;

    public UplinkOutcome Outcome { get; private set; } = UplinkOutcome.Failed;

    public long Blocks { get; private set; }

    public long Bytes { get; private set; }

    public int LastBytes { get; private set; }

    public void Send(byte[] block, int count)
    {
        Blocks++;
        Bytes += count;
        LastBytes = count;
        Outcome = UplinkOutcome.Received;
    }

    public int TryTake(byte[] buffer) => 0;
}
