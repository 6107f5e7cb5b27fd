using EdgeMeters.Metering.Bus;

namespace EdgeMeters.HostNode.Profiles;

/// <summary>A cumulative register of a meter on a bus.</summary>
/// <param name="Name">For people.</param>
/// <param name="Scale">Which register it is and what one count is.</param>
/// <param name="Point">Where it lies in the meter.</param>
public sealed record RegisterProfile(string Name, RegisterScale Scale, BusPoint Point);
