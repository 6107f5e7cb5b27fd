namespace EdgeMeters.Gateway.Downlink;

/// <summary>Bounds of what the gateway keeps and sends for a node. A bound that is hit is refused by name or counted.</summary>
public static class DownlinkLimits
{
    /// <summary>Commands that may wait for one node: whoever gives more is not looking at what becomes of them.</summary>
    public const int OrdersWaitingMax = 16;

    /// <summary>Commands that are remembered of one node, the settled ones included.</summary>
    public const int OrdersKeptMax = 64;

    /// <summary>A technician waits in front of the device; ten minutes cover a link that comes and goes.</summary>
    public const int ExpiresSecondsDefault = 600;

    /// <summary>A command that comes a day late surprises people.</summary>
    public const int ExpiresSecondsMax = 86_400;

    /// <summary>Bytes of an application in one document, which a narrow link carries in one frame or two.</summary>
    public const int ImageChunkBytes = 960;

    /// <summary>An image of which the node's hello knows nothing yet is begun anew this often.</summary>
    public static readonly TimeSpan ImageBegin = TimeSpan.FromMinutes(1);

    /// <summary>Documents under way to one session, sent and not acknowledged: a node that acknowledges nothing gets no more.</summary>
    public const int UnacknowledgedMax = 32;
}
