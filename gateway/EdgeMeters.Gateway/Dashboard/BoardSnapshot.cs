using EdgeMeters.Gateway.Core;

namespace EdgeMeters.Gateway.Dashboard;

/// <summary>What the points page shows besides its table.</summary>
/// <param name="Counts">Null until the points were counted for the first time, which takes a minute for a million.</param>
/// <param name="Status">What the gateway holds.</param>
public sealed record BoardSnapshot(BoardCounts? Counts, StoreStatus Status, DateTimeOffset ReadAtUtc);
