using EdgeMeters.Metering.Ports;
using EdgeMeters.Wire;

namespace EdgeMeters.Firmware.Tests.Budget;

/// <summary>A gateway that gives its receipt at once. Allocates nothing.</summary>
internal sealed class ReceiptUplink : IUplink
{
    public bool IsConnected { get; set; } = true;

    public int SessionNumber => 1;

    public UplinkOutcome Outcome { get; private set; } = UplinkOutcome.Failed;

    public long Blocks { get; private set; }

    public long Bytes { get; private set; }

    public BlockKind LastKind { get; private set; }

    public void Send(byte[] block, int count)
    {
        Blocks++;
        Bytes += count;
        LastKind = (BlockKind)block[1];
        Outcome = UplinkOutcome.Received;
    }

    public int TryTake(byte[] buffer) => 0;
}
