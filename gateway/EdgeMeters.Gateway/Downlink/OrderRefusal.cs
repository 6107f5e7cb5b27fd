namespace EdgeMeters.Gateway.Downlink;

/// <summary>Why a command was not taken.</summary>
public enum OrderRefusal
{
    None = 0,

    /// <summary>No node of this name is configured.</summary>
    UnknownNode = 1,

    /// <summary>The node has not said hello since the gateway started, so its start is not known.</summary>
    NotHeard = 2,

    /// <summary><see cref="DownlinkLimits.OrdersWaitingMax"/> wait already.</summary>
    TooMany = 3,

    /// <summary>The node took the highest number there is; only another start takes commands again.</summary>
    NumbersUsedUp = 4,
}
