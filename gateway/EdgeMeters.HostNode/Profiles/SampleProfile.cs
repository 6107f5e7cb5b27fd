using EdgeMeters.Metering.Bus;

namespace EdgeMeters.HostNode.Profiles;

/// <summary>A quantity of the moment, for the technician's eye: never a channel of a node.</summary>
/// <param name="Name">For people; unique in the profile.</param>
/// <param name="Unit">V, A, W, degC ...</param>
/// <param name="Exponent">Raw counts × 10^exponent are in the unit.</param>
/// <param name="Point">Where it lies in the meter.</param>
public sealed record SampleProfile(string Name, string Unit, int Exponent, BusPoint Point);
