using EdgeMeters.Gateway.Core;

namespace EdgeMeters.Gateway.Dashboard;

/// <summary>What the points page shows, read at one go.</summary>
public sealed record BoardSnapshot(
    IReadOnlyList<PointStatus> Points, StoreStatus Status, IReadOnlyList<UnassignedMeter> Unassigned, DateTimeOffset ReadAtUtc);
