using EdgeMeters.Wire;

namespace EdgeMeters.Gateway.Downlink;

/// <summary>What the gateway knows of a node beside its readings. Kept in memory only.</summary>
/// <param name="IsListening">True while it is connected and has subscribed to what is meant for it.</param>
/// <param name="HeardUtc">When it said hello last; null if it has not since the gateway started.</param>
/// <param name="Hello">What it said; null likewise.</param>
/// <param name="WaitingOrders">Commands that wait for it.</param>
/// <param name="LastOrder">The command given last; null if there was none.</param>
/// <param name="ConfigurationWaiting">Version of a newer configuration that lies ready for it; null if none does.</param>
/// <param name="ConfigurationFault">Why the configuration that lies there is not sent; null while nothing is wrong.</param>
/// <param name="ImageWaiting">Version of a newer application that is being sent; null if none is.</param>
/// <param name="ImageFault">Why the application that lies there is not sent; null while nothing is wrong.</param>
/// <param name="Backfill">What it is sending again because the log lacks it.</param>
public sealed record NodeState(
    string Name,
    bool IsConnected,
    bool IsListening,
    DateTimeOffset? HeardUtc,
    Hello? Hello,
    int WaitingOrders,
    Order? LastOrder,
    uint? ConfigurationWaiting,
    string? ConfigurationFault,
    uint? ImageWaiting,
    string? ImageFault,
    BackfillState Backfill);
